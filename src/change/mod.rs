//! One changing AWS call each: what to send, and what is then known without asking again.

mod function_permission;
pub mod import_warning;
mod listener;
mod load_balancer;
mod rest_api;
mod rule;
mod security_group;
mod stage;
mod tags;
mod target_group;
#[cfg(test)]
mod tests;
mod vpc_endpoint;

pub use function_permission::FunctionPermissionChange;
pub use listener::{ListenerChange, ListenerSettings};
pub use load_balancer::LoadBalancerChange;
pub use rest_api::{PatchOperation, RestApiChange};
pub use rule::RuleChange;
pub use security_group::SecurityGroupChange;
pub use stage::StageChange;
pub use tags::{TagService, TagsChange};
pub use target_group::TargetGroupChange;
pub use vpc_endpoint::VpcEndpointChange;

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::model::{Effect, Operation};
use crate::observed::{LoadBalancer, RestApi, Snapshot, VpcEndpoint};

/// A changing AWS call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Change {
    /// Of a security group.
    SecurityGroup(SecurityGroupChange),
    /// Of a VPC endpoint.
    VpcEndpoint(VpcEndpointChange),
    /// Of a REST API.
    RestApi(RestApiChange),
    /// Of a Lambda function's policy.
    FunctionPermission(FunctionPermissionChange),
    /// Of a stage.
    Stage(StageChange),
    /// Of a target group.
    TargetGroup(TargetGroupChange),
    /// Of a load balancer.
    LoadBalancer(LoadBalancerChange),
    /// Of a listener.
    Listener(ListenerChange),
    /// Of a listener rule.
    Rule(RuleChange),
    /// Of tags.
    Tags(TagsChange),
}

/// What AWS's answer to a change tells beyond what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Nothing.
    Done,
    /// ID or ARN of what was created.
    Id(String),
    /// ID of a deployment that took another's place.
    Deployed {
        /// Its ID.
        id: String,
        /// Deployments of the controller's, itself among them.
        ours: BTreeSet<String>,
    },
    /// The endpoint as it is now.
    VpcEndpoint(Box<VpcEndpoint>),
    /// The API as it is now, without its stages.
    RestApi(Box<RestApi>),
    /// The load balancer as it is now.
    LoadBalancer(Box<LoadBalancer>),
}

impl Change {
    /// The AWS operation, as IAM names it.
    #[must_use]
    pub fn operation(&self) -> Operation {
        match self {
            Self::SecurityGroup(change) => change.operation(),
            Self::VpcEndpoint(change) => change.operation(),
            Self::RestApi(change) => change.operation(),
            Self::FunctionPermission(change) => change.operation(),
            Self::Stage(change) => change.operation(),
            Self::TargetGroup(change) => change.operation(),
            Self::LoadBalancer(change) => change.operation(),
            Self::Listener(change) => change.operation(),
            Self::Rule(change) => change.operation(),
            Self::Tags(change) => change.operation(),
        }
    }

    /// What is sent, by name.
    #[must_use]
    pub fn fields(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(variant)) => match variant.into_iter().next() {
                Some((_, Value::Object(fields))) => fields,
                _ => Map::new(),
            },
            _ => Map::new(),
        }
    }

    /// Whether it makes something that was not there.
    #[must_use]
    pub fn creates(&self) -> bool {
        self.operation().effect() == Effect::Create
    }

    /// Whether it takes something away for good.
    #[must_use]
    pub fn deletes(&self) -> bool {
        self.operation().effect() == Effect::Delete
    }

    /// Records in the snapshot that AWS refused it because it still updates the REST API that it is about. Answers whether there is such an API.
    pub fn lock(&self, snapshot: &mut Snapshot) -> bool {
        let id = match self {
            Self::RestApi(change) => change.api_id(),
            Self::Stage(change) => Some(change.api_id()),
            _ => None,
        };
        id.is_some_and(|id| rest_api::lock(snapshot, id))
    }

    /// Whether no other step relies on it: settings and tags that nothing is built on. What is not wanted any more may go although it is not done.
    #[must_use]
    pub fn stands_alone(&self) -> bool {
        match self {
            Self::LoadBalancer(change) => matches!(change, LoadBalancerChange::ModifyAttributes { .. }),
            Self::TargetGroup(change) => matches!(change, TargetGroupChange::ModifyAttributes { .. }),
            // A stage that goes back to an earlier deployment answers otherwise from then on.
            Self::Stage(change) => {
                matches!(change, StageChange::Update { deployment_id: None, .. } | StageChange::Prune { .. })
            }
            Self::Tags(change) => !change.remembers_functions(),
            Self::SecurityGroup(_)
            | Self::VpcEndpoint(_)
            | Self::RestApi(_)
            | Self::FunctionPermission(_)
            | Self::Listener(_)
            | Self::Rule(_) => false,
        }
    }

    /// Records in the snapshot that AWS has done it.
    pub fn apply(&self, snapshot: &mut Snapshot, output: Output) {
        match self {
            Self::SecurityGroup(change) => change.apply(snapshot, output),
            Self::VpcEndpoint(change) => change.apply(snapshot, output),
            Self::RestApi(change) => change.apply(snapshot, output),
            Self::FunctionPermission(change) => change.apply(snapshot),
            Self::Stage(change) => change.apply(snapshot, output),
            Self::TargetGroup(change) => change.apply(snapshot, output),
            Self::LoadBalancer(change) => change.apply(snapshot, output),
            Self::Listener(change) => change.apply(snapshot, output),
            Self::Rule(change) => change.apply(snapshot, output),
            Self::Tags(change) => change.apply(snapshot),
        }
    }
}

impl Output {
    /// ID of what was created; an answer without one is none.
    fn into_id(self) -> Option<String> {
        match self {
            Self::Id(id) | Self::Deployed { id, .. } => Some(id),
            Self::Done | Self::VpcEndpoint(_) | Self::RestApi(_) | Self::LoadBalancer(_) => None,
        }
    }
}
