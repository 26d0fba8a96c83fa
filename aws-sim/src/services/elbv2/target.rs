//! Targets: registered, deregistered (API Reference, `RegisterTargets`; User Guide, "Register targets").

use std::net::Ipv4Addr;
use std::time::Duration;

use serde::Deserialize;

use super::select::invalid;
use super::target_group::{TargetGroup, not_found};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::world::Region;

/// What a target is registered as.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TargetKey {
    /// Address, instance ID, or ARN.
    pub id: String,
    /// Port; none for Lambda functions.
    pub port: Option<u16>,
}

/// A registered target.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its zone, or `all`.
    pub zone: Option<String>,
    /// When it was registered.
    pub registered: Timestamp,
    /// Until when connections are drained, once it was deregistered.
    pub draining_until: Option<Timestamp>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct TargetDescription {
    pub(super) id: String,
    pub(super) port: Option<u16>,
    pub(super) availability_zone: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct TargetsRequest {
    target_group_arn: String,
    targets: Vec<TargetDescription>,
}

impl TargetDescription {
    pub(super) fn key(&self, group: &TargetGroup) -> TargetKey {
        TargetKey { id: self.id.clone(), port: self.port.or(group.port) }
    }
}

pub(super) fn register(ctx: &mut Context<'_>, request: TargetsRequest) -> Answer<()> {
    let arn = &request.target_group_arn;
    let mut group = ctx.here.elbv2.target_groups.get(arn).cloned().ok_or_else(|| not_found(arn))?;
    for description in &request.targets {
        let zone = zone(ctx.here, &group, description)?;
        let key = description.key(&group);
        let target =
            group.targets.entry(key).or_insert(Target { zone: None, registered: ctx.now, draining_until: None });
        if target.draining_until.take().is_some() {
            target.registered = ctx.now;
        }
        target.zone = zone;
    }
    check_count(&group)?;
    ctx.here.elbv2.target_groups.insert(arn.clone(), group);
    Ok(())
}

/// User Guides, "Quotas": 1,000 targets, one application load balancer.
fn check_count(group: &TargetGroup) -> Answer<()> {
    let most = if group.target_type == "alb" { 1 } else { 1000 };
    let count = group.targets.values().filter(|target| target.draining_until.is_none()).count();
    if count > most {
        return Err(AwsError::new(
            "TooManyTargets",
            format!("The maximum number of targets per target group is {most}"),
        ));
    }
    Ok(())
}

/// The target's zone, if it may be registered at all.
fn zone(region: &Region, group: &TargetGroup, description: &TargetDescription) -> Answer<Option<String>> {
    match group.target_type.as_str() {
        "ip" => address_zone(region, group, description).map(Some),
        "alb" => check_balancer(region, group, description).map(|()| None),
        "lambda" if description.id.contains(":function:") => Ok(None),
        "instance" if description.id.starts_with("i-") => Err(AwsError::new(
            "InvalidTarget",
            format!("The following targets are not in a running state: '{}'", description.id),
        )),
        _ => Err(invalid(format!(
            "Target ID '{}' is not valid for targets of type '{}'",
            description.id, group.target_type
        ))),
    }
}

/// Addresses inside the VPC are in their subnet's zone; those outside must be private, with the zone given as `all`.
fn address_zone(region: &Region, group: &TargetGroup, description: &TargetDescription) -> Answer<String> {
    let id = &description.id;
    let address: Ipv4Addr =
        id.parse().map_err(|_| invalid(format!("The IP address '{id}' is not a valid IPv4 address")))?;
    let vpc = group.vpc.as_deref().unwrap_or_default();
    if region.ec2.vpcs.get(vpc).is_some_and(|vpc| vpc.cidr.contains(&address)) {
        let mut subnets = region.ec2.subnets.values().filter(|subnet| subnet.vpc == vpc);
        let subnet = subnets.find(|subnet| subnet.cidr.contains(&address));
        return subnet
            .map(|subnet| subnet.zone.clone())
            .ok_or_else(|| invalid(format!("The IP address '{id}' is not in a subnet of the VPC")));
    }
    let [a, b, ..] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    if !address.is_private() && !shared {
        return Err(invalid(format!(
            "The IP address '{id}' must be in the VPC or within the ranges 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16"
        )));
    }
    match description.availability_zone.as_deref() {
        Some("all") => Ok("all".to_owned()),
        _ => Err(invalid(format!("The IP address '{id}' is outside the VPC; its Availability Zone must be 'all'"))),
    }
}

/// User Guide for Network Load Balancers, "Application Load Balancers as targets": of the same VPC, with a listener on the port, behind at
/// most two network load balancers.
fn check_balancer(region: &Region, group: &TargetGroup, description: &TargetDescription) -> Answer<()> {
    let arn = &description.id;
    let state = &region.elbv2;
    let balancer =
        state.load_balancers.get(arn).filter(|balancer| balancer.kind == super::load_balancer::Kind::Application);
    let balancer = balancer
        .ok_or_else(|| AwsError::new("InvalidTarget", format!("The load balancer '{arn}' is not a valid target")))?;
    if Some(&balancer.vpc) != group.vpc.as_ref() {
        return Err(AwsError::new(
            "InvalidTarget",
            format!("The load balancer '{arn}' is not in the VPC of the target group"),
        ));
    }
    let port = description.port.or(group.port);
    if port != group.port || !state.listeners_of(arn).iter().any(|listener| Some(listener.port) == port) {
        let message = format!("The load balancer '{arn}' must have a listener on the port of the target group");
        return Err(AwsError::new("InvalidTarget", message));
    }
    let others = state
        .target_groups
        .values()
        .filter(|other| other.arn != group.arn && other.targets.keys().any(|key| key.id == *arn));
    if others.count() >= 2 {
        return Err(AwsError::new(
            "TooManyRegistrationsForTargetId",
            format!("The load balancer '{arn}' is registered too many times"),
        ));
    }
    Ok(())
}

/// Targets that are not registered are passed over. In use, a target drains for the group's delay (User Guide, "Deregistration delay").
pub(super) fn deregister(ctx: &mut Context<'_>, request: TargetsRequest) -> Answer<()> {
    let arn = &request.target_group_arn;
    let state = &mut ctx.here.elbv2;
    let in_use = !state.users_of(arn).is_empty();
    let group = state.target_groups.get_mut(arn).ok_or_else(|| not_found(arn))?;
    let delay = group.attributes.get("deregistration_delay.timeout_seconds").and_then(|value| value.parse().ok());
    let until = ctx.now + Duration::from_secs(delay.unwrap_or(0));
    for description in &request.targets {
        // Without a port every registration of the target is meant.
        let meant =
            |key: &TargetKey| key.id == description.id && description.port.is_none_or(|port| key.port == Some(port));
        if in_use && until > ctx.now && group.target_type != "alb" {
            for (_, target) in group.targets.iter_mut().filter(|(key, _)| meant(key)) {
                target.draining_until.get_or_insert(until);
            }
        } else {
            group.targets.retain(|key, _| !meant(key));
        }
    }
    group.targets.retain(|_, target| target.draining_until.is_none_or(|until| until > ctx.now));
    Ok(())
}
