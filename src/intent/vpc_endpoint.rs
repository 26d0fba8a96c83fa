//! `spec.vpcEndpoint`, checked.

use std::collections::BTreeMap;

use super::resolve::{Endpoint, place};
use super::{CreateEndpoint, EndpointIntent, Problem, References, SecurityGroups};
use crate::api::{PrivateDns, VpcEndpoint};
use crate::desired::service_name;

pub(super) fn resolve(wanted: &VpcEndpoint, found: &References, problems: &mut Vec<Problem>) -> Option<Endpoint> {
    match (&wanted.create, &wanted.id) {
        (Some(create), None) => {
            let vpc_id = one_vpc("spec.vpcEndpoint.create.subnetIds", &create.subnet_ids, found, problems)?;
            let intent = CreateEndpoint {
                subnets: zones(&create.subnet_ids, found),
                security_groups: security_groups(&create.security_group_ids),
                private_dns: create.private_dns == PrivateDns::Enabled,
            };
            Some((vpc_id, EndpointIntent::Create(intent)))
        }
        (None, Some(id)) => existing(id, found, problems),
        _ => {
            problems.push(Problem::new("spec.vpcEndpoint", "exactly one of create or id must be set"));
            None
        }
    }
}

pub(super) fn security_groups(given: &[String]) -> SecurityGroups {
    if given.is_empty() { SecurityGroups::Managed } else { SecurityGroups::Given(given.to_vec()) }
}

/// The zone of each subnet.
fn zones(subnet_ids: &[String], found: &References) -> BTreeMap<String, String> {
    let known = subnet_ids.iter().filter_map(|id| Some((id.clone(), found.subnets.get(id)?.zone_id.clone())));
    known.collect()
}

fn existing(id: &str, found: &References, problems: &mut Vec<Problem>) -> Option<Endpoint> {
    let field = "spec.vpcEndpoint.id";
    let Some(endpoint) = &found.vpc_endpoint else {
        let message = format!(
            "VPC endpoint {id} does not exist in {}, or is no interface endpoint for execute-api",
            place(found)
        );
        problems.push(Problem::new(field, message));
        return None;
    };
    let service = service_name(&found.caller);
    if endpoint.service_name != service {
        let message =
            format!("VPC endpoint {id} leads to {}: an endpoint for {service} is needed", endpoint.service_name);
        problems.push(Problem::new(field, message));
    }
    let security_group_ids = endpoint.security_group_ids.iter().cloned().collect();
    Some((endpoint.vpc_id.clone(), EndpointIntent::Existing { id: id.to_owned(), security_group_ids }))
}

/// The VPC of all subnets, each in a zone of its own.
pub(super) fn one_vpc(
    field: &str,
    subnet_ids: &[String],
    found: &References,
    problems: &mut Vec<Problem>,
) -> Option<String> {
    let mut vpc: Option<&String> = None;
    let mut zones: BTreeMap<&String, &String> = BTreeMap::new();
    let before = problems.len();
    for (index, id) in subnet_ids.iter().enumerate() {
        let field = format!("{field}[{index}]");
        let Some(subnet) = found.subnets.get(id) else {
            problems.push(Problem::new(field, format!("subnet {id} does not exist in {}", place(found))));
            continue;
        };
        let expected = *vpc.get_or_insert(&subnet.vpc_id);
        if *expected != subnet.vpc_id {
            let message = format!(
                "subnet {id} is in {}, the subnets before it are in {expected}: all must be in one VPC",
                subnet.vpc_id
            );
            problems.push(Problem::new(field, message));
        } else if let Some(other) = zones.insert(&subnet.zone_id, id) {
            let message = format!(
                "subnets {other} and {id} are both in Availability Zone {}: name one subnet a zone",
                subnet.zone_id
            );
            problems.push(Problem::new(field, message));
        }
    }
    vpc.filter(|_| problems.len() == before).cloned()
}
