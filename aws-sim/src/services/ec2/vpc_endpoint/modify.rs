//! `ModifyVpcEndpoint` (API Reference; each change makes an interface endpoint `pending` again).

use serde::Deserialize;
use serde_json::{Value, json};

use super::address_type::{self, DnsOptions};
use super::create::{check_group, invalid};
use super::subnet::{SubnetConfiguration, add_interfaces, check_configurations, check_subnets};
use super::{TABLE, VpcEndpoint, dns};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::ids::Ids;
use crate::services::ec2::endpoint_service::{self, Offer};
use crate::services::ec2::{State, network_interface, policy};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct ModifyVpcEndpointRequest {
    vpc_endpoint_id: String,
    #[serde(default)]
    reset_policy: bool,
    policy_document: Option<String>,
    #[serde(default, rename = "AddRouteTableId")]
    add_route_tables: Vec<String>,
    #[serde(default, rename = "RemoveRouteTableId")]
    remove_route_tables: Vec<String>,
    #[serde(default, rename = "AddSubnetId")]
    add_subnets: Vec<String>,
    #[serde(default, rename = "RemoveSubnetId")]
    remove_subnets: Vec<String>,
    #[serde(default, rename = "AddSecurityGroupId")]
    add_groups: Vec<String>,
    #[serde(default, rename = "RemoveSecurityGroupId")]
    remove_groups: Vec<String>,
    ip_address_type: Option<String>,
    #[serde(default)]
    dns_options: DnsOptions,
    private_dns_enabled: Option<bool>,
    #[serde(default, rename = "SubnetConfiguration")]
    configurations: Vec<SubnetConfiguration>,
}

pub(crate) fn modify(ctx: &mut Context<'_>, request: ModifyVpcEndpointRequest) -> Answer<Value> {
    let id = &request.vpc_endpoint_id;
    let mut endpoint = ctx.here.ec2.endpoints.get(id).cloned().ok_or_else(|| TABLE.not_found(id))?;
    if endpoint.gone_at.is_some() {
        return Err(AwsError::new("IncorrectState", format!("The VPC endpoint {id} is in state deleting")));
    }
    let offer = endpoint_service::find(ctx, &endpoint.service)?;
    set_policy(&mut endpoint, &request)?;
    set_groups(ctx, &mut endpoint, &request)?;
    set_private_dns(ctx, &mut endpoint, &request, &offer)?;
    endpoint.route_tables.retain(|table| !request.remove_route_tables.contains(table));
    endpoint.route_tables.extend(request.add_route_tables.iter().cloned());
    set_subnets(ctx, &mut endpoint, &request, &offer)?;
    if endpoint.is_interface() {
        endpoint.ready_at = ctx.now + ctx.config.durations.endpoint_creation;
    }
    ctx.here.ec2.endpoints.insert(id.clone(), endpoint);
    Ok(json!({ "return": true }))
}

fn set_policy(endpoint: &mut VpcEndpoint, request: &ModifyVpcEndpointRequest) -> Answer<()> {
    match (&request.policy_document, request.reset_policy) {
        (Some(_), true) => {
            return Err(AwsError::new(
                "InvalidParameterCombination",
                "You cannot specify both a policy and a reset of it",
            ));
        }
        (Some(document), false) => endpoint.policy = policy::checked(document)?,
        (None, true) => policy::FULL_ACCESS.clone_into(&mut endpoint.policy),
        (None, false) => {}
    }
    Ok(())
}

fn set_groups(ctx: &Context<'_>, endpoint: &mut VpcEndpoint, request: &ModifyVpcEndpointRequest) -> Answer<()> {
    let state = &ctx.here.ec2;
    for id in &request.add_groups {
        check_group(state, &endpoint.vpc, id)?;
        if !endpoint.groups.contains(id) {
            endpoint.groups.push(id.clone());
        }
    }
    for id in &request.remove_groups {
        if !endpoint.groups.contains(id) {
            return Err(invalid(format!(
                "The security group {id} is not associated with the endpoint {}",
                endpoint.id
            )));
        }
        endpoint.groups.retain(|group| group != id);
    }
    if endpoint.groups.is_empty() && endpoint.is_interface() {
        return Err(invalid("An interface endpoint must have at least one security group"));
    }
    Ok(())
}

