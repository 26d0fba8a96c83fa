//! The target group.

use super::Difference;
use super::draft::Draft;
use crate::change::{Change, TargetGroupChange};
use crate::desired::{TargetGroup as Wanted, Want};
use crate::node::Node;
use crate::observed::{HealthCheck, TargetGroup, Unread};

const NODE: Node = Node::TargetGroup;

pub(super) fn forward(draft: &mut Draft<'_>, want: &Want<Wanted>) {
    let Want::Managed(wanted) = want else { return };
    if draft.is_entrance_unread() {
        return draft.block(NODE, "check", []);
    }
    let Some(present) = draft.current.target_group else {
        let create = TargetGroupChange::Create {
            name: wanted.name.to_string(),
            vpc_id: wanted.vpc_id.clone(),
            health_check: wanted.health_check.clone(),
            tags: wanted.tags.clone(),
        };
        let old = draft.snapshot.target_groups.iter().find(|group| draft.owns(&group.tags));
        let replaces = old.map(|old| {
            let moved = old.vpc_id != wanted.vpc_id;
            let why = if moved {
                "the VPC of a target group cannot be changed"
            } else {
                "a target group serves one load balancer"
            };
            format!("{}: {why}", old.arn)
        });
        return draft.create(NODE, Change::TargetGroup(create), replaces);
    };
    let arn = present.arn.clone();
    let differences = differences(&present.health_check, &wanted.health_check);
    if !differences.is_empty() {
        let change = TargetGroupChange::Modify { arn: arn.clone(), health_check: wanted.health_check.clone() };
        draft.update(NODE, Change::TargetGroup(change), differences);
    }
    if draft.is_unread(&Unread::TargetGroupAttributes) {
        return;
    }
    let (attributes, differences) = Difference::attributes(&present.attributes, &wanted.attributes);
    if !differences.is_empty() {
        let change = TargetGroupChange::ModifyAttributes { arn, attributes };
        draft.update(NODE, Change::TargetGroup(change), differences);
    }
}

fn differences(present: &HealthCheck, wanted: &HealthCheck) -> Vec<Difference> {
    let text = |field, old: &String, new: &String| Difference::value(field, Some(old), Some(new));
    let number = |field, old: i32, new: i32| Difference::value(field, Some(old), Some(new));
    let differences = [
        text("healthCheck.protocol", &present.protocol, &wanted.protocol),
        text("healthCheck.port", &present.port, &wanted.port),
        text("healthCheck.path", &present.path, &wanted.path),
        number("healthCheck.intervalSeconds", present.interval_seconds, wanted.interval_seconds),
        number("healthCheck.timeoutSeconds", present.timeout_seconds, wanted.timeout_seconds),
        number("healthCheck.healthyThresholdCount", present.healthy_threshold_count, wanted.healthy_threshold_count),
        number(
            "healthCheck.unhealthyThresholdCount",
            present.unhealthy_threshold_count,
            wanted.unhealthy_threshold_count,
        ),
        text("healthCheck.successCodes", &present.success_codes, &wanted.success_codes),
    ];
    differences.into_iter().flatten().collect()
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
