//! What the user wants, checked against what AWS has: the one validated value that everything downstream is built from.

pub(crate) mod arn;
mod backend;
mod certificate;
mod cidrs;
mod denied;
mod document;
mod existing_api;
mod expression;
mod function;
pub mod host;
mod load_balancer;
pub(crate) mod open_api;
mod policy;
mod problem;
mod references;
mod resolve;
mod resource_policy;
mod rest_api;
mod route;
mod rule;
mod security_groups;
mod stage;
mod stage_variables;
mod subnets;
mod target_group;
#[cfg(test)]
pub(crate) mod tests;
mod types;
mod vpc_endpoint;

pub(crate) use document::member;
pub use function::API_ID;
pub use problem::Problem;
pub use references::{Caller, Certificate, References, Subnet, VpcDns, Wanted};
pub use resolve::resolve;
pub use types::{
    ApiIntent, CreateApi, CreateEndpoint, CreateLoadBalancer, Definition, EndpointIntent, ExternalFunction,
    FunctionUse, Intent, ListenerIntent, LoadBalancerIntent, RuleIntent, SecurityGroups, StageIntent,
    TargetGroupIntent,
};
