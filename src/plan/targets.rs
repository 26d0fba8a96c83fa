//! The targets: the endpoint's addresses. New ones are registered and healthy before old ones are taken out.

use std::collections::BTreeSet;

use super::draft::Draft;
use super::{rule, stage};
use crate::change::{Change, TargetGroupChange};
use crate::desired::{TargetGroup as Wanted, Want};
use crate::node::Node;
use crate::observed::{TargetGroup, TargetHealth, TargetState};

const NODE: Node = Node::TargetGroup;

pub(super) fn forward(draft: &mut Draft<'_>, want: &Want<Wanted>) {
    let managed = match want {
        Want::Managed(_) => true,
        Want::Existing(_) => false,
        Want::Nothing => return,
    };
    if draft.hides_targets() {
        return draft.block(NODE, "check targets", []);
    }
    let Some(group) = draft.current.target_group else {
        return draft.block(NODE, "register targets", [NODE]);
    };
    let Some(addresses) = draft.wanted_addresses() else {
        return draft.block(NODE, "register targets", [Node::VpcEndpoint]);
    };
    if addresses.is_empty() && draft.is_to_change(&Node::VpcEndpoint) {
        // None of its subnets is one that is wanted: those come first.
        draft.block(NODE, "register targets", [Node::VpcEndpoint]);
    }
    let registered = group.registered();
    if managed {
        leave(draft, group, &registered);
    }
    let missing: BTreeSet<String> = addresses.difference(&registered).cloned().collect();
    if missing.is_empty() {
        return judge_health(draft, group, &addresses);
    }
    if let Some(closed) = closed(draft).filter(|_| managed) {
        return draft.block(NODE, "register targets", [closed]);
    }
    let list = missing.iter().cloned().collect::<Vec<_>>().join(", ");
    if managed {
        let change = TargetGroupChange::Register { arn: group.arn.clone(), addresses: missing };
        draft.step(NODE, Change::TargetGroup(change));
    } else {
        let message = format!(
            "spec.targetGroup.arn: target group {} lacks the endpoint's addresses {list}: register them, or leave this field out so that the controller makes a target group and does",
            group.arn
        );
        draft.fault(NODE, message);
    }
}

/// What has to be done first where an endpoint takes another's place: requests would come through one that what answers them does not let in. That is
/// the wanted stage until it is deployed, and a stage or API before it while rules lead there.
fn closed(draft: &mut Draft<'_>) -> Option<Node> {
    if !draft.old_targets_serve() {
        return None;
    }
    if !stage::admits(draft) {
        return Some(Node::Stage);
    }
    rule::switch(draft).then(|| Node::Rule("*".to_owned()))
}

/// Takes out targets whose network interfaces are about to be taken away, and waits until they have finished their requests.
fn leave(draft: &mut Draft<'_>, group: &TargetGroup, registered: &BTreeSet<String>) {
    let leaving: BTreeSet<String> = draft.leaving().intersection(registered).cloned().collect();
    let draining: Vec<String> = draft.leaving().difference(registered).cloned().collect();
    if !leaving.is_empty() {
        let change = TargetGroupChange::Deregister { arn: group.arn.clone(), addresses: leaving };
        draft.step(NODE, Change::TargetGroup(change));
    }
    for address in draining.into_iter().filter(|address| group.targets.contains_key(address)) {
        draft.wait(NODE, format!("target {address} is draining"));
    }
}

/// Waits until the targets are healthy. A load balancer checks none that no rule leads to, so that rules that are still to come are what they need then.
fn judge_health(draft: &mut Draft<'_>, group: &TargetGroup, addresses: &BTreeSet<String>) {
    let is_unused = |address: &String| group.targets.get(address).is_some_and(|it| it.state == TargetState::Unused);
    if group.load_balancer_arns.is_empty() && draft.has_rules_to_change() && addresses.iter().any(is_unused) {
        return draft.block(NODE, "check targets", [Node::Rule("*".to_owned())]);
    }
    for address in addresses {
        let Some(health) = group.targets.get(address) else { continue };
        if health.state == TargetState::Healthy {
            continue;
        }
        let reason = health.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        let state = format!("{:?}", health.state).to_lowercase();
        let remedy = remedy(health, group).map(|remedy| format!(": {remedy}")).unwrap_or_default();
        draft.wait(NODE, format!("target {address} is {state}{reason}{remedy}"));
    }
}

/// What to do about a target if time alone does not mend it.
///
/// Source: Elastic Load Balancing User Guide for Application Load Balancers, "Target health status", reason codes.
fn remedy(health: &TargetHealth, group: &TargetGroup) -> Option<&'static str> {
    let reason = health.reason.as_deref().unwrap_or_default();
    match health.state {
        TargetState::Unhealthy if reason.contains("timed out") => Some(
            "if it stays so, allow TCP 443 outbound to the endpoint in the load balancer's security groups, and inbound from them in the endpoint's",
        ),
        TargetState::Unhealthy if reason.contains("codes") => {
            Some("the code must be one of spec.targetGroup.healthCheck.successCodes, or of the existing target group's")
        }
        // Before a rule forwards to the group no target is used.
        TargetState::Unused if !group.load_balancer_arns.is_empty() => {
            Some("if it stays so, give the load balancer a subnet in the target's Availability Zone")
        }
        _ => None,
    }
}

/// Takes out targets that are no longer the endpoint's addresses.
pub(super) fn backward(draft: &mut Draft<'_>, want: &Want<Wanted>) {
    let (Want::Managed(_), Some(group)) = (want, draft.current.target_group) else { return };
    let Some(addresses) = draft.wanted_addresses() else { return };
    let obsolete: BTreeSet<String> = group.registered().difference(&addresses).cloned().collect();
    if !obsolete.is_empty() {
        let change = TargetGroupChange::Deregister { arn: group.arn.clone(), addresses: obsolete };
        draft.step(NODE, Change::TargetGroup(change));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intent::tests::target_group;

    #[test]
    fn a_target_that_receives_nothing_is_told_with_what_to_do() {
        let of = |state, reason: &str, used: bool| {
            let mut group = target_group("vpc-1");
            group.load_balancer_arns.extend(used.then(|| "lb-1".to_owned()));
            remedy(&TargetHealth { state, reason: Some(reason.to_owned()) }, &group).unwrap_or_default()
        };
        assert!(of(TargetState::Unhealthy, "Request timed out", true).contains("security groups"));
        let codes = of(TargetState::Unhealthy, "Health checks failed with these codes: [403]", true);
        assert!(codes.contains("spec.targetGroup.healthCheck.successCodes"), "{codes}");
        let zone = "Target is in an Availability Zone that is not enabled for the load balancer";
        assert!(of(TargetState::Unused, zone, true).contains("give the load balancer a subnet"));
        let unused = "Target group is not configured to receive traffic from the load balancer";
        assert!(of(TargetState::Unused, unused, true).contains("give the load balancer a subnet"));
        assert_eq!(of(TargetState::Unused, unused, false), "");
        assert_eq!(of(TargetState::Initial, "Target registration is in progress", true), "");
    }
}
