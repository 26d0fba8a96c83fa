//! What exists, as status shows it.

use super::Kept;
use super::access::access;
use crate::api::{
    LoadBalancerStatus, PrivateApiFrontDoorStatus, RestApiStatus, RuleStatus, SecurityGroupStatus, TargetGroupStatus,
    VpcEndpointStatus,
};
use crate::node::GroupRole;
use crate::observed::Rule;
use crate::plan::Current;

/// Everything but generation and conditions.
pub(super) fn resources(kept: &Kept) -> PrivateApiFrontDoorStatus {
    let current = Current::of(&kept.graph, &kept.snapshot);
    let access = access(kept, &current);
    PrivateApiFrontDoorStatus {
        observed_generation: None,
        ready_generation: None,
        conditions: Vec::new(),
        url: access.first().map(|access| access.url.clone()),
        access,
        vpc_endpoint: vpc_endpoint(&current),
        api: rest_api(kept, &current),
        load_balancer: load_balancer(&current),
        target_group: target_group(&current),
        rules: rules(kept, &current),
        security_groups: security_groups(&current),
        plan: plan(kept),
    }
}

/// Most lines of a plan in the status.
const MOST_LINES: usize = 60;

/// The plan of an object that is only observed, as `frontdoor plan` prints it.
fn plan(kept: &Kept) -> Vec<String> {
    if kept.plan.held.is_empty() {
        return Vec::new();
    }
    let text = kept.plan.to_string();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let more = lines.len().saturating_sub(MOST_LINES);
    lines.truncate(MOST_LINES);
    lines.extend((more > 0).then(|| format!("… and {more} lines more")));
    lines
}

fn vpc_endpoint(current: &Current<'_>) -> Option<VpcEndpointStatus> {
    current.vpc_endpoint.map(|endpoint| VpcEndpointStatus {
        id: endpoint.id.clone(),
        state: endpoint.state.as_str().to_owned(),
        dns_name: endpoint.dns_names.first().cloned(),
        addresses: endpoint.target_addresses().unwrap_or_default().into_iter().collect(),
    })
}

fn rest_api(kept: &Kept, current: &Current<'_>) -> Option<RestApiStatus> {
    current.rest_api.map(|api| RestApiStatus {
        id: api.id.clone(),
        stage: kept.intent.stage.name.clone(),
        import_warnings: api.import_warnings.clone(),
        deployment_id: api.stage(&kept.intent.stage.name).map(|stage| stage.deployed.deployment_id.clone()),
    })
}

fn load_balancer(current: &Current<'_>) -> Option<LoadBalancerStatus> {
    current.load_balancer.map(|balancer| LoadBalancerStatus {
        arn: balancer.arn.clone(),
        dns_name: balancer.dns_name.clone(),
        listener_arn: current.listener.map(|listener| listener.arn.clone()),
    })
}

fn target_group(current: &Current<'_>) -> Option<TargetGroupStatus> {
    current.target_group.map(|group| TargetGroupStatus {
        arn: group.arn.clone(),
        healthy: format!("{}/{}", group.healthy(), group.registered().len()),
    })
}

/// In the order of the spec; rules that are still on their way out follow.
fn rules(kept: &Kept, current: &Current<'_>) -> Vec<RuleStatus> {
    let listener = current.listener.map(|listener| &listener.arn);
    let ours = kept
        .snapshot
        .rules
        .iter()
        .filter(|rule| Some(&rule.listener_arn) == listener && kept.graph.owner.owns(&rule.tags));
    let wanted = &kept.graph.rules;
    let place = |rule: &Rule| wanted.iter().position(|it| it.conditions == rule.conditions).unwrap_or(wanted.len());
    let mut ours: Vec<&Rule> = ours.collect();
    ours.sort_by_key(|rule| (place(rule), rule.priority));
    ours.into_iter().map(|rule| RuleStatus { arn: rule.arn.clone(), priority: rule.priority }).collect()
}

fn security_groups(current: &Current<'_>) -> Vec<SecurityGroupStatus> {
    let groups = GroupRole::ALL.into_iter().filter_map(|role| Some((role, current.security_group(role)?)));
    groups.map(|(role, group)| SecurityGroupStatus { role: role.as_str().to_owned(), id: group.id.clone() }).collect()
}
