//! From a spec and what was found to the intent, or to every problem at once.

use crate::api::PrivateApiFrontDoorSpec;
use crate::desired::Requests;
use crate::tags::{Owner, PREFIX};

use super::{EndpointIntent, Intent, ListenerIntent, LoadBalancerIntent, Problem, References};
use super::{certificate, denied, load_balancer, rest_api, rule, stage, target_group, vpc_endpoint};

/// Checks a spec against what AWS has.
///
/// # Errors
///
/// Every problem that only the user can solve, in the order of the spec's fields.
pub fn resolve(spec: &PrivateApiFrontDoorSpec, owner: &Owner, found: &References) -> Result<Intent, Vec<Problem>> {
    let mut problems = Vec::new();
    let endpoint = vpc_endpoint::resolve(&spec.vpc_endpoint, owner, found, &mut problems);
    let api = rest_api::resolve(spec, owner, found, &mut problems);
    let stage = stage::resolve(&spec.api.stage, found, &mut problems);
    let vpc_id = endpoint.as_ref().map(|(vpc_id, _)| vpc_id.clone()).unwrap_or_default();
    let load_balancer = balancer(spec, &vpc_id, found, &mut problems);
    reachable(spec, &mut problems);
    zones(spec, endpoint.as_ref(), load_balancer.as_ref(), found, &mut problems);
    tags(spec, &mut problems);
    let known = endpoint.as_ref().map(|(_, endpoint)| endpoint);
    let sources = known.map(|endpoint| denied::sources(endpoint, load_balancer.as_ref(), found)).unwrap_or_default();
    if let (Some(endpoint), Some(api)) = (known, &api) {
        let behind_load_balancer = spec.load_balancer.is_some();
        let requests = Requests {
            caller: &found.caller,
            stage: &stage.name,
            vpc_id: &vpc_id,
            api,
            behind_load_balancer,
            sources: &sources,
        };
        denied::check(spec, endpoint, &requests, &mut problems);
    }
    match (endpoint, api, problems.is_empty()) {
        (Some((vpc_id, endpoint)), Some(api), true) => Ok(Intent {
            owner: owner.clone(),
            caller: found.caller.clone(),
            vpc_id,
            tags: spec.tags.clone(),
            endpoint,
            api,
            stage,
            load_balancer,
            sources,
        }),
        _ => Err(problems),
    }
}

/// The managed security group of an endpoint lets in the load balancer and whom it is told.
fn reachable(spec: &PrivateApiFrontDoorSpec, problems: &mut Vec<Problem>) {
    let Some(create) = spec.vpc_endpoint.create.as_ref().filter(|_| spec.load_balancer.is_none()) else { return };
    if create.client_cidrs.is_empty() && create.security_group_ids.is_empty() {
        let message = "without loadBalancer no client can reach the endpoint: set its clients here, or groups that allow them in securityGroupIds";
        problems.push(Problem::new("spec.vpcEndpoint.create.clientCidrs", message));
    }
}

/// A load balancer sends nothing to zones in which it has no subnet.
///
/// Source: Elastic Load Balancing User Guide for Application Load Balancers, "Availability Zones and load balancer nodes".
fn zones(
    spec: &PrivateApiFrontDoorSpec,
    endpoint: Option<&vpc_endpoint::InVpc>,
    balancer: Option<&LoadBalancerIntent>,
    found: &References,
    problems: &mut Vec<Problem>,
) {
    let (Some((_, EndpointIntent::Create(endpoint))), Some(ListenerIntent::Create(balancer))) =
        (endpoint, balancer.map(|balancer| &balancer.listener))
    else {
        return;
    };
    let zone = |id: &String| found.subnets.get(id).map(|subnet| &subnet.zone_id);
    if balancer.subnet_ids.is_empty() || balancer.subnet_ids.iter().any(|id| zone(id).is_none()) {
        // What is not known of them is said already.
        return;
    }
    let named = spec.vpc_endpoint.create.as_ref().map(|create| create.subnet_ids.as_slice()).unwrap_or_default();
    for (id, other) in &endpoint.subnets {
        if balancer.subnet_ids.iter().any(|id| zone(id) == Some(other)) {
            continue;
        }
        let place = named.iter().position(|it| it == id);
        let field = place.map_or_else(|| "subnetSelector".to_owned(), |index| format!("subnetIds[{index}]"));
        let message = format!(
            "subnet {id} is in Availability Zone {other}, to which the load balancer sends nothing: give it a subnet there in spec.loadBalancer.create, or leave this one out"
        );
        problems.push(Problem::new(format!("spec.vpcEndpoint.create.{field}"), message));
    }
}

/// Longest key and longest value of a tag.
///
/// Source: Tagging AWS Resources User Guide, "Tag naming limits and requirements".
const LONGEST_TAG: (usize, usize) = (128, 256);

/// The user's tags must not pass for ours, nor for AWS's, and every service has to take them.
fn tags(spec: &PrivateApiFrontDoorSpec, problems: &mut Vec<Problem>) {
    for (key, value) in &spec.tags {
        let mut refuse = |message: &str| problems.push(Problem::new(format!("spec.tags[{key}]"), message));
        if key.starts_with(PREFIX) || key.to_ascii_lowercase().starts_with("aws:") {
            refuse("this key is reserved: use another");
        }
        if key.is_empty() || key.chars().count() > LONGEST_TAG.0 || value.chars().count() > LONGEST_TAG.1 {
            refuse("a tag has a key of 1 to 128 characters and a value of at most 256");
        }
        if !key.chars().chain(value.chars()).all(may_stand_in_a_tag) {
            refuse("keys and values of tags hold letters, digits, spaces and _.:/=+-@ only");
        }
    }
}

/// Source: Elastic Load Balancing API Reference, `Tag`, the narrowest of the services'.
fn may_stand_in_a_tag(c: char) -> bool {
    c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c)
}

fn balancer(
    spec: &PrivateApiFrontDoorSpec,
    vpc_id: &str,
    found: &References,
    problems: &mut Vec<Problem>,
) -> Option<LoadBalancerIntent> {
    let wanted = spec.load_balancer.as_ref()?;
    let listener = load_balancer::resolve(wanted, vpc_id, found, problems);
    let target_group = target_group::resolve(spec.target_group.as_ref(), vpc_id, found, problems);
    let rules = rule::resolve(&spec.rules, problems);
    if let Some(listener) = &listener {
        rule::check_hosts(&spec.rules, listener.port(), problems);
    }
    let certificates = wanted.listener.as_ref().and_then(|listener| listener.certificate_arns.as_deref());
    certificate::check(certificates.unwrap_or_default(), &rules, found, problems);
    listener.map(|listener: ListenerIntent| LoadBalancerIntent { listener, target_group, rules })
}