fn set_private_dns(
    ctx: &Context<'_>,
    endpoint: &mut VpcEndpoint,
    request: &ModifyVpcEndpointRequest,
    offer: &Offer,
) -> Answer<()> {
    if request.private_dns_enabled == Some(true) {
        dns::check_private(ctx, &endpoint.vpc, offer, Some(&endpoint.id))?;
    }
    endpoint.private_dns = request.private_dns_enabled.unwrap_or(endpoint.private_dns);
    Ok(())
}

/// A subnet added in the zone of one removed by the same call is still one too many: that takes two calls.
fn set_subnets(
    ctx: &mut Context<'_>,
    endpoint: &mut VpcEndpoint,
    request: &ModifyVpcEndpointRequest,
    offer: &Offer,
) -> Answer<()> {
    let state = &mut ctx.here.ec2;
    let present: Vec<String> = endpoint.interfaces.keys().cloned().collect();
    if let Some(other) = request.remove_subnets.iter().find(|id| !present.contains(id)) {
        return Err(invalid(format!("The subnet {other} is not associated with the endpoint {}", endpoint.id)));
    }
    check_subnets(state, &endpoint.vpc, offer, &present, &request.add_subnets)?;
    set_address_type(state, endpoint, request, offer)?;
    // A chosen address that differs replaces the interface (PrivateLink Guide, "Designate IP addresses").
    let differs = |id: &String| {
        let chosen = request.configurations.iter().find(|configuration| configuration.subnet_id == *id);
        let interface = endpoint.interfaces.get(id).and_then(|interface| state.interfaces.get(interface));
        let (ipv4, ipv6) = (interface.map(|one| one.address), interface.and_then(|one| one.ipv6_address));
        chosen.is_some_and(|chosen| chosen.ipv4 != ipv4 || chosen.ipv6 != ipv6)
    };
    let replaced: Vec<String> = present.iter().filter(|id| differs(id)).cloned().collect();
    let added = request.add_subnets.iter().filter(|id| !present.contains(id)).chain(&replaced);
    let added: Vec<String> = added.cloned().collect();
    let leaving: Vec<String> =
        request.remove_subnets.iter().chain(&replaced).filter_map(|id| endpoint.interfaces.get(id)).cloned().collect();
    add_interfaces(state, ctx.ids, endpoint, &added, &request.configurations)?;
    request.remove_subnets.iter().for_each(|id| drop(endpoint.interfaces.remove(id)));
    let gone_at = ctx.now + ctx.config.durations.endpoint_deletion;
    for interface in &leaving {
        network_interface::remove_at(state, interface, gone_at);
    }
    follow(state, ctx.ids, endpoint)
}

/// Interfaces have the endpoint's groups and kind of addresses.
fn follow(state: &mut State, ids: &mut Ids, endpoint: &VpcEndpoint) -> Answer<()> {
    for id in endpoint.interfaces.values() {
        network_interface::set_dualstack(state, ids, id, endpoint.ip_address_type == "dualstack")?;
        if let Some(interface) = state.interfaces.get_mut(id) {
            interface.groups.clone_from(&endpoint.groups);
        }
    }
    Ok(())
}

/// The endpoint's address type, and that of its DNS records, in the subnets that it will have.
fn set_address_type(
    state: &State,
    endpoint: &mut VpcEndpoint,
    request: &ModifyVpcEndpointRequest,
    offer: &Offer,
) -> Answer<()> {
    let stays = endpoint.interfaces.keys().filter(|id| !request.remove_subnets.contains(id));
    let subnets: Vec<String> = stays.chain(&request.add_subnets).cloned().collect();
    if let Some(kind) = &request.ip_address_type {
        endpoint.ip_address_type.clone_from(kind);
    }
    address_type::check(state, offer, &endpoint.ip_address_type, &subnets)?;
    check_configurations(&request.configurations, &endpoint.ip_address_type, &subnets)?;
    let record_type = request.dns_options.record_type(&endpoint.ip_address_type, &endpoint.dns_record_ip_type)?;
    endpoint.dns_record_ip_type = record_type;
    Ok(())
}
