//! What AWS says: plain data, and what follows from it without asking again.

mod attributes;
mod function;
mod health_check;
mod listener;
mod load_balancer;
mod rest_api;
mod rule;
mod security_group;
mod snapshot;
mod stage;
mod target_group;
mod unread;
mod usage_plan;
mod vpc_endpoint;

pub use attributes::{Attributes, DELETION_PROTECTION, DEREGISTRATION_DELAY};
pub use function::{ExternalPolicy, FunctionPolicy, InvokePermission, Permitted};
pub use health_check::HealthCheck;
pub use listener::{DefaultAction, Listener, MutualAuthentication};
pub use load_balancer::{LoadBalancer, LoadBalancerState};
pub use rest_api::{ApiStatus, LongUpdate, RestApi};
pub use rule::{QueryString, Rewrite, Rule, RuleConditions, RuleTransforms};
pub use security_group::{Direction, Peer, Permission, SecurityGroup};
pub use snapshot::Snapshot;
pub use stage::{Cache, Deployed, Stage, StageSettings, Throttling};
pub use target_group::{TargetGroup, TargetHealth, TargetState};
pub use unread::Unread;
pub use usage_plan::UsagePlan;
pub use vpc_endpoint::{EndpointState, Placement, VpcEndpoint};
