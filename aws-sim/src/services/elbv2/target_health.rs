//! Health of targets (API Reference, `TargetHealth`; User Guide, "Target health status").

use serde::Deserialize;
use serde_json::{Value, json};

use super::load_balancer::LoadBalancer;
use super::select::invalid;
use super::target::{Target, TargetDescription, TargetKey};
use super::target_group::{TargetGroup, not_found};
use crate::clock::Timestamp;
use crate::config::Durations;
use crate::context::Context;
use crate::error::Answer;
use crate::services::ec2::reachability::{self, Traffic};
use crate::world::Region;

/// What a health check of a target came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// An answer with this HTTP status.
    Status(u16),
    /// A connection, for checks that ask no more.
    Connected,
    /// No answer.
    Timeout,
}

/// Checks a target: which group of which region, by which load balancer, which target, when.
pub type Prober = fn(&Region, &TargetGroup, &LoadBalancer, &TargetKey, Timestamp) -> Probe;

/// The prober that looks no further than the network: an endpoint that is there and that security groups let through answers 403, as
/// `execute-api` does to a request whose Host names no API (Elastic Load Balancing, "Troubleshoot": health checks send the address as Host).
#[must_use]
pub fn network_only(
    region: &Region,
    group: &TargetGroup,
    balancer: &LoadBalancer,
    key: &TargetKey,
    now: Timestamp,
) -> Probe {
    if group.target_type == "alb" {
        let there = region.elbv2.load_balancers.get(&key.id).is_some_and(|target| target.state(now) == "active");
        return if there { Probe::Status(200) } else { Probe::Timeout };
    }
    let Some(interface) = region
        .ec2
        .interfaces
        .values()
        .find(|interface| interface.address.to_string() == key.id && Some(&interface.vpc) == group.vpc.as_ref())
    else {
        return Probe::Timeout;
    };
    let served = region.ec2.endpoints.values().any(|endpoint| {
        endpoint.state(now) != "deleting" && endpoint.interfaces.values().any(|id| *id == interface.id)
    });
    let port = group.check.port.as_deref().and_then(|port| port.parse().ok()).or(key.port).unwrap_or(443);
    let sources = balancer.interfaces.values().filter_map(|id| region.ec2.interfaces.get(id));
    let reaches = |source: &crate::services::ec2::network_interface::NetworkInterface| {
        reachability::between(
            &region.ec2,
            &Traffic {
                from: source.address,
                from_groups: &balancer.groups,
                to: interface.address,
                to_groups: &interface.groups,
                port,
            },
        )
    };
    // Endpoints listen on 443 only.
    if served && port == 443 && sources.into_iter().any(reaches) { Probe::Status(403) } else { Probe::Timeout }
}

/// State, reason and description of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// `initial`, `healthy`, `unhealthy`, `unused`, `draining`.
    pub state: &'static str,
    /// Why, unless healthy.
    pub reason: Option<&'static str>,
    /// Why, in words.
    pub description: Option<String>,
}

impl Health {
    fn new(state: &'static str, reason: &'static str, description: impl Into<String>) -> Self {
        Self { state, reason: Some(reason), description: Some(description.into()) }
    }
}

/// Health of a target as the load balancer that uses its group sees it.
#[must_use]
pub fn of(
    region: &Region,
    group: &TargetGroup,
    key: &TargetKey,
    target: &Target,
    now: Timestamp,
    durations: &Durations,
    prober: Prober,
) -> Health {
    if target.draining_until.is_some() {
        return Health::new("draining", "Target.DeregistrationInProgress", "Target deregistration is in progress");
    }
    let user = region.elbv2.users_of(&group.arn).first().and_then(|arn| region.elbv2.load_balancers.get(arn));
    let Some(balancer) = user else {
        let message = "Target group is not configured to receive traffic from the load balancer";
        return Health::new("unused", "Target.NotInUse", message);
    };
    let zones = super::load_balancer::zones(region, &balancer.arn);
    if target.zone.as_ref().is_some_and(|zone| zone != "all" && !zones.contains(zone)) {
        let message = "Target is in an Availability Zone that is not enabled for the load balancer";
        return Health::new("unused", "Target.NotInUse", message);
    }
    if now < balancer.ready_at.max(target.registered) + durations.target_registration {
        return Health::new("initial", "Elb.RegistrationInProgress", "Target registration is in progress");
    }
    match prober(region, group, balancer, key, now) {
        Probe::Connected => Health { state: "healthy", reason: None, description: None },
        Probe::Status(status) if group.check.accepts(status) => {
            Health { state: "healthy", reason: None, description: None }
        }
        Probe::Status(status) => {
            let message = format!("Health checks failed with these codes: [{status}]");
            Health::new("unhealthy", "Target.ResponseCodeMismatch", message)
        }
        Probe::Timeout => Health::new("unhealthy", "Target.Timeout", "Request timed out"),
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeTargetHealthRequest {
    target_group_arn: String,
    #[serde(default)]
    targets: Vec<TargetDescription>,
    #[serde(default)]
    include: Vec<String>,
}

pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeTargetHealthRequest) -> Answer<Value> {
    if request.include.iter().any(|part| part != "AnomalyDetection" && part != "All") {
        return Err(invalid("Include must be one of 'AnomalyDetection, All'"));
    }
    let arn = &request.target_group_arn;
    let group = ctx.here.elbv2.target_groups.get(arn).ok_or_else(|| not_found(arn))?;
    let mut out = Vec::new();
    let registered = |target: &Target| target.draining_until.is_none_or(|until| until > ctx.now);
    for (key, target) in group.targets.iter().filter(|(_, target)| registered(target)) {
        if request.targets.is_empty() || request.targets.iter().any(|asked| asked.key(group) == *key) {
            let health = of(ctx.here, group, key, target, ctx.now, &ctx.config.durations, ctx.config.prober);
            out.push(registered_target(render(group, key, target.zone.as_ref(), &health), group, &request.include));
        }
    }
    let is_unknown = |asked: &&TargetDescription| !group.targets.get(&asked.key(group)).is_some_and(registered);
    for asked in request.targets.iter().filter(is_unknown) {
        let health = Health::new("unused", "Target.NotRegistered", "Target is not registered to the target group");
        out.push(render(group, &asked.key(group), None, &health));
    }
    Ok(json!({ "TargetHealthDescriptions": out }))
}

/// What is answered of registered targets beyond their health. Nobody shifts traffic away from a zone here (User Guide, "Administrative
/// override": the state is answered at all times), and no anomaly is ever found (User Guide, "Automatic Target Weights": target groups
/// of HTTP and HTTPS).
fn registered_target(mut out: Value, group: &TargetGroup, include: &[String]) -> Value {
    out["AdministrativeOverride"] = json!({
        "State": "no_override", "Reason": "AdministrativeOverride.NoOverride",
        "Description": "No override is currently active on target",
    });
    if !include.is_empty() && matches!(group.protocol.as_deref(), Some("HTTP" | "HTTPS")) {
        out["AnomalyDetection"] = json!({ "Result": "normal", "MitigationInEffect": "no" });
    }
    out
}

fn render(group: &TargetGroup, key: &TargetKey, zone: Option<&String>, health: &Health) -> Value {
    let port = match group.check.port.as_deref() {
        Some("traffic-port") | None => key.port.map(|port| port.to_string()),
        Some(port) => Some(port.to_owned()),
    };
    json!({
        "Target": { "Id": key.id, "Port": key.port, "AvailabilityZone": zone },
        "HealthCheckPort": port,
        "TargetHealth": { "State": health.state, "Reason": health.reason, "Description": health.description },
    })
}
