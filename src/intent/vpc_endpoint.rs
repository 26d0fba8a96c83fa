//! `spec.vpcEndpoint`, checked.

use std::collections::BTreeMap;

use serde_json::json;

use super::subnets::{Chosen, chosen};
use super::{CreateEndpoint, EndpointIntent, Problem, References, VpcDns, cidrs, policy, security_groups};
use crate::api::{EndpointIpAddressType, PrivateDns, VpcEndpoint, VpcEndpointCreate};
use crate::desired::service_name;
use crate::tags::Owner;

/// Most characters of an endpoint policy.
///
/// Source: AWS `PrivateLink` Guide, "Control access to VPC endpoints using endpoint policies".
const LONGEST_POLICY: usize = 20_480;

/// The VPC, with the endpoint that decides it.
pub(super) type InVpc = (String, EndpointIntent);

pub(super) fn resolve(
    wanted: &VpcEndpoint,
    owner: &Owner,
    found: &References,
    problems: &mut Vec<Problem>,
) -> Option<InVpc> {
    match (&wanted.create, &wanted.id) {
        (Some(create), None) => to_create(create, owner, found, problems),
        (None, Some(id)) => existing(id, found, problems),
        _ => {
            problems.push(Problem::new("spec.vpcEndpoint", "exactly one of create or id must be set"));
            None
        }
    }
}

fn to_create(
    create: &VpcEndpointCreate,
    owner: &Owner,
    found: &References,
    problems: &mut Vec<Problem>,
) -> Option<InVpc> {
    let subnets =
        chosen("spec.vpcEndpoint.create", &create.subnet_ids, create.subnet_selector.as_ref(), found, problems);
    let pinned = pinned(create, &subnets, found, problems);
    let ipv6 = create.ip_address_type == EndpointIpAddressType::Dualstack;
    if ipv6 {
        subnets.need_ipv6(found, problems);
    }
    if let Some(policy) = &create.policy {
        policy::check_document(policy, "spec.vpcEndpoint.create.policy", LONGEST_POLICY, problems);
    }
    let vpc_id = subnets.vpc(found, problems);
    let vpc = vpc_id.as_deref().unwrap_or_default();
    security_groups::check("spec.vpcEndpoint.create", &create.security_group_ids, vpc, found, problems);
    security_groups::check_managed(
        "spec.vpcEndpoint.create",
        &create.security_group_ids,
        &create.client_cidrs,
        problems,
    );
    cidrs::check("spec.vpcEndpoint.create.clientCidrs", &create.client_cidrs, ipv6, problems);
    let vpc_id = vpc_id?;
    let private_dns = create.private_dns == PrivateDns::Enabled;
    if private_dns {
        check_private_dns(&vpc_id, owner, found, problems);
    }
    let intent = CreateEndpoint {
        subnets: subnets.zones(found),
        pinned,
        security_groups: security_groups::chosen(&create.security_group_ids),
        client_cidrs: cidrs::canonical(&create.client_cidrs),
        private_dns,
        ip_address_type: create.ip_address_type,
        policy: create.policy.as_ref().map(|policy| json!(policy)),
    };
    Some((vpc_id, EndpointIntent::Create(intent)))
}

/// Addresses by subnet, each of its subnet's range.
fn pinned(
    create: &VpcEndpointCreate,
    subnets: &Chosen,
    found: &References,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, String> {
    let mut pinned = BTreeMap::new();
    for (index, configuration) in create.subnet_configurations.iter().enumerate() {
        let field = format!("spec.vpcEndpoint.create.subnetConfigurations[{index}]");
        let id = &configuration.subnet_id;
        if !subnets.contains(id) {
            let message = format!("{id} is not one of the endpoint's subnets: name one of them");
            problems.push(Problem::new(format!("{field}.subnetId"), message));
            continue;
        }
        let subnet = found.subnets.get(id);
        if let Some(subnet) = subnet.filter(|subnet| !subnet.can_give(&configuration.ipv4)) {
            let message = format!(
                "{} is not available in subnet {id}: name a free address of {}, not one of its first four or its last, which AWS reserves",
                configuration.ipv4, subnet.cidr
            );
            problems.push(Problem::new(format!("{field}.ipv4"), message));
        }
        pinned.insert(id.clone(), configuration.ipv4.clone());
    }
    pinned
}

/// Source: AWS `PrivateLink` Guide, "Access an AWS service using an interface VPC endpoint", private DNS.
fn check_private_dns(vpc_id: &str, owner: &Owner, found: &References, problems: &mut Vec<Problem>) {
    let mut refuse = |message: String| problems.push(Problem::new("spec.vpcEndpoint.create.privateDns", message));
    if let Some(VpcDns { support, hostnames }) = found.vpc_dns.get(vpc_id) {
        let off = [(*support, "enableDnsSupport"), (*hostnames, "enableDnsHostnames")];
        for (_, attribute) in off.into_iter().filter(|(on, _)| !on) {
            refuse(format!("{attribute} of {vpc_id} is disabled: enable it, or set privateDns to Disabled"));
        }
    }
    let taken = found.private_dns_endpoints.iter().find(|it| it.vpc_id == vpc_id && !owner.owns(&it.tags));
    if let Some(other) = taken {
        refuse(format!(
            "VPC endpoint {} has the private DNS name of {} in {vpc_id} already, and only one can: set privateDns to Disabled, or use that endpoint with spec.vpcEndpoint.id",
            other.id, other.service_name
        ));
    }
}

fn existing(id: &str, found: &References, problems: &mut Vec<Problem>) -> Option<InVpc> {
    let field = "spec.vpcEndpoint.id";
    let Some(endpoint) = &found.vpc_endpoint else {
        let message = format!(
            "VPC endpoint {id} does not exist in {}, or is not an interface endpoint for execute-api",
            found.place()
        );
        problems.push(Problem::new(field, message));
        return None;
    };
    let service = service_name(&found.caller);
    if endpoint.service_name != service {
        let message = format!("VPC endpoint {id} is for {}: name an endpoint for {service}", endpoint.service_name);
        problems.push(Problem::new(field, message));
    }
    if endpoint.ip_address_type == "ipv6" {
        let message = format!(
            "VPC endpoint {id} has IPv6 addresses only, and targets have IPv4 addresses: name one of type ipv4 or dualstack"
        );
        problems.push(Problem::new(field, message));
    }
    let security_group_ids = endpoint.security_group_ids.iter().cloned().collect();
    Some((endpoint.vpc_id.clone(), EndpointIntent::Existing { id: id.to_owned(), security_group_ids }))
}
