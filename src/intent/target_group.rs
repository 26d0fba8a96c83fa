//! `spec.targetGroup`, checked.

use super::arn::elsewhere;
use super::{Problem, References, TargetGroupIntent};
use crate::api::{HealthCheck, TargetGroup};
use crate::observed::HealthCheck as Check;

/// Longer than any request to a private API lasts: 29 seconds.
///
/// Source: API Gateway Developer Guide, "Quotas for configuring and running a REST API", integration timeout.
const DEREGISTRATION_DELAY: i32 = 30;

pub(super) fn resolve(
    wanted: Option<&TargetGroup>,
    vpc_id: &str,
    found: &References,
    problems: &mut Vec<Problem>,
) -> TargetGroupIntent {
    let wanted = wanted.cloned().unwrap_or_default();
    if let Some(arn) = wanted.arn {
        existing(&arn, vpc_id, found, problems);
        return TargetGroupIntent::Existing(arn);
    }
    let health_check = check(wanted.health_check.unwrap_or_default());
    success_codes(&health_check.success_codes, problems);
    let deregistration_delay = wanted.deregistration_delay_seconds.unwrap_or(DEREGISTRATION_DELAY);
    TargetGroupIntent::Create { health_check, deregistration_delay }
}

fn check(wanted: HealthCheck) -> Check {
    Check {
        protocol: "HTTPS".to_owned(),
        port: "traffic-port".to_owned(),
        path: wanted.path,
        interval_seconds: wanted.interval_seconds,
        timeout_seconds: wanted.timeout_seconds,
        healthy_threshold_count: wanted.healthy_threshold_count,
        unhealthy_threshold_count: wanted.unhealthy_threshold_count,
        success_codes: wanted.success_codes,
    }
}

/// Single codes and ranges of two, the lower first.
///
/// Source: Elastic Load Balancing API Reference, `Matcher`.
fn success_codes(codes: &str, problems: &mut Vec<Problem>) {
    let is_range = |part: &str| match part.split('-').collect::<Vec<_>>()[..] {
        [_] => true,
        [first, last] => first < last,
        _ => false,
    };
    if let Some(part) = codes.split(',').find(|part| !is_range(part)) {
        let message = format!(
            "{part} is not a range of status codes: write the lower one, a hyphen and the higher one, for example 200-299"
        );
        problems.push(Problem::new("spec.targetGroup.healthCheck.successCodes", message));
    }
}

fn existing(arn: &str, vpc_id: &str, found: &References, problems: &mut Vec<Problem>) {
    let mut refuse = |message: String| problems.push(Problem::new("spec.targetGroup.arn", message));
    if let Some(place) = elsewhere(arn, &found.caller) {
        return refuse(place);
    }
    let Some(group) = &found.target_group else {
        return refuse(format!("target group {arn} does not exist in {}", found.place()));
    };
    if !vpc_id.is_empty() && group.vpc_id != vpc_id {
        refuse(format!("target group {arn} is in {}, the endpoint in {vpc_id}: both must be in one VPC", group.vpc_id));
    }
    if group.target_type != "ip" {
        refuse(format!(
            "target group {arn} is of type {}: the endpoint's addresses need type ip, which cannot be changed, so use another",
            group.target_type
        ));
    }
    if !["", "HTTP1"].contains(&group.protocol_version.as_str()) {
        refuse(format!(
            "target group {arn} has protocol version {}: a private REST API supports HTTP/1.1 only, neither gRPC nor HTTP/2, and the version cannot be changed, so use another",
            group.protocol_version
        ));
    }
    if (group.protocol.as_str(), group.port) != ("HTTPS", 443) {
        refuse(format!(
            "target group {arn} has protocol {} and port {}: the endpoint accepts HTTPS on 443 only, and neither can be changed, so use another",
            group.protocol, group.port
        ));
    }
}
