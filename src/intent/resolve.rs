//! From a spec and what was found to the intent, or to every problem at once.

use crate::api::{HealthCheck, PrivateApiFrontDoorSpec};
use crate::observed::RuleConditions;
use crate::tags::{Owner, PREFIX};

use super::{
    EndpointIntent, Intent, ListenerIntent, LoadBalancerIntent, Problem, References, RuleIntent, TargetGroupIntent,
};
use super::{load_balancer, rest_api, vpc_endpoint};

/// Checks a spec against what AWS has.
///
/// # Errors
///
/// Every problem that only the user can solve, in the order of the spec's fields.
pub fn resolve(spec: &PrivateApiFrontDoorSpec, owner: &Owner, found: &References) -> Result<Intent, Vec<Problem>> {
    let mut problems = Vec::new();
    let endpoint = vpc_endpoint::resolve(&spec.vpc_endpoint, found, &mut problems);
    let api = rest_api::resolve(&spec.api, owner, found, &mut problems);
    let vpc_id = endpoint.as_ref().map(|(vpc_id, _)| vpc_id.clone()).unwrap_or_default();
    let load_balancer = balancer(spec, &vpc_id, found, &mut problems);
    reserved_tags(spec, &mut problems);
    match (endpoint, api, problems.is_empty()) {
        (Some((vpc_id, endpoint)), Some(api), true) => Ok(Intent {
            owner: owner.clone(),
            caller: found.caller.clone(),
            vpc_id,
            tags: spec.tags.clone(),
            endpoint,
            api,
            stage: spec.api.stage.name.clone(),
            load_balancer,
        }),
        _ => Err(problems),
    }
}

/// The user's tags must not pass for ours, nor for AWS's.
fn reserved_tags(spec: &PrivateApiFrontDoorSpec, problems: &mut Vec<Problem>) {
    for key in spec.tags.keys() {
        if key.starts_with(PREFIX) || key.to_ascii_lowercase().starts_with("aws:") {
            problems.push(Problem::new(format!("spec.tags[{key}]"), "this key is reserved: use another"));
        }
    }
}

fn balancer(
    spec: &PrivateApiFrontDoorSpec,
    vpc_id: &str,
    found: &References,
    problems: &mut Vec<Problem>,
) -> Option<LoadBalancerIntent> {
    let wanted = spec.load_balancer.as_ref()?;
    let listener = load_balancer::resolve(wanted, vpc_id, found, problems);
    let target_group = target_group(spec, vpc_id, found, problems);
    let rules = spec.rules.iter().map(|rule| RuleIntent {
        conditions: RuleConditions {
            hosts: rule.hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
            paths: rule.paths.iter().cloned().collect(),
            ..RuleConditions::default()
        },
        stage_path: rule.stage_path,
        priority: rule.priority,
    });
    let rules: Vec<RuleIntent> = rules.collect();
    distinct(&rules, problems);
    listener.map(|listener: ListenerIntent| LoadBalancerIntent { listener, target_group, rules })
}

/// Two rules for the same requests: the second could never take one.
fn distinct(rules: &[RuleIntent], problems: &mut Vec<Problem>) {
    for (index, rule) in rules.iter().enumerate() {
        if let Some(earlier) = rules.iter().take(index).position(|earlier| earlier.conditions == rule.conditions) {
            let message = format!("takes the same requests as spec.rules[{earlier}]: remove one of them");
            problems.push(Problem::new(format!("spec.rules[{index}]"), message));
        }
    }
}

fn target_group(
    spec: &PrivateApiFrontDoorSpec,
    vpc_id: &str,
    found: &References,
    problems: &mut Vec<Problem>,
) -> TargetGroupIntent {
    let wanted = spec.target_group.clone().unwrap_or_default();
    let Some(arn) = wanted.arn else {
        let success_codes = wanted
            .health_check
            .map_or_else(crate::api::default_success_codes, |HealthCheck { success_codes }| success_codes);
        return TargetGroupIntent::Create { success_codes };
    };
    match &found.target_group {
        None => problems.push(Problem::new(
            "spec.targetGroup.arn",
            format!("target group {arn} does not exist in {}", place(found)),
        )),
        Some(group) if !vpc_id.is_empty() && group.vpc_id != vpc_id => {
            let message =
                format!("target group {arn} is in {}, the endpoint in {vpc_id}: both must be in one VPC", group.vpc_id);
            problems.push(Problem::new("spec.targetGroup.arn", message));
        }
        Some(_) => {}
    }
    TargetGroupIntent::Existing(arn)
}

/// Where was looked.
pub(super) fn place(found: &References) -> String {
    format!("account {}, region {}", found.caller.account, found.caller.region)
}

/// The VPC, with the endpoint that decides it.
pub(super) type Endpoint = (String, EndpointIntent);
