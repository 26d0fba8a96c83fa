//! `CreateVpcEndpoint`.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Acceptance, VpcEndpoint, dns};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::ids::Ids;
use crate::services::ec2::endpoint_service::{self, Offer};
use crate::services::ec2::network_interface::{self, Purpose};
use crate::services::ec2::{State, policy, tag};

/// Most interface endpoints of a VPC (AWS `PrivateLink` Guide, "Quotas").
const MOST_ENDPOINTS: usize = 50;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DnsOptions {
    pub(super) dns_record_ip_type: Option<String>,
    pub(super) private_dns_only_for_inbound_resolver_endpoint: Option<bool>,
}

/// Addresses chosen by the caller.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct SubnetConfiguration {
    pub(super) subnet_id: Option<String>,
    pub(super) ipv4: Option<Ipv4Addr>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct CreateVpcEndpointRequest {
    #[serde(default = "gateway")]
    vpc_endpoint_type: String,
    vpc_id: String,
    service_name: String,
    policy_document: Option<String>,
    #[serde(default, rename = "RouteTableId")]
    route_tables: Vec<String>,
    #[serde(default, rename = "SubnetId")]
    subnets: Vec<String>,
    #[serde(default, rename = "SecurityGroupId")]
    groups: Vec<String>,
    ip_address_type: Option<String>,
    dns_options: Option<DnsOptions>,
    client_token: Option<String>,
    private_dns_enabled: Option<bool>,
    #[serde(default, rename = "TagSpecification")]
    tags: Vec<tag::TagSpecification>,
    #[serde(default, rename = "SubnetConfiguration")]
    configurations: Vec<SubnetConfiguration>,
}

/// API Reference: the default of `VpcEndpointType`.
fn gateway() -> String {
    "Gateway".to_owned()
}

fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("InvalidParameter", message)
}

/// Whether addresses of this type can be had.
pub(super) fn check_address_type(kind: Option<&str>) -> Answer<()> {
    match kind {
        None | Some("ipv4") => Ok(()),
        Some(other) => {
            Err(invalid(format!("The subnets do not support IP address type {other}: they have no IPv6 CIDR blocks")))
        }
    }
}

pub(crate) fn create(ctx: &mut Context<'_>, request: CreateVpcEndpointRequest) -> Answer<Value> {
    let token = request.client_token.as_deref();
    if let Some(id) = ctx.here.ec2.made_with(token, &request)? {
        return Ok(answer(ctx, &id, token));
    }
    let endpoint = validated(ctx, &request)?;
    let tags = tag::on_create(&request.tags, "vpc-endpoint")?;
    let id = endpoint.id.clone();
    let state = &mut ctx.here.ec2;
    state.put_tags(&id, tags);
    state.remember(token, &request, &id);
    state.endpoints.insert(id.clone(), endpoint);
    Ok(answer(ctx, &id, token))
}

fn answer(ctx: &Context<'_>, id: &str, token: Option<&str>) -> Value {
    let endpoint = ctx.here.ec2.endpoints.get(id).map(|endpoint| endpoint.render(ctx.here, ctx.now));
    json!({ "vpcEndpoint": endpoint, "clientToken": token })
}

/// The endpoint with its interfaces, once everything asked for was found to be right.
fn validated(ctx: &mut Context<'_>, request: &CreateVpcEndpointRequest) -> Answer<VpcEndpoint> {
    let offer = endpoint_service::find(ctx, &request.service_name)?;
    let state = &ctx.here.ec2;
    if !state.vpcs.contains_key(&request.vpc_id) {
        let message = format!("The Vpc Id {} does not exist", request.vpc_id);
        return Err(AwsError::new("InvalidVpcId.NotFound", message));
    }
    if !offer.kinds.contains(&request.vpc_endpoint_type.as_str()) {
        let message =
            format!("The service {} does not support endpoints of type {}", offer.name, request.vpc_endpoint_type);
        return Err(invalid(message));
    }
    let policy =
        request.policy_document.as_deref().map_or_else(|| Ok(policy::FULL_ACCESS.to_owned()), policy::checked)?;
    let mut endpoint = blank(ctx, request, &offer, policy);
    if endpoint.is_interface() {
        interface_parts(ctx, request, &offer, &mut endpoint)?;
    } else if !request.subnets.is_empty() || !request.groups.is_empty() || request.private_dns_enabled == Some(true) {
        return Err(invalid("Subnets, security groups and private DNS are not supported for gateway endpoints"));
    }
    Ok(endpoint)
}

fn blank(ctx: &mut Context<'_>, request: &CreateVpcEndpointRequest, offer: &Offer, policy: String) -> VpcEndpoint {
    let is_interface = request.vpc_endpoint_type == "Interface";
    let takes_time = if is_interface { ctx.config.durations.endpoint_creation } else { std::time::Duration::ZERO };
    let record_type = request.dns_options.as_ref().and_then(|options| options.dns_record_ip_type.clone());
    VpcEndpoint {
        id: ctx.ids.ec2("vpce"),
        kind: request.vpc_endpoint_type.clone(),
        vpc: request.vpc_id.clone(),
        service: offer.name.clone(),
        provider: offer.provider.clone(),
        service_private_name: offer.private_dns_name.clone(),
        policy,
        interfaces: BTreeMap::new(),
        groups: Vec::new(),
        route_tables: request.route_tables.clone(),
        private_dns: false,
        dns_record_ip_type: record_type.unwrap_or_else(|| "ipv4".to_owned()),
        label: ctx.ids.alphanumeric(8),
        created: ctx.now,
        ready_at: ctx.now + takes_time,
        gone_at: None,
        acceptance: if offer.acceptance_required { Acceptance::Pending } else { Acceptance::Accepted },
    }
}

