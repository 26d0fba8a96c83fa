//! Changes of target groups.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Output;
use crate::observed::{Snapshot, TargetGroup, TargetHealth, TargetState};
use crate::tags::Tags;

/// A change of a target group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TargetGroupChange {
    /// `CreateTargetGroup`: type `ip`, HTTPS 443, HTTP/1.1.
    Create {
        /// Name.
        name: String,
        /// VPC.
        vpc_id: String,
        /// HTTP codes of a healthy target.
        success_codes: String,
        /// Tags.
        tags: Tags,
    },
    /// `ModifyTargetGroup`.
    Modify {
        /// The group.
        arn: String,
        /// HTTP codes of a healthy target.
        success_codes: String,
    },
    /// `RegisterTargets`.
    Register {
        /// The group.
        arn: String,
        /// Addresses.
        addresses: BTreeSet<String>,
    },
    /// `DeregisterTargets`.
    Deregister {
        /// The group.
        arn: String,
        /// Addresses.
        addresses: BTreeSet<String>,
    },
    /// `DeleteTargetGroup`.
    Delete {
        /// The group.
        arn: String,
    },
}

impl TargetGroupChange {
    pub(super) fn operation(&self) -> &'static str {
        match self {
            Self::Create { .. } => "elasticloadbalancing:CreateTargetGroup",
            Self::Modify { .. } => "elasticloadbalancing:ModifyTargetGroup",
            Self::Register { .. } => "elasticloadbalancing:RegisterTargets",
            Self::Deregister { .. } => "elasticloadbalancing:DeregisterTargets",
            Self::Delete { .. } => "elasticloadbalancing:DeleteTargetGroup",
        }
    }

    pub(super) fn apply(&self, snapshot: &mut Snapshot, output: Output) {
        let groups = &mut snapshot.target_groups;
        match self {
            Self::Create { name, vpc_id, success_codes, tags } => {
                groups.extend(output.into_id().map(|arn| TargetGroup {
                    arn,
                    name: name.clone(),
                    vpc_id: vpc_id.clone(),
                    success_codes: success_codes.clone(),
                    load_balancer_arns: BTreeSet::new(),
                    targets: BTreeMap::new(),
                    tags: tags.clone(),
                }));
            }
            Self::Modify { arn, success_codes } => {
                edit(groups, arn, |group| group.success_codes.clone_from(success_codes));
            }
            Self::Register { arn, addresses } => edit(groups, arn, |group| set(group, addresses, TargetState::Initial)),
            Self::Deregister { arn, addresses } => {
                edit(groups, arn, |group| set(group, addresses, TargetState::Draining));
            }
            Self::Delete { arn } => groups.retain(|group| group.arn != *arn),
        }
    }
}

fn edit(groups: &mut [TargetGroup], arn: &str, change: impl FnOnce(&mut TargetGroup)) {
    if let Some(group) = groups.iter_mut().find(|group| group.arn == arn) {
        change(group);
    }
}

fn set(group: &mut TargetGroup, addresses: &BTreeSet<String>, state: TargetState) {
    group.targets.extend(addresses.iter().map(|address| (address.clone(), TargetHealth { state, reason: None })));
}
