//! The nodes of the graph: every AWS resource that a front door can consist of.

use std::fmt;

/// A part of a front door.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Node {
    /// A managed security group.
    SecurityGroup(GroupRole),
    /// The interface VPC endpoint.
    VpcEndpoint,
    /// The private REST API.
    RestApi,
    /// The statement in a Lambda function's policy that lets the API invoke it, by function ARN.
    FunctionPermission(String),
    /// The API's stage with its deployment.
    Stage,
    /// The target group on the endpoint's addresses.
    TargetGroup,
    /// The Application Load Balancer.
    LoadBalancer,
    /// The load balancer's listener.
    Listener,
    /// The listener that leads HTTP clients to the HTTPS one.
    RedirectListener,
    /// A listener rule, by its place in the spec (or, of one that is no longer wanted, by its ARN).
    Rule(String),
}

/// What a managed security group protects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupRole {
    /// The endpoint's network interfaces.
    Endpoint,
    /// The load balancer.
    LoadBalancer,
}

impl GroupRole {
    /// Every role.
    pub const ALL: [Self; 2] = [Self::Endpoint, Self::LoadBalancer];

    /// The role in names and status.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Endpoint => "endpoint",
            Self::LoadBalancer => "load-balancer",
        }
    }

    /// The value of the tag `privateapi.dev/resource`.
    #[must_use]
    pub const fn resource(self) -> &'static str {
        match self {
            Self::Endpoint => "endpoint-security-group",
            Self::LoadBalancer => "load-balancer-security-group",
        }
    }
}

impl Node {
    /// The value of the tag `privateapi.dev/resource` on the resource.
    #[must_use]
    pub fn resource(&self) -> &'static str {
        match self {
            Self::SecurityGroup(role) => role.resource(),
            Self::VpcEndpoint => "vpc-endpoint",
            Self::RestApi => "rest-api",
            Self::FunctionPermission(_) => "function-permission",
            Self::Stage => "stage",
            Self::TargetGroup => "target-group",
            Self::LoadBalancer => "load-balancer",
            Self::Listener => "listener",
            Self::RedirectListener => "redirect-listener",
            Self::Rule(_) => "rule",
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FunctionPermission(key) | Self::Rule(key) => write!(f, "{}/{key}", self.resource()),
            _ => f.write_str(self.resource()),
        }
    }
}
