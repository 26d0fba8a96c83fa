//! `spec.targetGroup`.

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

/// The target group that holds the endpoint's addresses.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq, Default)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = Rule::new("!has(self.arn) || !has(self.healthCheck)")
        .message("healthCheck is for a target group that is created: leave it out with arn"),
    validation = Rule::new("!has(self.arn) || !has(self.deregistrationDelaySeconds)")
        .message("deregistrationDelaySeconds is for a target group that is created: leave it out with arn")
)]
pub struct TargetGroup {
    /// ARN of an existing target group (type `ip`, HTTPS 443) on the endpoint's addresses. It is used, never changed: one target group serves
    /// every API behind the same endpoint and load balancer. Default: a target group is created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(
        pattern = r"^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:targetgroup/[A-Za-z0-9-]{1,32}/[0-9a-f]{16}$"
    ))]
    pub arn: Option<String>,

    /// Health check of the targets, over HTTPS on port 443.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_check: Option<HealthCheck>,

    /// How long an address that is taken out finishes its requests. Default: 30, since no request to a private API lasts longer than its
    /// integration, 29 seconds unless the account's quota was raised; AWS's own default is 300. 0 to 3600.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 3600))]
    pub deregistration_delay_seconds: Option<i32>,
}

/// Health check of the targets.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = Rule::new("self.timeoutSeconds < self.intervalSeconds")
        .message("timeoutSeconds must be less than intervalSeconds")
)]
pub struct HealthCheck {
    /// HTTP codes of a healthy target, 200 to 499, as a list (`200,403`) or range (`200-299`). Default: `200,403`: the check's Host header names
    /// no API, so the endpoint answers it with 403.
    #[serde(default = "default_success_codes")]
    #[schemars(length(min = 3, max = 64), regex(pattern = r"^[2-4][0-9]{2}([-,][2-4][0-9]{2})*$"))]
    pub success_codes: String,

    /// Path that is asked for. Default: `/`. At most 1024 characters.
    #[serde(default = "default_path")]
    #[schemars(length(max = 1024), regex(pattern = r"^/[!-~]*$"))]
    pub path: String,

    /// Seconds between two checks. Default: 30. 5 to 300.
    #[serde(default = "default_interval")]
    #[schemars(range(min = 5, max = 300))]
    pub interval_seconds: i32,

    /// Seconds until a check without an answer has failed. Default: 5. 2 to 120, less than `intervalSeconds`.
    #[serde(default = "default_timeout")]
    #[schemars(range(min = 2, max = 120))]
    pub timeout_seconds: i32,

    /// Successful checks in a row that make an unhealthy target healthy. Default: 5. 2 to 10.
    #[serde(default = "default_healthy")]
    #[schemars(range(min = 2, max = 10))]
    pub healthy_threshold_count: i32,

    /// Failed checks in a row that make a target unhealthy. Default: 2. 2 to 10.
    #[serde(default = "default_unhealthy")]
    #[schemars(range(min = 2, max = 10))]
    pub unhealthy_threshold_count: i32,
}

impl Default for HealthCheck {
    /// AWS's own settings but for the codes.
    ///
    /// Source: Elastic Load Balancing API Reference, `CreateTargetGroup`.
    fn default() -> Self {
        Self {
            success_codes: default_success_codes(),
            path: default_path(),
            interval_seconds: default_interval(),
            timeout_seconds: default_timeout(),
            healthy_threshold_count: default_healthy(),
            unhealthy_threshold_count: default_unhealthy(),
        }
    }
}

/// The endpoint answers 403 to a Host that names no API; 200 is for a service that answers its health check path.
fn default_success_codes() -> String {
    "200,403".to_owned()
}

fn default_path() -> String {
    "/".to_owned()
}

fn default_interval() -> i32 {
    30
}

fn default_timeout() -> i32 {
    5
}

fn default_healthy() -> i32 {
    5
}

fn default_unhealthy() -> i32 {
    2
}
