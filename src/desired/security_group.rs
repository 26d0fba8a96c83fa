//! The two managed security groups: the load balancer's lets clients in and only the endpoint out, the endpoint's lets in the load balancer and clients that
//! come without it.

use std::collections::BTreeSet;

use ipnet::IpNet;

use crate::intent::{CreateEndpoint, CreateLoadBalancer, EndpointIntent, Intent, ListenerIntent, SecurityGroups};
use crate::names::ResourceName;
use crate::node::GroupRole;
use crate::observed::Peer;
use crate::tags::Tags;

/// Port of the `execute-api` endpoint.
const HTTPS: i32 = 443;
/// Ports that clients connect to.
///
/// Both are open whatever the listener's protocol, so that moving it to HTTPS needs no change here.
const CLIENT_PORTS: [i32; 2] = [80, HTTPS];

/// A managed security group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityGroup {
    /// What it protects.
    pub role: GroupRole,
    /// Name.
    pub name: ResourceName,
    /// Description; cannot be changed later.
    pub description: String,
    /// VPC.
    pub vpc_id: String,
    /// What is let in: exactly this.
    pub ingress: BTreeSet<PermissionTo>,
    /// What is let out: exactly this, or whatever AWS gives a new group.
    pub egress: Option<BTreeSet<PermissionTo>>,
    /// Tags.
    pub tags: Tags,
}

/// A TCP port for a peer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PermissionTo {
    /// A peer that is known.
    Known(i32, Peer),
    /// The members of a managed group, whose ID the snapshot tells.
    Managed(i32, GroupRole),
}

pub(super) fn desired(intent: &Intent) -> Vec<SecurityGroup> {
    let balancer = managed_balancer(intent);
    let endpoint = managed_endpoint(intent);
    let endpoint_group = endpoint.map(|create| endpoint_group(intent, create, balancer.is_some()));
    let balancer_group = balancer.map(|create| balancer_group(intent, create, endpoint.is_some()));
    endpoint_group.into_iter().chain(balancer_group).collect()
}

/// The endpoint to create, when its security group is managed.
fn managed_endpoint(intent: &Intent) -> Option<&CreateEndpoint> {
    match &intent.endpoint {
        EndpointIntent::Create(create) if create.security_groups == SecurityGroups::Managed => Some(create),
        EndpointIntent::Create(_) | EndpointIntent::Existing { .. } => None,
    }
}

/// The load balancer to create, when its security group is managed.
fn managed_balancer(intent: &Intent) -> Option<&CreateLoadBalancer> {
    match &intent.load_balancer.as_ref()?.listener {
        ListenerIntent::Create(create) if create.security_groups == SecurityGroups::Managed => Some(create),
        ListenerIntent::Create(_) | ListenerIntent::Existing { .. } => None,
    }
}

fn endpoint_group(intent: &Intent, create: &CreateEndpoint, behind_managed: bool) -> SecurityGroup {
    let managed = behind_managed.then_some(PermissionTo::Managed(HTTPS, GroupRole::LoadBalancer));
    let given = given_balancer_groups(intent).map(|id| PermissionTo::Known(HTTPS, Peer::Group(id)));
    let clients = create.client_cidrs.iter().map(|cidr| PermissionTo::Known(HTTPS, range(cidr)));
    group(intent, GroupRole::Endpoint, managed.into_iter().chain(given).chain(clients).collect(), None)
}

fn range(cidr: &IpNet) -> Peer {
    match cidr {
        IpNet::V4(cidr) => Peer::Cidr(cidr.to_string()),
        IpNet::V6(cidr) => Peer::Cidr6(cidr.to_string()),
    }
}

/// The groups of the user's load balancer: the endpoint's group lets them in.
fn given_balancer_groups(intent: &Intent) -> impl Iterator<Item = String> {
    let balancer = intent.load_balancer.as_ref();
    let given = match balancer.map(|balancer| &balancer.listener) {
        Some(ListenerIntent::Create(create)) => match &create.security_groups {
            SecurityGroups::Given(ids) => ids.clone(),
            SecurityGroups::Managed => Vec::new(),
        },
        Some(ListenerIntent::Existing { security_group_ids, .. }) => security_group_ids.clone(),
        None => Vec::new(),
    };
    given.into_iter()
}

fn balancer_group(intent: &Intent, create: &CreateLoadBalancer, endpoint_managed: bool) -> SecurityGroup {
    let cidr = |port| create.client_cidrs.iter().map(move |cidr| PermissionTo::Known(port, range(cidr)));
    let ingress = CLIENT_PORTS.into_iter().chain([create.port]).flat_map(cidr).collect();
    let egress = if endpoint_managed {
        BTreeSet::from([PermissionTo::Managed(HTTPS, GroupRole::Endpoint)])
    } else {
        endpoint_groups(intent).map(|id| PermissionTo::Known(HTTPS, Peer::Group(id))).collect()
    };
    group(intent, GroupRole::LoadBalancer, ingress, Some(egress))
}

/// The groups of the user's endpoint: the load balancer's group lets traffic out to them.
fn endpoint_groups(intent: &Intent) -> impl Iterator<Item = String> {
    let ids = match &intent.endpoint {
        EndpointIntent::Create(create) => match &create.security_groups {
            SecurityGroups::Given(ids) => ids.clone(),
            SecurityGroups::Managed => Vec::new(),
        },
        EndpointIntent::Existing { security_group_ids, .. } => security_group_ids.clone(),
    };
    ids.into_iter()
}

fn group(
    intent: &Intent,
    role: GroupRole,
    ingress: BTreeSet<PermissionTo>,
    egress: Option<BTreeSet<PermissionTo>>,
) -> SecurityGroup {
    let description = match role {
        GroupRole::Endpoint => "execute-api endpoint: HTTPS from the load balancer and from named clients",
        GroupRole::LoadBalancer => "Load balancer: clients in, HTTPS to the execute-api endpoint out",
    };
    SecurityGroup {
        role,
        name: ResourceName::security_group(&intent.owner, role.resource(), &intent.vpc_id),
        description: description.to_owned(),
        vpc_id: intent.vpc_id.clone(),
        ingress,
        egress,
        tags: intent.owner.tags(role.resource(), &intent.tags),
    }
}
