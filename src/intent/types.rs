//! The validated value. Every ID in it exists where it must.

use std::collections::BTreeMap;

use crate::api::{EndpointAccessMode, ListenerProtocol, LoadBalancerScheme, Route, SecurityPolicy, StagePath};
use crate::observed::{HealthCheck, RuleConditions};
use crate::tags::{Owner, Tags};

use super::Caller;

/// What one front door should be.
#[derive(Debug, Clone, PartialEq)]
pub struct Intent {
    /// Who owns it.
    pub owner: Owner,
    /// Where.
    pub caller: Caller,
    /// VPC of endpoint, load balancer and target group.
    pub vpc_id: String,
    /// The user's tags.
    pub tags: Tags,
    /// The endpoint.
    pub endpoint: EndpointIntent,
    /// The API.
    pub api: ApiIntent,
    /// Name of the stage.
    pub stage: String,
    /// The load balancer with the rules on it; none for access through the endpoint only.
    pub load_balancer: Option<LoadBalancerIntent>,
}

/// The endpoint.
#[derive(Debug, Clone, PartialEq)]
pub enum EndpointIntent {
    /// Create and keep it.
    Create(CreateEndpoint),
    /// Use this one.
    Existing {
        /// ID of the endpoint.
        id: String,
        /// Its security groups.
        security_group_ids: Vec<String>,
    },
}

/// An endpoint to create.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateEndpoint {
    /// The Availability Zone of each subnet, by its ID: one subnet a zone.
    pub subnets: BTreeMap<String, String>,
    /// Its security groups.
    pub security_groups: SecurityGroups,
    /// Private DNS.
    pub private_dns: bool,
}

/// Security groups of an endpoint or load balancer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecurityGroups {
    /// One that the controller keeps.
    Managed,
    /// The user's.
    Given(Vec<String>),
}

/// The API.
#[derive(Debug, Clone, PartialEq)]
pub enum ApiIntent {
    /// Create and keep it.
    Create(Box<CreateApi>),
    /// Use this one.
    Existing(String),
}

/// An API to create.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateApi {
    /// Name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// Methods.
    pub routes: Vec<Route>,
    /// Security policy.
    pub security_policy: SecurityPolicy,
    /// Endpoint access mode.
    pub endpoint_access_mode: EndpointAccessMode,
    /// Endpoints, beside the front door's own, that may invoke it.
    pub additional_vpc_endpoint_ids: Vec<String>,
}

/// The load balancer with its listener, target group and rules.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadBalancerIntent {
    /// Its listener.
    pub listener: ListenerIntent,
    /// The target group.
    pub target_group: TargetGroupIntent,
    /// The rules, in the user's order.
    pub rules: Vec<RuleIntent>,
}

/// The listener.
#[derive(Debug, Clone, PartialEq)]
pub enum ListenerIntent {
    /// Create and keep load balancer and listener.
    Create(Box<CreateLoadBalancer>),
    /// Use this listener of this load balancer.
    Existing {
        /// ARN of the listener.
        listener_arn: String,
        /// ARN of its load balancer.
        load_balancer_arn: String,
        /// Security groups of its load balancer.
        security_group_ids: Vec<String>,
    },
}

/// A load balancer and its listener to create.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateLoadBalancer {
    /// Scheme.
    pub scheme: LoadBalancerScheme,
    /// One subnet a zone, two zones at least.
    pub subnet_ids: Vec<String>,
    /// Its security groups.
    pub security_groups: SecurityGroups,
    /// Who may connect, for the managed group.
    pub client_cidrs: Vec<String>,
    /// Protocol of the listener.
    pub protocol: ListenerProtocol,
    /// Port of the listener.
    pub port: i32,
    /// Certificates of an HTTPS listener, the default one first.
    pub certificate_arns: Vec<String>,
    /// TLS policy of an HTTPS listener.
    pub ssl_policy: Option<String>,
}

/// The target group.
#[derive(Debug, Clone, PartialEq)]
pub enum TargetGroupIntent {
    /// Create and keep it.
    Create {
        /// Health check.
        health_check: HealthCheck,
        /// Seconds in which a target that was taken out finishes its requests.
        deregistration_delay: i32,
    },
    /// Use this one.
    Existing(String),
}

/// A rule.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleIntent {
    /// Which requests it takes.
    pub conditions: RuleConditions,
    /// Whether it adds the stage to the path.
    pub stage_path: StagePath,
    /// The user's priority.
    pub priority: Option<i32>,
}
