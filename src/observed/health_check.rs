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

impl HealthCheck {
    /// AWS's settings for a target group that speaks HTTPS, with these codes of a healthy target.
    ///
    /// Source: Elastic Load Balancing API Reference, `CreateTargetGroup`.
    #[must_use]
    pub fn https(success_codes: &str) -> Self {
        Self {
            protocol: "HTTPS".to_owned(),
            port: "traffic-port".to_owned(),
            path: "/".to_owned(),
            interval_seconds: 30,
            timeout_seconds: 5,
            healthy_threshold_count: 5,
            unhealthy_threshold_count: 2,
            success_codes: success_codes.to_owned(),
        }
    }
}
