//! Changes of security groups.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Output;
use crate::model::Operation;
use crate::observed::{Direction, Permission, SecurityGroup, Snapshot};
use crate::tags::Tags;

/// A change of a security group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SecurityGroupChange {
    /// `CreateSecurityGroup`; AWS lets everything out of a new group.
    Create {
        /// Name.
        name: String,
        /// Description.
        description: String,
        /// VPC.
        vpc_id: String,
        /// Tags.
        tags: Tags,
    },
    /// `AuthorizeSecurityGroupIngress` or `…Egress`.
    Authorize {
        /// The group.
        id: String,
        /// Which way.
        direction: Direction,
        /// What to let through.
        permissions: BTreeSet<Permission>,
    },
    /// `RevokeSecurityGroupIngress` or `…Egress`.
    Revoke {
        /// The group.
        id: String,
        /// Which way.
        direction: Direction,
        /// What to let through no longer.
        permissions: BTreeSet<Permission>,
    },
    /// `DeleteSecurityGroup`.
    Delete {
        /// The group.
        id: String,
    },
}

impl SecurityGroupChange {
    pub(super) fn operation(&self) -> Operation {
        match self {
            Self::Create { .. } => Operation::CreateSecurityGroup,
            Self::Authorize { direction: Direction::Ingress, .. } => Operation::AuthorizeSecurityGroupIngress,
            Self::Authorize { direction: Direction::Egress, .. } => Operation::AuthorizeSecurityGroupEgress,
            Self::Revoke { direction: Direction::Ingress, .. } => Operation::RevokeSecurityGroupIngress,
            Self::Revoke { direction: Direction::Egress, .. } => Operation::RevokeSecurityGroupEgress,
            Self::Delete { .. } => Operation::DeleteSecurityGroup,
        }
    }

    pub(super) fn apply(&self, snapshot: &mut Snapshot, output: Output) {
        let groups = &mut snapshot.security_groups;
        match self {
            Self::Create { name, vpc_id, tags, .. } => groups.extend(output.into_id().map(|id| SecurityGroup {
                id,
                name: name.clone(),
                vpc_id: vpc_id.clone(),
                ingress: BTreeSet::new(),
                egress: BTreeSet::from([Permission::all_out()]),
                tags: tags.clone(),
            })),
            Self::Authorize { id, direction, permissions } => {
                edit(groups, id, *direction, |present| present.extend(permissions.iter().cloned()));
            }
            Self::Revoke { id, direction, permissions } => {
                edit(groups, id, *direction, |present| present.retain(|it| !permissions.contains(it)));
            }
            Self::Delete { id } => groups.retain(|group| group.id != *id),
        }
    }
}

fn edit(groups: &mut [SecurityGroup], id: &str, direction: Direction, change: impl FnOnce(&mut BTreeSet<Permission>)) {
    if let Some(group) = groups.iter_mut().find(|group| group.id == id) {
        match direction {
            Direction::Ingress => change(&mut group.ingress),
            Direction::Egress => change(&mut group.egress),
        }
    }
}
