//! Changes of VPC endpoints.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::Output;
use crate::model::Operation;
use crate::observed::{EndpointState, Snapshot};
use crate::tags::Tags;

/// A change of a VPC endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum VpcEndpointChange {
    /// `CreateVpcEndpoint`, type `Interface`.
    Create {
        /// VPC.
        vpc_id: String,
        /// Service it leads to.
        service_name: String,
        /// One subnet a zone.
        subnet_ids: BTreeSet<String>,
        /// Security groups.
        security_group_ids: BTreeSet<String>,
        /// Addresses that interfaces get, by subnet; AWS chooses the others.
        subnet_configurations: BTreeMap<String, String>,
        /// Private DNS.
        private_dns: bool,
        /// Kinds of addresses.
        ip_address_type: &'static str,
        /// Policy, where it is not the one that lets everything pass.
        policy: Option<Value>,
        /// Idempotency token.
        client_token: String,
        /// Tags.
        tags: Tags,
    },
    /// `ModifyVpcEndpoint`: only what differs. AWS wants subnets of one zone removed in a call before others are added in the next.
    Modify {
        /// The endpoint.
        id: String,
        /// Subnets to add.
        add_subnet_ids: BTreeSet<String>,
        /// Subnets to remove.
        remove_subnet_ids: BTreeSet<String>,
        /// Security groups to add.
        add_security_group_ids: BTreeSet<String>,
        /// Security groups to remove.
        remove_security_group_ids: BTreeSet<String>,
        /// Addresses that interfaces get, by subnet; AWS puts a new interface in the place of one that has another.
        subnet_configurations: BTreeMap<String, String>,
        /// Private DNS, where it changes.
        private_dns: Option<bool>,
        /// Kinds of addresses, where they change.
        ip_address_type: Option<String>,
        /// Policy, where it changes.
        policy: Option<Value>,
    },
    /// `DeleteVpcEndpoints`, one endpoint.
    Delete {
        /// The endpoint.
        id: String,
    },
}

impl VpcEndpointChange {
    pub(super) fn operation(&self) -> Operation {
        match self {
            Self::Create { .. } => Operation::CreateVpcEndpoint,
            Self::Modify { .. } => Operation::ModifyVpcEndpoint,
            Self::Delete { .. } => Operation::DeleteVpcEndpoints,
        }
    }

    pub(super) fn apply(&self, snapshot: &mut Snapshot, output: Output) {
        if let Output::VpcEndpoint(endpoint) = output {
            snapshot.vpc_endpoints.retain(|it| it.id != endpoint.id);
            snapshot.vpc_endpoints.push(*endpoint);
            return;
        }
        let id = match self {
            Self::Create { .. } => return,
            Self::Modify { id, .. } | Self::Delete { id } => id,
        };
        let Some(endpoint) = snapshot.vpc_endpoints.iter_mut().find(|endpoint| endpoint.id == *id) else { return };
        match self {
            Self::Create { .. } => {}
            Self::Modify {
                add_subnet_ids,
                remove_subnet_ids,
                add_security_group_ids,
                remove_security_group_ids,
                subnet_configurations,
                private_dns,
                ip_address_type,
                policy,
                id: _,
            } => {
                endpoint.state = EndpointState::Pending;
                merge(&mut endpoint.subnet_ids, add_subnet_ids, remove_subnet_ids);
                merge(&mut endpoint.security_group_ids, add_security_group_ids, remove_security_group_ids);
                endpoint.private_dns = private_dns.unwrap_or(endpoint.private_dns);
                if let Some(ip_address_type) = ip_address_type {
                    endpoint.ip_address_type.clone_from(ip_address_type);
                }
                if let Some(policy) = policy {
                    endpoint.policy.clone_from(policy);
                }
                if !(add_subnet_ids.is_empty() && remove_subnet_ids.is_empty() && subnet_configurations.is_empty()) {
                    endpoint.network_interface_ids.clear();
                }
            }
            Self::Delete { .. } => endpoint.state = EndpointState::Deleting,
        }
    }
}

fn merge(present: &mut BTreeSet<String>, add: &BTreeSet<String>, remove: &BTreeSet<String>) {
    present.retain(|it| !remove.contains(it));
    present.extend(add.iter().cloned());
}
