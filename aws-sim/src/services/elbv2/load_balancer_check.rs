//! What load balancers may be: name, number, subnets, security groups, kinds of addresses.

use super::load_balancer::{Kind, LoadBalancer, SubnetMapping};
use super::select::invalid;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::world::Region;

/// Names of load balancers and target groups (API Reference: 32 characters, letters, digits, inner hyphens).
pub(super) fn check_name(what: &str, name: &str) -> Answer<()> {
    if name.is_empty() || name.len() > 32 {
        return Err(invalid(format!("{what} name '{name}' cannot be longer than '32' characters")));
    }
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Err(invalid(format!(
            "{what} name '{name}' can only contain characters that are alphanumeric characters or hyphens(-)"
        )));
    }
    if name.starts_with('-') || name.ends_with('-') {
        return Err(invalid(format!("{what} name '{name}' cannot begin or end with a hyphen(-)")));
    }
    if what == "Load balancer" && name.starts_with("internal-") {
        return Err(invalid(format!("{what} name '{name}' cannot begin with 'internal-'")));
    }
    Ok(())
}

/// User Guides, "Quotas": 50 of each kind in a region.
pub(super) fn check_quota(ctx: &Context<'_>, kind: Kind) -> Answer<()> {
    if ctx.here.elbv2.load_balancers.values().filter(|balancer| balancer.kind == kind).count() >= 50 {
        return Err(AwsError::new("TooManyLoadBalancers", "The maximum number of load balancers has been reached"));
    }
    Ok(())
}

/// User Guide for Application Load Balancers, "IP address types": dual stack needs IPv6 blocks in all subnets; without public IPv4
/// addresses there are internet-facing application load balancers only.
pub(super) fn check_ip_address_type(region: &Region, balancer: &LoadBalancer, subnets: &[SubnetMapping]) -> Answer<()> {
    let kind = balancer.ip_address_type.as_str();
    let without_public = kind == "dualstack-without-public-ipv4";
    if !matches!(kind, "ipv4" | "dualstack") && !without_public {
        let message =
            format!("IP address type '{kind}' must be one of 'ipv4, dualstack, dualstack-without-public-ipv4'");
        return Err(invalid(message));
    }
    if without_public && (balancer.kind == Kind::Network || !balancer.is_internet_facing()) {
        let message = format!("IP address type '{kind}' is for internet-facing application load balancers only");
        return Err(AwsError::new("InvalidConfigurationRequest", message));
    }
    let lacks = |mapping: &&SubnetMapping| {
        region.ec2.subnets.get(&mapping.subnet_id).is_none_or(|subnet| subnet.ipv6.is_none())
    };
    match subnets.iter().find(lacks) {
        Some(SubnetMapping { subnet_id, .. }) if kind != "ipv4" => {
            let message = format!("IP address type '{kind}': the subnet '{subnet_id}' must have an IPv6 CIDR block");
            Err(AwsError::new("InvalidSubnet", message))
        }
        _ => Ok(()),
    }
}

/// API Reference, `CreateLoadBalancer`: prefixes for source NAT are for dual-stack network load balancers.
pub(super) fn check_ipv6_source_nat(balancer: &LoadBalancer) -> Answer<()> {
    match balancer.ipv6_source_nat.as_str() {
        "off" => Ok(()),
        "on" if balancer.kind == Kind::Network && balancer.ip_address_type == "dualstack" => Ok(()),
        "on" => {
            let message =
                "IPv6 source NAT prefixes are for Network Load Balancers with the IP address type 'dualstack'";
            Err(AwsError::new("InvalidConfigurationRequest", message))
        }
        other => Err(invalid(format!("'{other}' must be one of 'on, off'"))),
    }
}

/// Finds the VPC of the subnets, which must be of one VPC and of zones of their own; application load balancers need two
/// (User Guide, "Subnets for your load balancer").
pub(super) fn check_subnets(region: &Region, balancer: &LoadBalancer, subnets: &[SubnetMapping]) -> Answer<String> {
    let mut zones = Vec::new();
    let mut vpc: Option<&str> = None;
    for SubnetMapping { subnet_id: id, .. } in subnets {
        let subnet = region
            .ec2
            .subnets
            .get(id)
            .ok_or_else(|| AwsError::new("SubnetNotFound", format!("The subnet ID '{id}' does not exist")))?;
        if vpc.is_some_and(|vpc| vpc != subnet.vpc) {
            return Err(AwsError::new("InvalidConfigurationRequest", "All subnets must belong to the same VPC"));
        }
        if zones.contains(&&subnet.zone) {
            let message = "A load balancer cannot be attached to multiple subnets in the same Availability Zone";
            return Err(AwsError::new("InvalidConfigurationRequest", message));
        }
        vpc = Some(&subnet.vpc);
        zones.push(&subnet.zone);
    }
    let vpc = vpc.ok_or_else(|| invalid("At least one subnet must be specified"))?.to_owned();
    if balancer.kind == Kind::Application && zones.len() < 2 {
        return Err(invalid("At least two subnets in two different Availability Zones must be specified"));
    }
    let has_gateway = region.ec2.gateways.values().any(|attached| attached.as_ref() == Some(&vpc));
    if balancer.is_internet_facing() && !has_gateway {
        return Err(AwsError::new("InvalidSubnet", format!("VPC {vpc} has no internet gateway")));
    }
    Ok(vpc)
}

/// The groups asked for; an application load balancer without gets the VPC's default group, a network load balancer none.
pub(super) fn check_groups(region: &Region, balancer: &LoadBalancer, asked: &[String]) -> Answer<Vec<String>> {
    let groups = &region.ec2.groups;
    for id in asked {
        if groups.get(id).is_none_or(|group| group.vpc != balancer.vpc) {
            return Err(AwsError::new(
                "InvalidSecurityGroup",
                format!("Security group '{id}' does not exist in VPC '{}'", balancer.vpc),
            ));
        }
    }
    if !asked.is_empty() || balancer.kind == Kind::Network {
        return Ok(asked.to_vec());
    }
    let default = groups.values().filter(|group| group.vpc == balancer.vpc && group.is_default());
    Ok(default.map(|group| group.id.clone()).collect())
}
