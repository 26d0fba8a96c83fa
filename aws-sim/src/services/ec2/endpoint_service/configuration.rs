//! Endpoint services: network load balancers offered over `PrivateLink` (API Reference, `CreateVpcEndpointServiceConfiguration`).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Offer, availability_zone};
use crate::context::{Caller, Context};
use crate::error::{Answer, AwsError};
use crate::services::ec2::select::{Table, describe_request, select};
use crate::services::ec2::tag;
use crate::services::ec2::vpc_endpoint::{Acceptance, unsuccessful};
use crate::services::elbv2;
use crate::world::Region;

/// An endpoint service.
#[derive(Clone, Debug)]
pub struct EndpointService {
    /// Its ID.
    pub id: String,
    /// ARNs of its network load balancers.
    pub load_balancers: Vec<String>,
    /// Zones that the service is in: those that its load balancers had when each was last added (AWS `PrivateLink` Guide, "Configure an
    /// endpoint service": a zone that a load balancer gets later comes with another association of it).
    pub zones: Vec<String>,
    /// Whether each endpoint must be accepted.
    pub acceptance_required: bool,
    /// A domain name of the owner's, for consumers' private DNS.
    pub private_dns_name: Option<String>,
    /// Value of the TXT record that proves the domain.
    pub dns_proof: String,
    /// Who may have endpoints, by permission ID.
    pub principals: BTreeMap<String, String>,
}

impl EndpointService {
    /// The name that endpoints are made for.
    #[must_use]
    pub fn name(&self, region: &Region) -> String {
        format!("com.amazonaws.vpce.{}.{}", region.name, self.id)
    }

    /// Whether a caller of another account may have an endpoint to it.
    #[must_use]
    pub fn allows(&self, caller: &Caller) -> bool {
        let root = format!(":iam::{}:root", caller.account);
        self.principals
            .values()
            .any(|principal| principal == "*" || principal.ends_with(&root) || *principal == caller.arn)
    }

    pub(super) fn offer(&self, region: &Region) -> Offer {
        Offer {
            name: self.name(region),
            id: self.id.clone(),
            kinds: vec!["Interface"],
            owner: region.account.clone(),
            provider: Some(region.account.clone()),
            private_dns_name: self.private_dns_name.clone(),
            base_names: vec![self.base_name(region)],
            address_types: vec!["ipv4"],
            zones: self.zones.clone(),
            acceptance_required: self.acceptance_required,
            policy_supported: false,
        }
    }

    fn base_name(&self, region: &Region) -> String {
        format!("{}.{}.vpce.{}", self.id, region.name, region.dns_suffix())
    }

    /// The zones with those of load balancers that are added. Inferred (service-zones-stay): none goes before its load balancer does.
    fn add_zones(&mut self, region: &Region, added: &[String]) {
        self.zones.extend(added.iter().flat_map(|arn| elbv2::load_balancer::zones(region, arn)));
        self.zones.sort();
        self.zones.dedup();
    }

    fn render(&self, region: &Region) -> Value {
        let zones = &self.zones;
        let zone_ids: Vec<String> = zones.iter().map(|zone| availability_zone::id_of(zone)).collect();
        let proof = self.private_dns_name.as_ref().map(|_| {
            json!({ "state": "pendingVerification", "type": "TXT", "value": self.dns_proof, "name": format!("_{}", &self.dns_proof[5..]) })
        });
        json!({
            "serviceType": [{ "serviceType": "Interface" }], "serviceId": self.id, "serviceName": self.name(region),
            "serviceState": "Available", "availabilityZoneSet": zones, "availabilityZoneIdSet": zone_ids,
            "acceptanceRequired": self.acceptance_required, "managesVpcEndpoints": false,
            "networkLoadBalancerArnSet": self.load_balancers, "gatewayLoadBalancerArnSet": [], "supportedIpAddressTypeSet": ["ipv4"],
            "baseEndpointDnsNameSet": [self.base_name(region)], "privateDnsName": self.private_dns_name,
            "privateDnsNameConfiguration": proof, "tagSet": tag::render(&region.ec2, &self.id),
            "supportedRegionSet": [{ "region": region.name, "serviceState": "Available" }], "remoteAccessEnabled": false,
        })
    }
}

