//! The interface VPC endpoint.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{GroupRef, Want};
use crate::api::EndpointIpAddressType;
use crate::intent::{Caller, EndpointIntent, Intent, SecurityGroups};
use crate::model::policy::canonical_policy;
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
    /// Addresses that interfaces should have, by subnet.
    pub pinned: BTreeMap<String, String>,
    /// Private DNS.
    pub private_dns: bool,
    /// Kinds of addresses.
    pub ip_address_type: EndpointIpAddressType,
    /// Its policy, where it is not the one that lets everything pass.
    pub policy: Option<Value>,
    /// Tags.
    pub tags: Tags,
}

impl VpcEndpoint {
    /// The policy as a document.
    #[must_use]
    pub fn policy_document(&self) -> Value {
        self.policy.clone().unwrap_or_else(full_access)
    }

    /// Whether a policy means what this endpoint's should. AWS stores it in an order and form of its own.
    #[must_use]
    pub fn has_policy(&self, present: &Value) -> bool {
        let canonical = |policy: &Value| {
            let mut canonical = canonical_policy(policy, "");
            if let Value::Object(fields) = &mut canonical {
                // Without variables and wildcards in its statements, every version of the language reads full access alike.
                let version = fields.remove("Version").filter(|_| self.policy.is_some());
                fields.insert("Version".to_owned(), version.unwrap_or_else(|| json!(OLDEST_VERSION)));
                fields.remove("Id");
            }
            canonical
        };
        canonical(present) == canonical(&self.policy_document())
    }
}

/// Version of a policy that names none.
///
/// Source: IAM User Guide, "IAM JSON policy elements: Version".
const OLDEST_VERSION: &str = "2008-10-17";

/// What an endpoint has that was created without a policy.
///
/// Source: AWS `PrivateLink` Guide, "Control access to VPC endpoints using endpoint policies", default endpoint policy.
fn full_access() -> Value {
    let statement = json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"});
    json!({"Version": OLDEST_VERSION, "Statement": [statement]})
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
        pinned: create.pinned.clone(),
        private_dns: create.private_dns,
        ip_address_type: create.ip_address_type,
        policy: create.policy.clone(),
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
