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
    /// The listener that leads HTTP clients to it.
    pub redirect_listener: Option<&'a Listener>,
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
        let (listener, redirect_listener) = listeners(graph, snapshot, load_balancer);
        Self {
            endpoint_group: group(GroupRole::Endpoint),
            balancer_group: group(GroupRole::LoadBalancer),
            vpc_endpoint: vpc_endpoint(owner, &graph.vpc_endpoint, snapshot),
            rest_api: rest_api(graph, snapshot),
            target_group: target_group(graph, snapshot),
            load_balancer,
            listener,
            redirect_listener,
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

    /// The part that a listener stands for.
    #[must_use]
    pub fn listener_part(&self, arn: &str) -> Option<Node> {
        let parts = [(self.listener, Node::Listener), (self.redirect_listener, Node::RedirectListener)];
        parts.into_iter().find_map(|(listener, part)| listener.is_some_and(|it| it.arn == arn).then_some(part))
    }

    /// Whether this path leads to a stage of the API with this name.
    #[must_use]
    pub fn is_stage(&self, path: &str, name: &str) -> bool {
        self.rest_api.and_then(|api| api.stage(name)).is_some_and(|stage| stage.path == path)
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
                    && !is_stuck(endpoint, wanted)
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

/// The listener with the rules, and the one that leads HTTP clients to it. One that is open on a wanted port already stands for the part that wants
/// it, whatever it was: two cannot be on one port.
fn listeners<'a>(
    graph: &Graph,
    snapshot: &'a Snapshot,
    balancer: Option<&LoadBalancer>,
) -> (Option<&'a Listener>, Option<&'a Listener>) {
    let wanted = match &graph.listener {
        Want::Nothing => return (None, None),
        Want::Existing(arn) => return (snapshot.listeners.iter().find(|listener| listener.arn == *arn), None),
        Want::Managed(wanted) => wanted,
    };
    let is = |listener: &Listener, part: &Node| graph.owner.owns_as(&listener.tags, part.resource());
    let ours = snapshot.listeners.iter().filter(|it| {
        let part = is(it, &Node::Listener) || is(it, &Node::RedirectListener);
        part && balancer.is_some_and(|balancer| balancer.arn == it.load_balancer_arn)
    });
    let redirect_port = graph.redirect_listener.as_ref().map(|redirect| redirect.port);
    let on = |port: i32| ours.clone().filter(|it| it.port == port).min_by_key(|it| &it.arn);
    let others = ours.clone().filter(|it| Some(it.port) != redirect_port);
    let other = others.min_by_key(|it| (!is(it, &Node::Listener), &it.arn));
    (on(wanted.port).or(other), redirect_port.and_then(on))
}
