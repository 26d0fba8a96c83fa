//! Health checks of target groups (API Reference, `CreateTargetGroup`: defaults and ranges).

use serde::Deserialize;
use serde_json::{Value, json};

use super::select::invalid;
use crate::error::Answer;

/// Which answers are healthy.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Matcher {
    /// HTTP status codes: `200`, `200,403`, `200-299`.
    pub http_code: Option<String>,
    /// gRPC status codes.
    pub grpc_code: Option<String>,
}

/// How the health of targets is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthCheck {
    /// Whether it is.
    pub enabled: bool,
    /// `HTTP`, `HTTPS` or `TCP`; none for Lambda functions.
    pub protocol: Option<String>,
    /// A port, or `traffic-port`.
    pub port: Option<String>,
    /// With HTTP and HTTPS.
    pub path: Option<String>,
    /// Seconds between two checks.
    pub interval: u32,
    /// Seconds until a check has failed.
    pub timeout: u32,
    /// Checks passed until an unhealthy target is healthy.
    pub healthy_threshold: u32,
    /// Checks failed until a healthy target is unhealthy.
    pub unhealthy_threshold: u32,
    /// Healthy answers, with HTTP and HTTPS.
    pub matcher: Option<Matcher>,
    on_alb: bool,
}

/// Changes asked for; what is absent stays.
#[derive(Debug, Default)]
pub(super) struct HealthCheckChange {
    pub(super) health_check_protocol: Option<String>,
    pub(super) health_check_port: Option<String>,
    pub(super) health_check_enabled: Option<bool>,
    pub(super) health_check_path: Option<String>,
    pub(super) health_check_interval_seconds: Option<u32>,
    pub(super) health_check_timeout_seconds: Option<u32>,
    pub(super) healthy_threshold_count: Option<u32>,
    pub(super) unhealthy_threshold_count: Option<u32>,
    pub(super) matcher: Option<Matcher>,
}

impl HealthCheck {
    /// What a group of this protocol, target type and protocol version has, if its health check speaks this protocol.
    pub(super) fn default_for(
        protocol: Option<&str>,
        target_type: &str,
        version: Option<&str>,
        asked: Option<&str>,
    ) -> Self {
        let on_alb = matches!(protocol, Some("HTTP" | "HTTPS") | None);
        let check_protocol = match (protocol, target_type) {
            _ if asked.is_some() => asked.map(str::to_owned),
            (None, _) => None,
            (Some("HTTP" | "HTTPS"), _) | (_, "alb") => Some("HTTP".to_owned()),
            _ => Some("TCP".to_owned()),
        };
        let mut check = Self {
            enabled: protocol.is_some(),
            port: protocol.map(|_| "traffic-port".to_owned()),
            path: None,
            interval: if protocol.is_some() { 30 } else { 35 },
            timeout: 0,
            healthy_threshold: 5,
            unhealthy_threshold: 2,
            matcher: version
                .filter(|version| *version == "GRPC")
                .map(|_| Matcher { http_code: None, grpc_code: Some("12".to_owned()) }),
            protocol: check_protocol,
            on_alb,
        };
        check.timeout = match (protocol, check.protocol.as_deref()) {
            (None, _) => 30,
            (Some("HTTP" | "HTTPS"), _) => 5,
            (_, Some("HTTP")) => 6,
            _ => 10,
        };
        check.fill_http();
        check
    }

    fn speaks_http(&self) -> bool {
        self.protocol.as_deref() != Some("TCP")
    }

    /// Path and healthy answers go with HTTP only.
    fn fill_http(&mut self) {
        if self.speaks_http() {
            self.path.get_or_insert_with(|| "/".to_owned());
            let codes = if self.on_alb { "200" } else { "200-399" };
            self.matcher.get_or_insert_with(|| Matcher { http_code: Some(codes.to_owned()), grpc_code: None });
        } else {
            (self.path, self.matcher) = (None, None);
        }
    }

    pub(super) fn render_matcher(&self) -> Value {
        self.matcher.as_ref().map_or(Value::Null, |matcher| match &matcher.grpc_code {
            Some(codes) => json!({ "GrpcCode": codes }),
            None => json!({ "HttpCode": matcher.http_code }),
        })
    }

    pub(super) fn change(&mut self, change: HealthCheckChange) -> Answer<()> {
        let http_given = change.health_check_path.is_some() || change.matcher.is_some();
        self.protocol = change.health_check_protocol.or(self.protocol.take());
        self.port = change.health_check_port.or(self.port.take());
        self.enabled = change.health_check_enabled.unwrap_or(self.enabled);
        self.path = change.health_check_path.or(self.path.take());
        self.interval = change.health_check_interval_seconds.unwrap_or(self.interval);
        self.timeout = change.health_check_timeout_seconds.unwrap_or(self.timeout);
        self.healthy_threshold = change.healthy_threshold_count.unwrap_or(self.healthy_threshold);
        self.unhealthy_threshold = change.unhealthy_threshold_count.unwrap_or(self.unhealthy_threshold);
        self.matcher = change.matcher.or(self.matcher.take());
        if !self.speaks_http() && http_given {
            return Err(invalid(
                "Health check path and matcher are not supported for health checks with protocol 'TCP'",
            ));
        }
        self.fill_http();
        self.check()
    }

