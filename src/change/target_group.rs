//! Changes of target groups.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Output;
use crate::model::Operation;
use crate::observed::{Attributes, HealthCheck, Snapshot, TargetGroup, TargetHealth, TargetState};
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
        /// Health check.
        health_check: HealthCheck,
        /// Tags.
        tags: Tags,
    },
    /// `ModifyTargetGroup`: the health check.
    Modify {
        /// The group.
        arn: String,
        /// Health check.
        health_check: HealthCheck,
    },
    /// `ModifyTargetGroupAttributes`.
    ModifyAttributes {
        /// The group.
        arn: String,
        /// Those that change.
        attributes: BTreeMap<&'static str, String>,
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
    pub(super) fn operation(&self) -> Operation {
        match self {
            Self::Create { .. } => Operation::CreateTargetGroup,
            Self::Modify { .. } => Operation::ModifyTargetGroup,
            Self::ModifyAttributes { .. } => Operation::ModifyTargetGroupAttributes,
            Self::Register { .. } => Operation::RegisterTargets,
            Self::Deregister { .. } => Operation::DeregisterTargets,
            Self::Delete { .. } => Operation::DeleteTargetGroup,
        }
    }

    pub(super) fn apply(&self, snapshot: &mut Snapshot, output: Output) {
        let groups = &mut snapshot.target_groups;
        match self {
            Self::Create { name, vpc_id, health_check, tags } => {
                groups.extend(output.into_id().map(|arn| TargetGroup {
                    arn,
                    name: name.clone(),
                    vpc_id: vpc_id.clone(),
                    target_type: "ip".to_owned(),
                    protocol: "HTTPS".to_owned(),
                    protocol_version: "HTTP1".to_owned(),
                    port: 443,
                    health_check: health_check.clone(),
                    attributes: Attributes::default(),
                    load_balancer_arns: BTreeSet::new(),
                    targets: BTreeMap::new(),
                    tags: tags.clone(),
                }));
            }
            Self::Modify { arn, health_check } => {
                edit(groups, arn, |group| group.health_check.clone_from(health_check));
            }
            Self::ModifyAttributes { arn, attributes } => {
                edit(groups, arn, |group| group.attributes.set(attributes.clone()));
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
