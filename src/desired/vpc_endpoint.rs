//! The interface VPC endpoint.

use std::collections::{BTreeMap, BTreeSet};

use super::{GroupRef, Want};
use crate::intent::{Caller, EndpointIntent, Intent, SecurityGroups};
use crate::node::{GroupRole, Node};
use crate::tags::Tags;

/// An endpoint to create and keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VpcEndpoint {
    /// VPC.
    pub vpc_id: String,
    /// Service it leads to.
    pub service_name: String,
    /// The Availability Zone of each subnet, by its ID: one subnet a zone.
    pub subnets: BTreeMap<String, String>,
    /// Its security groups.
    pub security_groups: BTreeSet<GroupRef>,
    /// Private DNS.
    pub private_dns: bool,
    /// Tags.
    pub tags: Tags,
}

pub(super) fn desired(intent: &Intent) -> Want<VpcEndpoint> {
    let create = match &intent.endpoint {
        EndpointIntent::Create(create) => create,
        EndpointIntent::Existing { id, .. } => return Want::Existing(id.clone()),
    };
    Want::Managed(VpcEndpoint {
        vpc_id: intent.vpc_id.clone(),
        service_name: service_name(&intent.caller),
        subnets: create.subnets.clone(),
        security_groups: group_refs(&create.security_groups, GroupRole::Endpoint),
        private_dns: create.private_dns,
        tags: intent.owner.tags(Node::VpcEndpoint.resource(), &intent.tags),
    })
}

pub(super) fn group_refs(groups: &SecurityGroups, role: GroupRole) -> BTreeSet<GroupRef> {
    match groups {
        SecurityGroups::Managed => BTreeSet::from([GroupRef::Managed(role)]),
        SecurityGroups::Given(ids) => ids.iter().cloned().map(GroupRef::Id).collect(),
    }
}

/// Name of the `execute-api` endpoint service; China's regions have a prefix of their own.
///
/// Source: AWS CDK, `VPC_ENDPOINT_SERVICE_EXCEPTIONS`.
#[must_use]
pub fn service_name(caller: &Caller) -> String {
    let prefix = if caller.partition == "aws-cn" { "cn.com.amazonaws" } else { "com.amazonaws" };
    format!("{prefix}.{}.execute-api", caller.region)
}
