//! Health checks of target groups.

use serde::Serialize;

/// How a load balancer finds out which targets are healthy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HealthCheck {
    /// `HTTP` or `HTTPS`.
    pub protocol: String,
    /// A port, or `traffic-port`.
    pub port: String,
    /// Path.
    pub path: String,
    /// Seconds between two checks.
    pub interval_seconds: i32,
    /// Seconds until a check without an answer has failed.
    pub timeout_seconds: i32,
    /// Checks in a row that make a target healthy.
    pub healthy_threshold_count: i32,
    /// Failed checks in a row that make a target unhealthy.
    pub unhealthy_threshold_count: i32,
    /// HTTP codes of a healthy target.
    pub success_codes: String,
}
