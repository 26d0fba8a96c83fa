//! The graph of everything that should be.

use super::{
    Adoption, ExternalPermission, FunctionPermission, Listener, LoadBalancer, RestApi, Rule, SecurityGroup, Signing,
    Stage, TargetGroup, VpcEndpoint,
};
use crate::api::PrivateApiFrontDoorSpec;
use crate::intent::Intent;
use crate::model::invocation::Invocation;
use crate::tags::Owner;

/// A resource that is created and kept, used as it is, or not wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Want<T> {
    /// Create and keep it.
    Managed(T),
    /// Use the existing one with this ID or ARN.
    Existing(String),
    /// There should be none of ours.
    #[default]
    Nothing,
}

impl<T> Want<T> {
    /// What is managed.
    pub fn managed(&self) -> Option<&T> {
        match self {
            Self::Managed(wanted) => Some(wanted),
            Self::Existing(_) | Self::Nothing => None,
        }
    }
}

/// Everything that should be for one front door. The planner destructures it without `..`: a new resource does not compile until it is planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    /// Who owns it.
    pub owner: Owner,
    /// Managed security groups.
    pub security_groups: Vec<SecurityGroup>,
    /// The VPC endpoint.
    pub vpc_endpoint: Want<VpcEndpoint>,
    /// The REST API.
    pub rest_api: Want<RestApi>,
    /// What is kept of an existing API.
    pub adoption: Option<Adoption>,
    /// Functions that the API may invoke.
    pub function_permissions: Vec<FunctionPermission>,
    /// Functions that only their owners can let the API invoke.
    pub external_permissions: Vec<ExternalPermission>,
    /// The API's stage.
    pub stage: Option<Stage>,
    /// The target group.
    pub target_group: Want<TargetGroup>,
    /// The load balancer.
    pub load_balancer: Want<LoadBalancer>,
    /// The listener.
    pub listener: Want<Listener>,
    /// The listener that leads HTTP clients to it.
    pub redirect_listener: Option<Listener>,
    /// Its rules, in the user's order.
    pub rules: Vec<Rule>,
    /// Methods whose callers sign requests for another host than they connect to; nothing is done about it.
    pub signing: Option<Signing>,
    /// The requests that should reach the API.
    pub invocation: Option<Invocation>,
}

impl Graph {
    /// The graph of an object that is being deleted: nothing should be.
    #[must_use]
    pub fn nothing(owner: Owner) -> Self {
        Self {
            owner,
            security_groups: Vec::new(),
            vpc_endpoint: Want::Nothing,
            rest_api: Want::Nothing,
            adoption: None,
            function_permissions: Vec::new(),
            external_permissions: Vec::new(),
            stage: None,
            target_group: Want::Nothing,
            load_balancer: Want::Nothing,
            listener: Want::Nothing,
            redirect_listener: None,
            rules: Vec::new(),
            signing: None,
            invocation: None,
        }
    }

    /// The same, and what has to be taken back from an existing API.
    #[must_use]
    pub fn released(owner: Owner, spec: &PrivateApiFrontDoorSpec) -> Self {
        Self { adoption: super::adoption::released(&owner, spec), ..Self::nothing(owner) }
    }
}

/// What the intent asks for. Cannot fail: an [`Intent`] is valid by construction.
#[must_use]
pub fn desired(intent: &Intent) -> Graph {
    Graph {
        owner: intent.owner.clone(),
        security_groups: super::security_group::desired(intent),
        vpc_endpoint: super::vpc_endpoint::desired(intent),
        rest_api: super::rest_api::desired(intent),
        adoption: super::adoption::desired(intent),
        function_permissions: super::function_permission::desired(intent),
        external_permissions: super::function_permission::external(intent),
        stage: super::stage::desired(intent),
        target_group: super::target_group::desired(intent),
        load_balancer: super::load_balancer::desired(intent),
        listener: super::listener::desired(intent),
        redirect_listener: super::listener::redirect(intent),
        rules: super::rule::desired(intent),
        signing: super::signing::desired(intent),
        invocation: Some(super::invocation::desired(intent)),
    }
}