pub(super) static TABLE: Table<EndpointService> = Table {
    columns: &[
        ("service-id", |_, service| vec![service.id.clone()]),
        ("service-name", |view, service| vec![service.name(view.region)]),
        ("service-state", |_, _| vec!["Available".to_owned()]),
        ("supported-ip-address-types", |_, _| vec!["ipv4".to_owned()]),
    ],
    prefix: "vpce-svc-",
    error: "InvalidVpcEndpointServiceId",
    noun: "VpcEndpointService Id",
    smallest_page: 1,
};

/// Finds a service of the caller's own.
pub(super) fn own<'a>(ctx: &'a mut Context<'_>, id: &str) -> Answer<&'a mut EndpointService> {
    ctx.here.ec2.services.get_mut(id).ok_or_else(|| TABLE.not_found(id))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct CreateRequest {
    acceptance_required: Option<bool>,
    private_dns_name: Option<String>,
    #[serde(default, rename = "NetworkLoadBalancerArn")]
    load_balancers: Vec<String>,
    #[serde(default, rename = "SupportedIpAddressType")]
    address_types: Vec<String>,
    #[serde(default, rename = "SupportedRegion")]
    regions: Vec<String>,
    client_token: Option<String>,
    #[serde(default, rename = "TagSpecification")]
    tags: Vec<tag::TagSpecification>,
}

fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("InvalidParameter", message)
}

/// Each must be a network load balancer of this account and serve no other service.
fn check_load_balancers(ctx: &Context<'_>, arns: &[String], except: Option<&str>) -> Answer<()> {
    for arn in arns {
        if !elbv2::load_balancer::is_network(ctx.here, arn) {
            return Err(invalid(format!("{arn} is not the ARN of a network load balancer of this account")));
        }
        let mut others = ctx.here.ec2.services.values().filter(|service| Some(service.id.as_str()) != except);
        if let Some(other) = others.find(|service| service.load_balancers.contains(arn)) {
            return Err(invalid(format!(
                "The load balancer {arn} is already associated with the service {}",
                other.id
            )));
        }
    }
    Ok(())
}