    fn check(&self) -> Answer<()> {
        match self.protocol.as_deref() {
            None | Some("HTTP" | "HTTPS") => {}
            Some("TCP") if !self.on_alb => {}
            Some(other) => {
                return Err(invalid(format!("Health check protocol '{other}' is not valid for this target group")));
            }
        }
        range("interval", self.interval, 5, 300)?;
        range("timeout", self.timeout, 2, 120)?;
        range("healthy threshold count", self.healthy_threshold, 2, 10)?;
        range("unhealthy threshold count", self.unhealthy_threshold, 2, 10)?;
        // Terraform's acceptance tests of `aws_lb_target_group`: groups of network load balancers may have both the same.
        if self.on_alb && self.timeout >= self.interval {
            return Err(invalid("Health check interval must be greater than the timeout."));
        }
        if self.timeout > self.interval {
            return Err(invalid("Health check timeout must be smaller than or equal to the interval"));
        }
        if self.path.as_ref().is_some_and(|path| !path.starts_with('/') || path.len() > 1024) {
            return Err(invalid("Health check path must begin with a '/' character and have at most 1024 characters"));
        }
        let port_fits = |port: &String| port == "traffic-port" || port.parse::<u16>().is_ok_and(|port| port > 0);
        if self.port.as_ref().is_some_and(|port| !port_fits(port)) {
            return Err(invalid("Health check port must be 'traffic-port' or between 1 and 65535"));
        }
        self.matcher.as_ref().map_or(Ok(()), |matcher| self.check_matcher(matcher))
    }

    /// 200 to 499 behind application load balancers, 200 to 599 behind network load balancers.
    fn check_matcher(&self, matcher: &Matcher) -> Answer<()> {
        let (codes, least, most) = match (&matcher.http_code, &matcher.grpc_code) {
            (Some(codes), None) => (codes, 200, if self.on_alb { 499 } else { 599 }),
            (None, Some(codes)) => (codes, 0, 99),
            _ => return Err(invalid("A matcher must have either HTTP codes or gRPC codes")),
        };
        let parsed = ranges(codes);
        let fits = |(from, to): &(u16, u16)| from <= to && (least..=most).contains(from) && (least..=most).contains(to);
        if parsed.as_ref().is_some_and(|parsed| parsed.iter().all(fits)) {
            Ok(())
        } else {
            Err(invalid(format!("Health check matcher HTTP code '{codes}' must be within '{least}-{most}' inclusive")))
        }
    }

    /// Whether an answer with this status is healthy.
    #[must_use]
    pub fn accepts(&self, status: u16) -> bool {
        let codes = self.matcher.as_ref().and_then(|matcher| matcher.http_code.as_deref());
        codes.and_then(ranges).unwrap_or_default().iter().any(|(from, to)| (*from..=*to).contains(&status))
    }
}

fn range(what: &str, value: u32, least: u32, most: u32) -> Answer<()> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(invalid(format!("Health check {what} '{value}' must be between {least} and {most} inclusive")))
}

/// `200,202` or `200-299`, or both together.
fn ranges(codes: &str) -> Option<Vec<(u16, u16)>> {
    let one = |part: &str| match part.split_once('-') {
        Some((from, to)) => Some((from.parse().ok()?, to.parse().ok()?)),
        None => part.parse().ok().map(|code| (code, code)),
    };
    codes.split(',').map(|part| one(part.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_answers_of_an_endpoint_are_healthy() {
        let mut check = HealthCheck::default_for(Some("HTTPS"), "ip", None, None);
        let matcher = Some(Matcher { http_code: Some("200,403".into()), grpc_code: None });
        check.change(HealthCheckChange { matcher, ..HealthCheckChange::default() }).unwrap();
        assert!(check.accepts(403) && check.accepts(200) && !check.accepts(404));
        let wide = Some(Matcher { http_code: Some("200-500".into()), grpc_code: None });
        assert!(check.change(HealthCheckChange { matcher: wide, ..HealthCheckChange::default() }).is_err());
    }

    #[test]
    fn the_default_timeout_follows_the_protocols() {
        let timeout = |group: Option<&str>, check: Option<&str>| {
            let kind = if group.is_some() { "ip" } else { "lambda" };
            HealthCheck::default_for(group, kind, None, check).timeout
        };
        for (group, check, expected) in [
            (Some("HTTP"), None, 5),
            (Some("HTTPS"), Some("HTTP"), 5),
            (Some("TCP"), None, 10),
            (Some("TCP"), Some("HTTPS"), 10),
            (Some("TCP"), Some("HTTP"), 6),
            (Some("TLS"), Some("HTTP"), 6),
            (None, None, 30),
        ] {
            assert_eq!(timeout(group, check), expected, "{group:?} {check:?}");
        }
        assert_eq!(HealthCheck::default_for(Some("TCP"), "alb", None, None).timeout, 6);
    }

    #[test]
    fn the_timeout_may_be_the_interval_behind_network_load_balancers_only() {
        let set = |group: &str, interval: u32, timeout: u32| {
            let change = HealthCheckChange {
                health_check_interval_seconds: Some(interval),
                health_check_timeout_seconds: Some(timeout),
                ..HealthCheckChange::default()
            };
            HealthCheck::default_for(Some(group), "ip", None, None).change(change).is_ok()
        };
        assert!(set("TCP", 10, 10) && set("TLS", 5, 5) && set("HTTP", 10, 9));
        assert!(!set("TCP", 10, 11) && !set("HTTP", 10, 10) && !set("HTTPS", 10, 10));
    }
}
