//! Changes of load balancers: security groups, subnets, deletion.

use serde::Deserialize;
use serde_json::{Value, json};

use super::load_balancer::{Kind, LoadBalancer, SubnetMapping, mappings, not_found, place};
use super::load_balancer_check::{check_groups, check_ip_address_type, check_ipv6_source_nat, check_subnets};
use super::select::invalid;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::services::ec2::network_interface;

fn find(ctx: &Context<'_>, arn: &str) -> Answer<LoadBalancer> {
    ctx.here.elbv2.load_balancers.get(arn).cloned().ok_or_else(|| not_found(arn))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct SetSecurityGroupsRequest {
    load_balancer_arn: String,
    security_groups: Vec<String>,
    enforce_security_group_inbound_rules_on_private_link_traffic: Option<String>,
}

/// API Reference: a network load balancer that was made without groups cannot get any.
pub(super) fn set_security_groups(ctx: &mut Context<'_>, request: SetSecurityGroupsRequest) -> Answer<Value> {
    let mut balancer = find(ctx, &request.load_balancer_arn)?;
    if balancer.kind == Kind::Network && balancer.groups.is_empty() {
        let message = "You cannot set security groups on a Network Load Balancer that was created without any";
        return Err(AwsError::new("InvalidConfigurationRequest", message));
    }
    if request.security_groups.is_empty() {
        return Err(invalid("At least one security group must be specified"));
    }
    balancer.groups = check_groups(ctx.here, &balancer, &request.security_groups)?;
    if balancer.kind == Kind::Network {
        let asked = request.enforce_security_group_inbound_rules_on_private_link_traffic;
        balancer.enforce_on_private_link = asked.or(balancer.enforce_on_private_link);
    }
    for interface in balancer.interfaces.values() {
        if let Some(interface) = ctx.here.ec2.interfaces.get_mut(interface) {
            interface.groups.clone_from(&balancer.groups);
        }
    }
    let answer = json!({
        "SecurityGroupIds": balancer.groups,
        "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": balancer.enforce_on_private_link,
    });
    ctx.here.elbv2.load_balancers.insert(balancer.arn.clone(), balancer);
    Ok(answer)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct SetSubnetsRequest {
    load_balancer_arn: String,
    #[serde(default)]
    subnets: Vec<String>,
    #[serde(default)]
    subnet_mappings: Vec<SubnetMapping>,
    ip_address_type: Option<String>,
    enable_prefix_for_ipv6_source_nat: Option<String>,
}

pub(super) fn set_subnets(ctx: &mut Context<'_>, request: SetSubnetsRequest) -> Answer<Value> {
    let mut balancer = find(ctx, &request.load_balancer_arn)?;
    let subnets = mappings(&request.subnets, &request.subnet_mappings);
    if check_subnets(ctx.here, &balancer, &subnets)? != balancer.vpc {
        return Err(AwsError::new("InvalidSubnet", format!("The subnets must be in VPC {}", balancer.vpc)));
    }
    change_ip_address_type(ctx, &mut balancer, request.ip_address_type, &subnets)?;
    balancer.ipv6_source_nat = request.enable_prefix_for_ipv6_source_nat.unwrap_or(balancer.ipv6_source_nat);
    check_ipv6_source_nat(&balancer)?;
    place(ctx.here, ctx.ids, &mut balancer, &subnets)?;
    let gone_at = ctx.now + ctx.config.durations.load_balancer_deletion;
    let state = &mut ctx.here.ec2;
    balancer.interfaces.retain(|subnet, interface| {
        let stays = subnets.iter().any(|wanted| wanted.subnet_id == *subnet);
        if !stays {
            network_interface::remove_at(state, interface, gone_at);
        }
        stays
    });
    let answer = json!({
        "AvailabilityZones": balancer.render_zones(ctx.here), "IpAddressType": balancer.ip_address_type,
        "EnablePrefixForIpv6SourceNat": balancer.ipv6_source_nat,
    });
    ctx.here.elbv2.load_balancers.insert(balancer.arn.clone(), balancer);
    Ok(answer)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct SetIpAddressTypeRequest {
    load_balancer_arn: String,
    ip_address_type: String,
}

pub(super) fn set_ip_address_type(ctx: &mut Context<'_>, request: SetIpAddressTypeRequest) -> Answer<Value> {
    let mut balancer = find(ctx, &request.load_balancer_arn)?;
    let subnets: Vec<String> = balancer.interfaces.keys().cloned().collect();
    change_ip_address_type(ctx, &mut balancer, Some(request.ip_address_type), &mappings(&subnets, &[]))?;
    let answer = json!({ "IpAddressType": balancer.ip_address_type });
    ctx.here.elbv2.load_balancers.insert(balancer.arn.clone(), balancer);
    Ok(answer)
}

/// The type asked for, in the subnets that the load balancer will have.
fn change_ip_address_type(
    ctx: &mut Context<'_>,
    balancer: &mut LoadBalancer,
    wanted: Option<String>,
    subnets: &[SubnetMapping],
) -> Answer<()> {
    balancer.ip_address_type = wanted.unwrap_or_else(|| balancer.ip_address_type.clone());
    check_ip_address_type(ctx.here, balancer, subnets)?;
    let dualstack = balancer.ip_address_type != "ipv4";
    let stays = |subnet: &String| subnets.iter().any(|mapping| mapping.subnet_id == *subnet);
    for (_, interface) in balancer.interfaces.iter().filter(|(subnet, _)| stays(subnet)) {
        network_interface::set_dualstack(&mut ctx.here.ec2, ctx.ids, interface, dualstack)?;
    }
    Ok(())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteLoadBalancerRequest {
    load_balancer_arn: String,
}

/// API Reference: one that is not there is deleted successfully; listeners and rules go with it. Its network interfaces stay a while.
pub(super) fn delete(ctx: &mut Context<'_>, request: DeleteLoadBalancerRequest) -> Answer<()> {
    let arn = request.load_balancer_arn;
    let Ok(balancer) = find(ctx, &arn) else { return Ok(()) };
    check_deletable(ctx, &balancer)?;
    let gone_at = ctx.now + ctx.config.durations.load_balancer_deletion;
    for interface in balancer.interfaces.values() {
        network_interface::remove_at(&mut ctx.here.ec2, interface, gone_at);
    }
    let state = &mut ctx.here.elbv2;
    let listeners: Vec<String> = state.listeners_of(&arn).into_iter().map(|listener| listener.arn.clone()).collect();
    for listener in &listeners {
        super::listener::remove(state, listener);
    }
    state.load_balancers.remove(&arn);
    state.tags.remove(&arn);
    Ok(())
}

fn check_deletable(ctx: &Context<'_>, balancer: &LoadBalancer) -> Answer<()> {
    let arn = &balancer.arn;
    if balancer.has("deletion_protection.enabled") {
        let message = format!("Load balancer '{arn}' cannot be deleted because deletion protection is enabled");
        return Err(AwsError::new("OperationNotPermitted", message));
    }
    // Inferred (load-balancer-of-a-service): this text, which users' logs have of load balancers of an endpoint service.
    if ctx.here.ec2.services.values().any(|service| service.load_balancers.contains(arn)) {
        let message =
            format!("Load balancer '{arn}' cannot be deleted because it is currently associated with another service");
        return Err(AwsError::new("ResourceInUse", message));
    }
    // User Guide for Network Load Balancers, "Application Load Balancers as targets": not while it is registered.
    let mut groups = ctx.here.elbv2.target_groups.values();
    if groups.any(|group| group.targets.keys().any(|target| target.id == *arn)) {
        let message = format!("Load balancer '{arn}' cannot be deleted because it is registered as a target");
        return Err(AwsError::new("ResourceInUse", message));
    }
    Ok(())
}