pub(crate) fn create(ctx: &mut Context<'_>, request: CreateRequest) -> Answer<Value> {
    let token = request.client_token.as_deref();
    if let Some(id) = ctx.here.ec2.made_with(token, &request)? {
        let service = ctx.here.ec2.services.get(&id).map(|service| service.render(ctx.here));
        return Ok(json!({ "serviceConfiguration": service, "clientToken": token }));
    }
    if request.load_balancers.is_empty() {
        return Err(AwsError::new("MissingParameter", "Please specify at least one load balancer"));
    }
    if request.address_types.iter().any(|kind| kind != "ipv4")
        || request.regions.iter().any(|region| *region != ctx.here.name)
    {
        return Err(invalid("This simulator's endpoint services are IPv4 and of one region"));
    }
    check_load_balancers(ctx, &request.load_balancers, None)?;
    let tags = tag::on_create(&request.tags, "vpc-endpoint-service")?;
    let mut service = EndpointService {
        id: ctx.ids.ec2("vpce-svc"),
        load_balancers: request.load_balancers.clone(),
        zones: Vec::new(),
        // API Reference: acceptance is asked for unless said otherwise.
        acceptance_required: request.acceptance_required.unwrap_or(true),
        private_dns_name: request.private_dns_name.clone(),
        dns_proof: format!("vpce:{}", ctx.ids.alphanumeric(20)),
        principals: BTreeMap::new(),
    };
    service.add_zones(ctx.here, &request.load_balancers);
    ctx.here.ec2.put_tags(&service.id, tags);
    ctx.here.ec2.remember(token, &request, &service.id);
    ctx.here.ec2.services.insert(service.id.clone(), service.clone());
    Ok(json!({ "serviceConfiguration": service.render(ctx.here), "clientToken": token }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct ModifyRequest {
    service_id: String,
    private_dns_name: Option<String>,
    #[serde(default)]
    remove_private_dns_name: bool,
    acceptance_required: Option<bool>,
    #[serde(default, rename = "AddNetworkLoadBalancerArn")]
    add: Vec<String>,
    #[serde(default, rename = "RemoveNetworkLoadBalancerArn")]
    remove: Vec<String>,
}

pub(crate) fn modify(ctx: &mut Context<'_>, request: ModifyRequest) -> Answer<Value> {
    let mut service = own(ctx, &request.service_id)?.clone();
    check_load_balancers(ctx, &request.add, Some(&service.id))?;
    service.acceptance_required = request.acceptance_required.unwrap_or(service.acceptance_required);
    if request.remove_private_dns_name {
        service.private_dns_name = None;
    }
    service.private_dns_name = request.private_dns_name.or(service.private_dns_name);
    service.load_balancers.retain(|arn| !request.remove.contains(arn) && !request.add.contains(arn));
    if !request.remove.is_empty() {
        let still = service.load_balancers.clone();
        service.zones.clear();
        service.add_zones(ctx.here, &still);
    }
    service.add_zones(ctx.here, &request.add);
    service.load_balancers.extend(request.add);
    if service.load_balancers.is_empty() {
        return Err(invalid("An endpoint service must have at least one load balancer"));
    }
    ctx.here.ec2.services.insert(service.id.clone(), service);
    Ok(json!({ "return": true }))
}

describe_request!(DescribeRequest, "ServiceId");

pub(crate) fn describe(ctx: &mut Context<'_>, request: DescribeRequest) -> Answer<Value> {
    let page = select(ctx, &ctx.here.ec2.services, request.selection(), &TABLE, |view, _, service| {
        service.render(view.region)
    })?;
    Ok(json!({ "serviceConfigurationSet": page.items, "nextToken": page.next_token }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct DeleteRequest {
    #[serde(rename = "ServiceId")]
    ids: Vec<String>,
}

pub(crate) fn delete(ctx: &mut Context<'_>, request: DeleteRequest) -> Answer<Value> {
    let mut failed = Vec::new();
    for id in &request.ids {
        if let Err(error) = delete_one(ctx, id) {
            failed.push(unsuccessful(id, &error));
        }
    }
    Ok(json!({ "unsuccessful": failed }))
}

/// Not while endpoints are let in; those rejected do not count (AWS `PrivateLink` Guide, "Delete an endpoint service").
fn delete_one(ctx: &mut Context<'_>, id: &str) -> Answer<()> {
    let name = own(ctx, id)?.clone().name(ctx.here);
    let connections = super::connection::to(ctx, &name);
    if connections.iter().any(|(_, endpoint)| endpoint.acceptance != Acceptance::Rejected && endpoint.gone_at.is_none())
    {
        let message = format!("Service {id} has existing active VPC Endpoint connections!");
        return Err(AwsError::new("ExistingVpcEndpointConnections", message));
    }
    let state = &mut ctx.here.ec2;
    state.services.remove(id);
    state.tags.remove(id);
    state.tokens.retain(|_, (_, made)| made != id);
    Ok(())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct VerificationRequest {
    service_id: String,
}

pub(crate) fn start_verification(ctx: &mut Context<'_>, request: VerificationRequest) -> Answer<Value> {
    if own(ctx, &request.service_id)?.private_dns_name.is_none() {
        return Err(invalid("The service has no private DNS name"));
    }
    Ok(json!({ "return": true }))
}