fn interface_parts(
    ctx: &mut Context<'_>,
    request: &CreateVpcEndpointRequest,
    offer: &Offer,
    endpoint: &mut VpcEndpoint,
) -> Answer<()> {
    check_address_type(request.ip_address_type.as_deref())?;
    let chosen = request.configurations.iter().filter_map(|configuration| configuration.subnet_id.clone());
    let mut subnets: Vec<String> = request.subnets.iter().cloned().chain(chosen).collect();
    subnets.sort();
    subnets.dedup();
    let state = &mut ctx.here.ec2;
    check_subnets(state, &endpoint.vpc, offer, &[], &subnets)?;
    endpoint.groups = groups(state, &endpoint.vpc, &request.groups)?;
    // API Reference, `CreateVpcEndpoint`: private DNS is on unless refused, where the service has a name for it.
    endpoint.private_dns = request.private_dns_enabled.unwrap_or(offer.private_dns_name.is_some());
    if endpoint.private_dns {
        dns::check_private(state, &endpoint.vpc, offer, None)?;
    }
    let present = state.endpoints.values().filter(|other| other.vpc == endpoint.vpc && other.is_interface());
    if present.count() >= MOST_ENDPOINTS {
        let message = "The maximum number of VPC endpoints has been reached.";
        return Err(AwsError::new("VpcEndpointLimitExceeded", message));
    }
    add_interfaces(state, ctx.ids, endpoint, &subnets, &request.configurations)
}

/// One subnet in each zone at most, and only zones that the service is in (AWS `PrivateLink` Guide, "Subnets and Availability Zones").
pub(super) fn check_subnets(
    state: &State,
    vpc: &str,
    offer: &Offer,
    present: &[String],
    added: &[String],
) -> Answer<()> {
    let mut zones: Vec<&str> = present.iter().filter_map(|id| Some(state.subnets.get(id)?.zone.as_str())).collect();
    for id in added.iter().filter(|id| !present.contains(id)) {
        let subnet = state
            .subnets
            .get(id)
            .ok_or_else(|| AwsError::new("InvalidSubnetId.NotFound", format!("The subnet ID '{id}' does not exist")))?;
        if subnet.vpc != vpc {
            return Err(invalid(format!("The subnet {id} is not in the VPC {vpc}")));
        }
        if !offer.zones.contains(&subnet.zone) {
            let message = format!(
                "The VPC endpoint service {} does not support the availability zone of the subnet: {id}.",
                offer.name
            );
            return Err(invalid(message));
        }
        if zones.contains(&subnet.zone.as_str()) {
            let message = format!(
                "Found another VPC endpoint subnet in the availability zone of {id}. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service."
            );
            return Err(AwsError::new("DuplicateSubnetsInSameZone", message));
        }
        zones.push(&subnet.zone);
    }
    Ok(())
}

/// The groups asked for, or the VPC's default group.
fn groups(state: &State, vpc: &str, asked: &[String]) -> Answer<Vec<String>> {
    if asked.is_empty() {
        let default = state.groups.values().filter(|group| group.vpc == vpc && group.is_default());
        return Ok(default.map(|group| group.id.clone()).collect());
    }
    asked.iter().try_for_each(|id| check_group(state, vpc, id))?;
    Ok(asked.to_vec())
}

pub(super) fn check_group(state: &State, vpc: &str, id: &str) -> Answer<()> {
    match state.groups.get(id) {
        Some(group) if group.vpc == vpc => Ok(()),
        Some(_) => Err(invalid(format!("The security group {id} is not in the VPC {vpc}"))),
        None => {
            Err(AwsError::new("InvalidSecurityGroupId.NotFound", format!("The security group '{id}' does not exist")))
        }
    }
}

/// Makes an interface in each of the subnets; if one cannot be made, those made before it go again.
pub(super) fn add_interfaces(
    state: &mut State,
    ids: &mut Ids,
    endpoint: &mut VpcEndpoint,
    subnets: &[String],
    configurations: &[SubnetConfiguration],
) -> Answer<()> {
    let mut made = Vec::new();
    for subnet in subnets {
        let chosen = configurations.iter().find(|configuration| configuration.subnet_id.as_ref() == Some(subnet));
        let purpose = Purpose {
            description: format!("VPC Endpoint Interface {}", endpoint.id),
            kind: "vpc_endpoint",
            requester: "727180483921",
            groups: &endpoint.groups,
            public: false,
        };
        match network_interface::make(state, ids, subnet, chosen.and_then(|chosen| chosen.ipv4), purpose) {
            Ok(interface) => made.push((subnet.clone(), interface.id)),
            Err(error) => {
                for (_, id) in &made {
                    network_interface::remove(state, id);
                }
                return Err(error);
            }
        }
    }
    endpoint.interfaces.extend(made);
    Ok(())
}
