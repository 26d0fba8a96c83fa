//! The validated value. Every ID in it exists where it must.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;
use serde_json::{Map, Value};

use crate::api::{
    ApiKeySource, EndpointAccessMode, EndpointIpAddressType, IpAddressType, ListenerProtocol, LoadBalancerScheme,
    Manage, ResourcePolicy, Route, SecurityPolicy, StagePath,
};
use crate::observed::{Attributes, HealthCheck, MutualAuthentication, RuleConditions, StageSettings};
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
    /// The stage.
    pub stage: StageIntent,
    /// The load balancer with the rules on it; none for access through the endpoint only.
    pub load_balancer: Option<LoadBalancerIntent>,
    /// Ranges that hold every address from which requests reach the endpoint; empty where they are not known.
    pub sources: Vec<IpNet>,
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
    /// Addresses that interfaces should have, by subnet.
    pub pinned: BTreeMap<String, String>,
    /// Its security groups.
    pub security_groups: SecurityGroups,
    /// Clients that the managed group lets in beside the load balancer.
    pub client_cidrs: BTreeSet<IpNet>,
    /// Private DNS.
    pub private_dns: bool,
    /// Kinds of addresses.
    pub ip_address_type: EndpointIpAddressType,
    /// Its policy; none lets everything pass.
    pub policy: Option<Value>,
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
    Existing {
        /// ID of the API.
        id: String,
        /// What of it is kept.
        manage: Manage,
        /// Methods whose callers sign their requests, for example `GET /orders`; known only behind a load balancer.
        signed_methods: Vec<String>,
    },
}

impl ApiIntent {
    /// The field that says what the API does.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::Create(create) => match create.definition {
                Definition::Routes(_) => "spec.api.routes",
                Definition::Document(_) => "spec.api.openApi.inline",
            },
            Self::Existing { .. } => "spec.api.id",
        }
    }
}

/// The stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageIntent {
    /// Name.
    pub name: String,
    /// Everything but what it serves.
    pub settings: StageSettings,
    /// The deployment it serves instead of the present definition.
    pub rollback_to: Option<String>,
}

/// What an API does.
#[derive(Debug, Clone, PartialEq)]
pub enum Definition {
    /// Methods on paths.
    Routes(Vec<Route>),
    /// An OpenAPI document.
    Document(Map<String, Value>),
}

/// What an API calls a function for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FunctionUse {
    /// To answer requests.
    Methods,
    /// To authorize requests.
    Authorizer,
    /// For both.
    Both,
}

impl FunctionUse {
    /// What covers this and that.
    #[must_use]
    pub fn both(this: Self, that: Self) -> Self {
        if this == that { this } else { Self::Both }
    }

    /// What stands after the API's ID in the ARN pattern of what calls the function: its methods, on any stage, or its authorizers.
    ///
    /// Source: API Gateway Developer Guide, "Lambda function permissions": `<api>/<stage>/<method>/<path>`, `<api>/authorizers/<authorizer>`.
    #[must_use]
    pub fn source_suffix(self) -> &'static str {
        match self {
            Self::Methods => "/*/*/*",
            Self::Authorizer => "/authorizers/*",
            Self::Both => "/*",
        }
    }
}

/// A function of another account or region: only its owner can let the API invoke it, and the user takes that for given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalFunction {
    /// What the API calls it for.
    pub what_for: FunctionUse,
    /// The field that names it.
    pub field: String,
}

/// An API to create.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateApi {
    /// Name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// What it does.
    pub definition: Definition,
    /// Functions of the controller's account and region that have to let it invoke them, by ARN, with version or alias.
    pub functions: BTreeMap<String, FunctionUse>,
    /// The same of other accounts and regions.
    pub external_functions: BTreeMap<String, ExternalFunction>,
    /// Media types that pass as they are.
    pub binary_media_types: BTreeSet<String>,
    /// From which size on bodies are compressed.
    pub minimum_compression_size_bytes: Option<u32>,
    /// Where API keys are looked for.
    pub api_key_source: ApiKeySource,
    /// Warnings of the import that are accepted.
    pub accepted_import_warnings: BTreeSet<String>,
    /// Security schemes that stay unenforced on purpose, with the operations that require them, as `GET /orders`.
    pub unenforced_security: BTreeMap<String, BTreeSet<String>>,
    /// Security policy.
    pub security_policy: SecurityPolicy,
    /// Endpoint access mode.
    pub endpoint_access_mode: EndpointAccessMode,
    /// Who may invoke it.
    pub resource_policy: ResourcePolicy,
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
        /// Its port.
        port: i32,
    },
}

impl ListenerIntent {
    /// Port that clients connect to.
    #[must_use]
    pub fn port(&self) -> i32 {
        match self {
            Self::Create(create) => create.port,
            Self::Existing { port, .. } => *port,
        }
    }
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
    pub client_cidrs: BTreeSet<IpNet>,
    /// Protocol of the listener.
    pub protocol: ListenerProtocol,
    /// Port of the listener.
    pub port: i32,
    /// Certificates of an HTTPS listener, the default one first.
    pub certificate_arns: Vec<String>,
    /// TLS policy of an HTTPS listener.
    pub ssl_policy: Option<String>,
    /// Mutual TLS of an HTTPS listener.
    pub mutual_authentication: Option<MutualAuthentication>,
    /// Whether HTTP clients are led to the HTTPS listener.
    pub redirect_http: bool,
    /// Kinds of addresses.
    pub ip_address_type: IpAddressType,
    /// Attributes.
    pub attributes: Attributes,
    /// Whether deletion protection is as the attributes say, and not as it is in AWS.
    pub keeps_deletion_protection: bool,
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
