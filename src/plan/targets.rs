//! The targets: the endpoint's addresses. New ones are registered and healthy before old ones are taken out.

use std::collections::BTreeSet;

use super::draft::Draft;
use super::{rule, stage};
use crate::change::{Change, TargetGroupChange};
use crate::desired::{TargetGroup as Wanted, Want};
use crate::node::Node;
use crate::observed::{TargetGroup, TargetState};

const NODE: Node = Node::TargetGroup;

pub(super) fn forward(draft: &mut Draft<'_>, want: &Want<Wanted>) {
    let managed = match want {
        Want::Managed(_) => true,
        Want::Existing(_) => false,
        Want::Nothing => return,
    };
    let Some(group) = draft.current.target_group else {
        return draft.block(NODE, "register targets", [NODE]);
    };
    let Some(addresses) = draft.wanted_addresses() else {
        return draft.block(NODE, "register targets", [Node::VpcEndpoint]);
    };
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
            "target group {} lacks the endpoint's addresses {list}: register them, or leave targetGroup.arn out so that the controller does",
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

fn judge_health(draft: &mut Draft<'_>, group: &TargetGroup, addresses: &BTreeSet<String>) {
    for address in addresses {
        let Some(health) = group.targets.get(address) else { continue };
        if health.state == TargetState::Healthy {
            continue;
        }
        let reason = health.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        let state = format!("{:?}", health.state).to_lowercase();
        draft.wait(NODE, format!("target {address} is {state}{reason}"));
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
