//! `CreateVpcEndpoint`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::address_type::{self, DnsOptions};
use super::subnet::{SubnetConfiguration, add_interfaces, check_configurations, check_subnets};
use super::{Acceptance, VpcEndpoint, dns};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::services::ec2::endpoint_service::{self, Offer};
use crate::services::ec2::{State, policy, tag};

/// Most interface endpoints of a VPC (AWS `PrivateLink` Guide, "Quotas").
const MOST_ENDPOINTS: usize = 50;

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
    #[serde(default)]
    dns_options: DnsOptions,
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

pub(super) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("InvalidParameter", message)
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
        ip_address_type: request.ip_address_type.clone().unwrap_or_else(|| "ipv4".to_owned()),
        dns_record_ip_type: "ipv4".to_owned(),
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
    let mut subnets = request.subnets.clone();
    subnets.sort();
    subnets.dedup();
    let state = &ctx.here.ec2;
    check_subnets(state, &endpoint.vpc, offer, &[], &subnets)?;
    address_type::check(state, offer, &endpoint.ip_address_type, &subnets)?;
    check_configurations(&request.configurations, &endpoint.ip_address_type, &subnets)?;
    let record_type = request.dns_options.record_type(&endpoint.ip_address_type, &endpoint.ip_address_type)?;
    endpoint.dns_record_ip_type = record_type;
    endpoint.groups = groups(state, &endpoint.vpc, &request.groups)?;
    // API Reference, `CreateVpcEndpoint`: private DNS is on unless refused, where the service has a name for it.
    endpoint.private_dns = request.private_dns_enabled.unwrap_or(offer.private_dns_name.is_some());
    if endpoint.private_dns {
        dns::check_private(ctx, &endpoint.vpc, offer, None)?;
    }
    let state = &mut ctx.here.ec2;
    let present = state.endpoints.values().filter(|other| other.vpc == endpoint.vpc && other.is_interface());
    if present.count() >= MOST_ENDPOINTS {
        let message = "The maximum number of VPC endpoints has been reached.";
        return Err(AwsError::new("VpcEndpointLimitExceeded", message));
    }
    add_interfaces(state, ctx.ids, endpoint, &subnets, &request.configurations)
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
