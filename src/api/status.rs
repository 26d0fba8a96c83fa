//! `status`.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::KubeSchema;
use serde::{Deserialize, Serialize};

/// Observed state, as of `observedGeneration`.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq, Default)]
#[serde(rename_all = "camelCase")]
pub struct PrivateApiFrontDoorStatus {
    /// The `metadata.generation` that the rest of the status is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,

    /// The last `metadata.generation` for which `Ready` was True: changes in AWS after that, for the same generation, are corrections of drift.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready_generation: Option<i64>,

    /// One condition per concern (`ControlPlaneReachable`, `EndpointReady`, `ApiReady`, `LoadBalancerReady`, `TargetsReady`), `Ready` derived from
    /// them, and `Reconciling`, `Stalled`, `Suspended` and `SecurityUnenforced` while they hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".into()]))]
    pub conditions: Vec<Condition>,

    /// URL of the first entry of `access`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,

    /// Ways to call the API: from where, URL, and a command.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub access: Vec<Access>,

    /// The VPC endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_endpoint: Option<VpcEndpointStatus>,

    /// The REST API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<RestApiStatus>,

    /// The load balancer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load_balancer: Option<LoadBalancerStatus>,

    /// The target group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_group: Option<TargetGroupStatus>,

    /// The listener rules, in the order of `spec.rules`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleStatus>,

    /// The managed security groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub security_groups: Vec<SecurityGroupStatus>,

    /// With `managementPolicy: Observe`, what would be done, as `frontdoor plan` prints it; empty when AWS is as the spec says. At most 61 lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plan: Vec<String>,
}

/// One way to call the API.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Access {
    /// From where this works, for example `internet` or `networks that reach vpc-0a1b2c3d`.
    pub from: String,
    /// URL to request.
    pub url: String,
    /// A command that sends the request.
    pub curl: String,
    /// What clients have to know beside it, for example how methods with `AWS_IAM` are signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The VPC endpoint as AWS shows it.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct VpcEndpointStatus {
    /// ID of the endpoint.
    pub id: String,
    /// State, for example `available`.
    pub state: String,
    /// First regional DNS name of the endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns_name: Option<String>,
    /// Private addresses of its network interfaces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
}

/// The REST API as AWS shows it.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct RestApiStatus {
    /// ID of the API.
    pub id: String,
    /// Stage that serves it.
    pub stage: String,
    /// Deployment that the stage points at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment_id: Option<String>,
    /// What API Gateway warned of when the API was last imported: each says that something of the definition was left out or is not used, and is
    /// harmless or accepted by `spec.api.acceptedImportWarnings`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub import_warnings: Vec<String>,
}

/// The load balancer as AWS shows it.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct LoadBalancerStatus {
    /// ARN of the load balancer.
    pub arn: String,
    /// DNS name of the load balancer.
    pub dns_name: String,
    /// ARN of the listener that holds the rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listener_arn: Option<String>,
}

/// The target group as AWS shows it.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct TargetGroupStatus {
    /// ARN of the target group.
    pub arn: String,
    /// Healthy targets of all targets, for example `2/2`.
    pub healthy: String,
}

/// A listener rule as AWS shows it.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct RuleStatus {
    /// ARN of the rule.
    pub arn: String,
    /// Priority on the listener.
    pub priority: i32,
}

/// A managed security group.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct SecurityGroupStatus {
    /// What it protects: `endpoint` or `load-balancer`.
    pub role: String,
    /// ID of the group.
    pub id: String,
}
