//! The Application Load Balancer.

use std::collections::BTreeSet;

use super::vpc_endpoint::group_refs;
use super::{GroupRef, Want};
use crate::api::{IpAddressType, LoadBalancerScheme};
use crate::intent::{Intent, ListenerIntent};
use crate::names::ResourceName;
use crate::node::{GroupRole, Node};
use crate::observed::Attributes;
use crate::tags::Tags;

/// A load balancer to create and keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadBalancer {
    /// Name.
    pub name: ResourceName,
    /// Scheme; a load balancer with another is another.
    pub scheme: LoadBalancerScheme,
    /// One subnet a zone.
    pub subnet_ids: BTreeSet<String>,
    /// Its security groups.
    pub security_groups: BTreeSet<GroupRef>,
    /// Kinds of addresses.
    pub ip_address_type: IpAddressType,
    /// Attributes.
    pub attributes: Attributes,
    /// Whether deletion protection is as the attributes say, and not as it is in AWS.
    pub keeps_deletion_protection: bool,
    /// Tags.
    pub tags: Tags,
}

pub(super) fn desired(intent: &Intent) -> Want<LoadBalancer> {
    let create = match intent.load_balancer.as_ref().map(|balancer| &balancer.listener) {
        None => return Want::Nothing,
        Some(ListenerIntent::Existing { load_balancer_arn, .. }) => return Want::Existing(load_balancer_arn.clone()),
        Some(ListenerIntent::Create(create)) => create,
    };
    let resource = Node::LoadBalancer.resource();
    let replacement = format!("{:?} {}", create.scheme, intent.vpc_id);
    Want::Managed(LoadBalancer {
        name: ResourceName::elb(&intent.owner, resource, &replacement),
        scheme: create.scheme,
        subnet_ids: create.subnet_ids.iter().cloned().collect(),
        security_groups: group_refs(&create.security_groups, GroupRole::LoadBalancer),
        ip_address_type: create.ip_address_type,
        attributes: create.attributes.clone(),
        keeps_deletion_protection: create.keeps_deletion_protection,
        tags: intent.owner.tags(resource, &intent.tags),
    })
}
