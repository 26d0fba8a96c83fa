//! The custom resource: the types of spec and status. No logic.

mod cel;
mod crd;
mod load_balancer;
mod manage;
mod null;
mod policy;
mod resource_policy;
mod rest_api;
mod route;
mod rule;
mod stage;
mod stage_cache;
mod status;
mod subnet;
mod target_group;
mod vpc_endpoint;

use std::collections::BTreeMap;

use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

pub use crd::{crd, schema};
pub use load_balancer::{
    IpAddressType, Listener, ListenerProtocol, LoadBalancer, LoadBalancerAccessLogs, LoadBalancerAttributes,
    LoadBalancerCreate, LoadBalancerScheme, MutualAuthentication, MutualAuthenticationMode, XForwardedFor,
};
pub use manage::{Manage, Management};
pub use null::drop_nulls;
pub use policy::{DeletionPolicy, ManagementPolicy};
pub use resource_policy::ResourcePolicy;
pub use rest_api::{ApiKeySource, EndpointAccessMode, OpenApi, RestApi, SecurityPolicy};
pub use route::{
    ApiKey, Authorization, HttpIntegration, HttpMethod, Integration, LambdaIntegration, MockIntegration, Route,
};
pub use rule::{HeaderCondition, ListenerRule, QueryStringCondition, StagePath};
pub use stage::{AccessLogs, LoggingLevel, Stage, Throttling, Toggle, Tracing};
pub use stage_cache::{CacheSize, StageCache};
pub use status::{
    Access, LoadBalancerStatus, PrivateApiFrontDoorStatus, RestApiStatus, RuleStatus, SecurityGroupStatus,
    TargetGroupStatus, VpcEndpointStatus,
};
pub use subnet::{SubnetConfiguration, SubnetSelector};
pub use target_group::{HealthCheck, TargetGroup};
pub use vpc_endpoint::{EndpointIpAddressType, PrivateDns, VpcEndpoint, VpcEndpointCreate};

/// The API group of the custom resource.
pub const GROUP: &str = "privateapi.dev";

/// One private API Gateway API and what makes it reachable: interface VPC endpoint, private REST API, target group and ALB listener rule.
#[derive(CustomResource, KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[kube(
    group = "privateapi.dev",
    version = "v1alpha1",
    kind = "PrivateApiFrontDoor",
    plural = "privateapifrontdoors",
    shortname = "pafd",
    category = "aws",
    namespaced,
    derive = "PartialEq",
    status = "PrivateApiFrontDoorStatus",
    doc = "PrivateApiFrontDoor makes a private API Gateway REST API reachable: it creates and keeps an interface VPC endpoint, the API with its resource policy and stage, a target group with the endpoint's addresses and an ALB listener rule that rewrites the Host header.",
    printcolumn = r#"{"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"}"#,
    printcolumn = r#"{"name":"Reason","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].reason"}"#,
    printcolumn = r#"{"name":"URL","type":"string","jsonPath":".status.url"}"#,
    printcolumn = r#"{"name":"API","type":"string","jsonPath":".status.api.id"}"#,
    printcolumn = r#"{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}"#
)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = Rule::new("!has(self.loadBalancer) || !has(self.api.endpointAccessMode) || self.api.endpointAccessMode != 'STRICT'")
        .message("endpointAccessMode STRICT cannot work behind an Application Load Balancer: it compares the TLS server name with the Host header, and a load balancer sends no server name to its targets. Use BASIC."),
    validation = Rule::new("has(self.region) == has(oldSelf.region) && (!has(self.region) || self.region == oldSelf.region)")
        .message("region is immutable: create another PrivateApiFrontDoor for the other region"),
    validation = Rule::new("has(self.loadBalancer) || !has(self.targetGroup)")
        .message("targetGroup needs loadBalancer: a target group receives requests only from a load balancer"),
    validation = Rule::new("has(self.loadBalancer) || !has(self.vpcEndpoint.create) || has(self.vpcEndpoint.create.clientCidrs) || (has(self.vpcEndpoint.create.securityGroupIds) && size(self.vpcEndpoint.create.securityGroupIds) > 0)")
        .message("without loadBalancer no client can reach the endpoint: set vpcEndpoint.create.clientCidrs, or vpcEndpoint.create.securityGroupIds with groups that allow the clients"),
    validation = Rule::new("self.rules.all(rule, self.rules.exists_one(other, other == rule))")
        .message("rules holds the same rule twice: remove one of them"),
    validation = Rule::new("self.rules.all(rule, !has(rule.priority) || self.rules.exists_one(other, has(other.priority) && other.priority == rule.priority))")
        .message("two rules have the same priority: give each its own, or none"),
    validation = Rule::new("!has(self.tags) || self.tags.all(key, !key.startsWith('privateapi.dev/') && !key.startsWith('aws:'))")
        .message("tag keys that begin with privateapi.dev/ or aws: are reserved: use others")
)]
pub struct PrivateApiFrontDoorSpec {
    /// AWS region of everything below, for example `eu-central-1`. Default: the controller's region (`AWS_REGION`). Immutable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 32), regex(pattern = r"^[a-z]{2,4}(-[a-z]+)+-[0-9]+$"))]
    pub region: Option<String>,

    /// The `execute-api` interface VPC endpoint through which requests reach the API. It also decides the VPC: no field names it again.
    pub vpc_endpoint: VpcEndpoint,

    /// The private REST API.
    pub api: RestApi,

    /// The Application Load Balancer in front of the endpoint. Default: none; the API is then reached through the endpoint only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load_balancer: Option<LoadBalancer>,

    /// Listener rules that send requests to the API, most specific first: automatic priorities keep this order.
    /// Default: one rule for every path (`/*`) with the stage name visible. Ignored without `loadBalancer`. At most 20.
    #[serde(default = "rule::default_rules")]
    #[schemars(length(min = 1, max = 20), default = "rule::default_rules")]
    pub rules: Vec<ListenerRule>,

    /// The target group that holds the endpoint's addresses. Default: one with AWS's health check settings and success codes `200,403`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_group: Option<TargetGroup>,

    /// Tags for every AWS resource the controller creates, beside its own `privateapi.dev/…` tags. Default: none. At most 40.
    #[serde(default, deserialize_with = "null::entries", skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 40))]
    pub tags: BTreeMap<String, String>,

    /// Whether the controller changes AWS to what the spec says (`Manage`) or only reports what differs (`Observe`). Default: `Manage`.
    #[serde(default)]
    pub management_policy: ManagementPolicy,

    /// Whether the object is suspended: AWS is neither read nor changed, and a deletion waits until it is `false`. Default: `false`.
    #[serde(default)]
    pub suspend: bool,

    /// What happens to the AWS resources when this object is deleted: `Delete` deletes them, `Retain` leaves them and removes the ownership tags.
    /// `deletionPolicy` of a section overrides it for that section. Default: `Delete`.
    #[serde(default)]
    pub deletion_policy: DeletionPolicy,
}
