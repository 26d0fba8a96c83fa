//! `spec.targetGroup`.

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

/// The target group that holds the endpoint's addresses.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq, Default)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = Rule::new("!has(self.arn) || !has(self.healthCheck)")
        .message("healthCheck belongs to a target group that is created: leave it out beside arn")
)]
pub struct TargetGroup {
    /// ARN of an existing target group (type `ip`, HTTPS 443) on the endpoint's addresses. It is used, never changed: one target group serves
    /// every API behind the same endpoint and load balancer. Default: a target group is created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(
        pattern = r"^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:targetgroup/[A-Za-z0-9-]{1,32}/[0-9a-f]{16}$"
    ))]
    pub arn: Option<String>,

    /// Health check of the targets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_check: Option<HealthCheck>,
}

/// Health check of the targets.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq, Default)]
#[serde(rename_all = "camelCase")]
pub struct HealthCheck {
    /// HTTP codes of a healthy target, 200 to 499, as a list (`200,403`) or range (`200-299`). Default: `200,403`: the check's Host header names
    /// no API, so the endpoint answers it with 403.
    #[serde(default = "default_success_codes")]
    #[schemars(length(min = 3, max = 64), regex(pattern = r"^[2-4][0-9]{2}([-,][2-4][0-9]{2})*$"))]
    pub success_codes: String,
}

/// The endpoint answers 403 to a Host that names no API; 200 is for a service that answers its health check path.
pub(crate) fn default_success_codes() -> String {
    "200,403".to_owned()
}
