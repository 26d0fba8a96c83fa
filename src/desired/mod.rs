//! What should be: one file per AWS resource, gathered in the [`Graph`].

mod adoption;
mod definition;
mod function_permission;
mod graph;
mod importable;
mod invocation;
mod listener;
mod load_balancer;
mod resource_policy;
mod rest_api;
mod rule;
mod security_group;
mod signing;
mod stage;
mod target_group;
#[cfg(test)]
mod tests;
mod vpc_endpoint;

pub use adoption::{Adoption, Aspect};
pub use function_permission::{ExternalPermission, FunctionPermission};
pub use graph::{Graph, Want, desired};
pub(crate) use invocation::Requests;
pub use listener::Listener;
pub use load_balancer::LoadBalancer;
pub use resource_policy::{ResourcePolicy, statements};
pub use rest_api::{RestApi, associated};
pub use rule::Rule;
pub use security_group::{PermissionTo, SecurityGroup};
pub use signing::Signing;
pub use stage::Stage;
pub use target_group::TargetGroup;
pub use vpc_endpoint::{VpcEndpoint, service_name};

use crate::intent::Caller;
use crate::node::GroupRole;

/// A security group that a resource is in: one the user named, or a managed one whose ID the snapshot tells.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupRef {
    /// By ID.
    Id(String),
    /// The managed one of this role.
    Managed(GroupRole),
}

/// What follows an API's ID in its host name.
fn host_suffix(caller: &Caller) -> String {
    format!(".execute-api.{}.{}", caller.region, caller.dns_suffix())
}
