//! Changes of load balancers.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Output;
use crate::model::Operation;
use crate::observed::{LoadBalancer, Snapshot};
use crate::tags::Tags;

/// A change of a load balancer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum LoadBalancerChange {
    /// `CreateLoadBalancer`, type `application`.
    Create {
        /// Name.
        name: String,
        /// `internet-facing` or `internal`.
        scheme: &'static str,
        /// One subnet a zone.
        subnet_ids: BTreeSet<String>,
        /// Security groups.
        security_group_ids: BTreeSet<String>,
        /// Kinds of addresses.
        ip_address_type: &'static str,
        /// Tags.
        tags: Tags,
    },
    /// `ModifyLoadBalancerAttributes`.
    ModifyAttributes {
        /// The load balancer.
        arn: String,
        /// Those that change.
        attributes: BTreeMap<&'static str, String>,
    },
    /// `SetIpAddressType`.
    SetIpAddressType {
        /// The load balancer.
        arn: String,
        /// Kinds of addresses.
        ip_address_type: &'static str,
    },
    /// `SetSubnets`: all of them.
    SetSubnets {
        /// The load balancer.
        arn: String,
        /// `ipv4`, `dualstack` or `dualstack-without-public-ipv4`, where it changes with them: the subnets have to have what it takes.
        ip_address_type: Option<&'static str>,
        /// One subnet a zone.
        subnet_ids: BTreeSet<String>,
    },
    /// `SetSecurityGroups`: all of them.
    SetSecurityGroups {
        /// The load balancer.
        arn: String,
        /// Security groups.
        security_group_ids: BTreeSet<String>,
    },
    /// `DeleteLoadBalancer`, listeners and rules included.
    Delete {
        /// The load balancer.
        arn: String,
    },
}

impl LoadBalancerChange {
    pub(super) fn operation(&self) -> Operation {
        match self {
            Self::Create { .. } => Operation::CreateLoadBalancer,
            Self::ModifyAttributes { .. } => Operation::ModifyLoadBalancerAttributes,
            Self::SetIpAddressType { .. } => Operation::SetIpAddressType,
            Self::SetSubnets { .. } => Operation::SetSubnets,
            Self::SetSecurityGroups { .. } => Operation::SetSecurityGroups,
            Self::Delete { .. } => Operation::DeleteLoadBalancer,
        }
    }

    pub(super) fn apply(&self, snapshot: &mut Snapshot, output: Output) {
        if let Output::LoadBalancer(balancer) = output {
            snapshot.load_balancers.retain(|it| it.arn != balancer.arn);
            snapshot.load_balancers.push(*balancer);
            return;
        }
        let balancers = &mut snapshot.load_balancers;
        match self {
            Self::Create { .. } => {}
            Self::ModifyAttributes { arn, attributes } => {
                edit(balancers, arn, |it| it.attributes.set(attributes.clone()));
            }
            Self::SetIpAddressType { arn, ip_address_type } => {
                edit(balancers, arn, |it| (*ip_address_type).clone_into(&mut it.ip_address_type));
            }
            Self::SetSubnets { arn, ip_address_type, subnet_ids } => edit(balancers, arn, |it| {
                it.subnet_ids.clone_from(subnet_ids);
                if let Some(kind) = ip_address_type {
                    (*kind).clone_into(&mut it.ip_address_type);
                }
            }),
            Self::SetSecurityGroups { arn, security_group_ids } => {
                edit(balancers, arn, |it| it.security_group_ids.clone_from(security_group_ids));
            }
            Self::Delete { arn } => {
                balancers.retain(|it| it.arn != *arn);
                let (gone, left) = std::mem::take(&mut snapshot.listeners)
                    .into_iter()
                    .partition::<Vec<_>, _>(|listener| listener.load_balancer_arn == *arn);
                snapshot.listeners = left;
                snapshot.rules.retain(|rule| !gone.iter().any(|listener| listener.arn == rule.listener_arn));
            }
        }
    }
}

fn edit(balancers: &mut [LoadBalancer], arn: &str, change: impl FnOnce(&mut LoadBalancer)) {
    if let Some(balancer) = balancers.iter_mut().find(|balancer| balancer.arn == arn) {
        change(balancer);
    }
}
