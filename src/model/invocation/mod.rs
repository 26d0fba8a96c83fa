//! Requests that invoke an API through a VPC endpoint, and whether its policies let any of them pass.

mod context;
mod explanation;
mod operation;
mod refusal;
#[cfg(test)]
mod tests;

use ipnet::IpNet;

pub use operation::{Authorization, Operation, operations};
pub use refusal::{Policies, Reason, Refusal};

/// Stands in generated policies for the ID of an endpoint that is not known yet.
pub const OWN_ENDPOINT: &str = "vpce-own";

/// What is known of the requests to a stage that come through a VPC endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// Partition, for example `aws`.
    pub partition: String,
    /// Region.
    pub region: String,
    /// Account of the API.
    pub account: String,
    /// Name of the stage.
    pub stage: String,
    /// VPC of the endpoint.
    pub vpc_id: String,
    /// What sends the requests to the endpoint.
    pub sender: Sender,
    /// Ranges that hold every address from which requests reach the endpoint; empty where they are not known.
    pub sources: Vec<IpNet>,
    /// The API's methods; empty where they are not known.
    pub operations: Vec<Operation>,
}

/// What sends requests to the endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// A load balancer, for its clients.
    LoadBalancer,
    /// Clients themselves.
    Clients,
}

/// API and endpoint of the requests, as far as they are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target<'a> {
    /// ID of the API, where it is known.
    pub api_id: Option<&'a str>,
    /// The endpoint.
    pub endpoint: EndpointId<'a>,
}

/// ID of the endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointId<'a> {
    /// It is this one.
    Is(&'a str),
    /// There is no endpoint yet: no policy that a user wrote can name it. Generated ones name [`OWN_ENDPOINT`].
    NotCreated,
    /// Whether there is an endpoint is not known. Generated policies name [`OWN_ENDPOINT`].
    NotKnown,
}

impl<'a> EndpointId<'a> {
    /// What stands for it in policies.
    #[must_use]
    pub fn name(&self) -> &'a str {
        match self {
            Self::Is(id) => id,
            Self::NotCreated | Self::NotKnown => OWN_ENDPOINT,
        }
    }
}
