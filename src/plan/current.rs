//! Which observed resource stands for each part of the graph.

use super::subnets::is_stuck;
use crate::desired::{Graph, VpcEndpoint as WantedEndpoint, Want};
use crate::node::{GroupRole, Node};
use crate::observed::{
    EndpointState, Listener, LoadBalancer, RestApi, SecurityGroup, Snapshot, TargetGroup, VpcEndpoint,
};
use crate::tags::Owner;

/// The observed resources that a front door consists of now. What is ours and not among them is obsolete.
#[derive(Debug, Clone, Copy)]
pub struct Current<'a> {
    /// The managed security group of the endpoint.
    endpoint_group: Option<&'a SecurityGroup>,
    /// The managed security group of the load balancer.
    balancer_group: Option<&'a SecurityGroup>,
    /// The endpoint.
    pub vpc_endpoint: Option<&'a VpcEndpoint>,
    /// The API.
    pub rest_api: Option<&'a RestApi>,
    /// The target group.
    pub target_group: Option<&'a TargetGroup>,
    /// The load balancer.
    pub load_balancer: Option<&'a LoadBalancer>,
    /// The listener.
    pub listener: Option<&'a Listener>,
}

impl<'a> Current<'a> {
    /// Chooses for each part of the graph the resource that stands for it.
    #[must_use]
    pub fn of(graph: &Graph, snapshot: &'a Snapshot) -> Self {
        let owner = &graph.owner;
        let group = |role: GroupRole| {
            let wanted = graph.security_groups.iter().find(|wanted| wanted.role == role)?;
            let ours =
                |group: &&SecurityGroup| owner.owns_as(&group.tags, role.resource()) && group.vpc_id == wanted.vpc_id;
            snapshot.security_groups.iter().filter(ours).min_by_key(|group| &group.id)
        };
        let load_balancer = load_balancer(graph, snapshot);
        Self {
            endpoint_group: group(GroupRole::Endpoint),
            balancer_group: group(GroupRole::LoadBalancer),
            vpc_endpoint: vpc_endpoint(owner, &graph.vpc_endpoint, snapshot),
            rest_api: rest_api(graph, snapshot),
            target_group: target_group(graph, snapshot),
            load_balancer,
            listener: listener(graph, snapshot, load_balancer),
        }
    }

    /// The managed security group of a role.
    #[must_use]
    pub fn security_group(&self, role: GroupRole) -> Option<&'a SecurityGroup> {
        match role {
            GroupRole::Endpoint => self.endpoint_group,
            GroupRole::LoadBalancer => self.balancer_group,
        }
    }
}

fn vpc_endpoint<'a>(owner: &Owner, want: &Want<WantedEndpoint>, snapshot: &'a Snapshot) -> Option<&'a VpcEndpoint> {
    let endpoints = snapshot.vpc_endpoints.iter();
    match want {
        Want::Nothing => None,
        Want::Existing(id) => endpoints.into_iter().find(|endpoint| endpoint.id == *id),
        Want::Managed(wanted) => {
            let stands = |endpoint: &&VpcEndpoint| {
                owner.owns_as(&endpoint.tags, Node::VpcEndpoint.resource())
                    && endpoint.vpc_id == wanted.vpc_id
                    && endpoint.service_name == wanted.service_name
                    && !matches!(endpoint.state, EndpointState::Deleting | EndpointState::Deleted)
                    && !is_stuck(endpoint, &wanted.subnets)
            };
            let preferred = |endpoint: &&VpcEndpoint| (endpoint.state != EndpointState::Available, endpoint.id.clone());
            endpoints.filter(stands).min_by_key(preferred)
        }
    }
}

fn rest_api<'a>(graph: &Graph, snapshot: &'a Snapshot) -> Option<&'a RestApi> {
    match &graph.rest_api {
        Want::Nothing => None,
        Want::Existing(id) => snapshot.rest_apis.iter().find(|api| api.id == *id),
        Want::Managed(_) => {
            let ours = snapshot.rest_apis.iter().filter(|api| graph.owner.owns_as(&api.tags, Node::RestApi.resource()));
            ours.min_by_key(|api| (api.created_at, api.id.clone()))
        }
    }
}

fn target_group<'a>(graph: &Graph, snapshot: &'a Snapshot) -> Option<&'a TargetGroup> {
    match &graph.target_group {
        Want::Nothing => None,
        Want::Existing(arn) => snapshot.target_groups.iter().find(|group| group.arn == *arn),
        Want::Managed(wanted) => {
            let ours = |group: &&TargetGroup| {
                graph.owner.owns_as(&group.tags, Node::TargetGroup.resource()) && group.name == wanted.name.as_str()
            };
            snapshot.target_groups.iter().find(ours)
        }
    }
}

fn load_balancer<'a>(graph: &Graph, snapshot: &'a Snapshot) -> Option<&'a LoadBalancer> {
    match &graph.load_balancer {
        Want::Nothing => None,
        Want::Existing(arn) => snapshot.load_balancers.iter().find(|balancer| balancer.arn == *arn),
        Want::Managed(wanted) => {
            let ours = |balancer: &&LoadBalancer| {
                graph.owner.owns_as(&balancer.tags, Node::LoadBalancer.resource())
                    && balancer.name == wanted.name.as_str()
            };
            snapshot.load_balancers.iter().find(ours)
        }
    }
}

fn listener<'a>(graph: &Graph, snapshot: &'a Snapshot, balancer: Option<&LoadBalancer>) -> Option<&'a Listener> {
    match &graph.listener {
        Want::Nothing => None,
        Want::Existing(arn) => snapshot.listeners.iter().find(|listener| listener.arn == *arn),
        Want::Managed(wanted) => {
            let ours = |listener: &&Listener| {
                graph.owner.owns_as(&listener.tags, Node::Listener.resource())
                    && balancer.is_some_and(|balancer| balancer.arn == listener.load_balancer_arn)
            };
            // One that is open on the wanted port already stays: two cannot be on one port.
            snapshot.listeners.iter().filter(ours).min_by_key(|it| (it.port != wanted.port, &it.arn))
        }
    }
}
