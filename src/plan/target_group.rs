//! The target group.

use super::Difference;
use super::draft::Draft;
use crate::change::{Change, TargetGroupChange};
use crate::desired::{TargetGroup as Wanted, Want};
use crate::node::Node;
use crate::observed::TargetGroup;

const NODE: Node = Node::TargetGroup;

pub(super) fn forward(draft: &mut Draft<'_>, want: &Want<Wanted>) {
    let Want::Managed(wanted) = want else { return };
    let Some(present) = draft.current.target_group else {
        let create = TargetGroupChange::Create {
            name: wanted.name.to_string(),
            vpc_id: wanted.vpc_id.clone(),
            success_codes: wanted.success_codes.clone(),
            tags: wanted.tags.clone(),
        };
        return draft.step(NODE, Change::TargetGroup(create));
    };
    if let Some(difference) =
        Difference::value("successCodes", Some(&present.success_codes), Some(&wanted.success_codes))
    {
        let change =
            TargetGroupChange::Modify { arn: present.arn.clone(), success_codes: wanted.success_codes.clone() };
        draft.update(NODE, Change::TargetGroup(change), vec![difference]);
    }
}

pub(super) fn backward(draft: &mut Draft<'_>, _want: &Want<Wanted>) {
    let keep = draft.current.target_group.map(|group| &group.arn);
    let mut obsolete: Vec<&TargetGroup> =
        draft.snapshot.target_groups.iter().filter(|it| draft.owns(&it.tags) && Some(&it.arn) != keep).collect();
    obsolete.sort_by_key(|it| &it.arn);
    for group in obsolete {
        let used = draft.snapshot.rules.iter().any(|rule| rule.target_group_arn.as_ref() == Some(&group.arn));
        let balancer =
            keep.is_none() && draft.snapshot.load_balancers.iter().any(|balancer| draft.owns(&balancer.tags));
        let on = [used.then(|| Node::Rule("*".to_owned())), balancer.then_some(Node::LoadBalancer)];
        let on: Vec<Node> = on.into_iter().flatten().collect();
        if on.is_empty() {
            draft.step(NODE, Change::TargetGroup(TargetGroupChange::Delete { arn: group.arn.clone() }));
        } else {
            draft.block(NODE, "delete", on);
        }
    }
}
