//! Target groups.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::load_balancer_check::check_name;
use super::select::{invalid, page};
use super::tag::{self, Tag};
use super::target::{Target, TargetKey};
use super::target_group_check::{HealthCheck, HealthCheckChange};
use super::{State, attribute, load_balancer};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{Answer, AwsError};

/// A target group.
#[derive(Clone, Debug)]
pub struct TargetGroup {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// `HTTP`, `HTTPS`, `TCP` and so on; none for Lambda functions.
    pub protocol: Option<String>,
    /// `HTTP1`, `HTTP2` or `GRPC`, with HTTP and HTTPS.
    pub protocol_version: Option<String>,
    /// Port of targets registered without one.
    pub port: Option<u16>,
    /// Its VPC; none for Lambda functions.
    pub vpc: Option<String>,
    /// `instance`, `ip`, `lambda` or `alb`.
    pub target_type: String,
    /// How health is checked.
    pub check: HealthCheck,
    /// Its attributes.
    pub attributes: BTreeMap<String, String>,
    /// Its targets.
    pub targets: BTreeMap<TargetKey, Target>,
    /// When it was made.
    pub created: Timestamp,
}

impl TargetGroup {
    pub(super) fn render(&self, state: &State) -> Value {
        let check = &self.check;
        json!({
            "TargetGroupArn": self.arn, "TargetGroupName": self.name, "Protocol": self.protocol, "Port": self.port,
            "VpcId": self.vpc, "TargetType": self.target_type, "ProtocolVersion": self.protocol_version,
            "IpAddressType": (self.target_type != "lambda").then_some("ipv4"), "LoadBalancerArns": state.users_of(&self.arn),
            "HealthCheckProtocol": check.protocol, "HealthCheckPort": check.port, "HealthCheckEnabled": check.enabled,
            "HealthCheckIntervalSeconds": check.interval, "HealthCheckTimeoutSeconds": check.timeout,
            "HealthyThresholdCount": check.healthy_threshold, "UnhealthyThresholdCount": check.unhealthy_threshold,
            "HealthCheckPath": check.path, "Matcher": check.render_matcher(),
        })
    }
}

pub(super) fn not_found(arn: &str) -> AwsError {
    AwsError::new("TargetGroupNotFound", format!("Target group '{arn}' not found"))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateTargetGroupRequest {
    name: String,
    protocol: Option<String>,
    protocol_version: Option<String>,
    port: Option<u16>,
    vpc_id: Option<String>,
    health_check_protocol: Option<String>,
    health_check_port: Option<String>,
    health_check_enabled: Option<bool>,
    health_check_path: Option<String>,
    health_check_interval_seconds: Option<u32>,
    health_check_timeout_seconds: Option<u32>,
    healthy_threshold_count: Option<u32>,
    unhealthy_threshold_count: Option<u32>,
    matcher: Option<super::target_group_check::Matcher>,
    #[serde(default = "instance")]
    target_type: String,
    #[serde(default)]
    tags: Vec<Tag>,
    ip_address_type: Option<String>,
}

/// API Reference: the default of `TargetType`.
fn instance() -> String {
    "instance".to_owned()
}

impl CreateTargetGroupRequest {
    fn health_check(&self) -> HealthCheckChange {
        HealthCheckChange {
            health_check_protocol: self.health_check_protocol.clone(),
            health_check_port: self.health_check_port.clone(),
            health_check_enabled: self.health_check_enabled,
            health_check_path: self.health_check_path.clone(),
            health_check_interval_seconds: self.health_check_interval_seconds,
            health_check_timeout_seconds: self.health_check_timeout_seconds,
            healthy_threshold_count: self.healthy_threshold_count,
            unhealthy_threshold_count: self.unhealthy_threshold_count,
            matcher: self.matcher.clone(),
        }
    }

    /// Protocol, version, port and VPC fit the type of target (API Reference, `CreateTargetGroup`).
    fn check(&self, ctx: &Context<'_>) -> Answer<()> {
        check_name("Target group", &self.name)?;
        if self.ip_address_type.as_deref().is_some_and(|kind| kind != "ipv4") {
            return Err(invalid(
                "IP address types of target groups other than 'ipv4' are not supported by this simulator",
            ));
        }
        let protocol = self.protocol.as_deref();
        match self.target_type.as_str() {
            "lambda" if protocol.is_some() || self.port.is_some() || self.vpc_id.is_some() => {
                return Err(invalid(
                    "Protocol, port and VPC ID cannot be specified for target groups with target type 'lambda'",
                ));
            }
            "lambda" => return Ok(()),
            "alb" if protocol != Some("TCP") => {
                return Err(invalid("Protocol for target groups with target type 'alb' must be 'TCP'"));
            }
            "instance" | "ip" | "alb" => {}
            other => return Err(invalid(format!("Target type '{other}' must be one of 'instance, ip, lambda, alb'"))),
        }
        match protocol {
            None => return Err(invalid("A protocol must be specified")),
            Some("HTTP" | "HTTPS" | "TCP" | "TLS" | "UDP" | "TCP_UDP") => {}
            Some(other) => {
                return Err(invalid(format!(
                    "Protocol '{other}' must be one of 'HTTP, HTTPS, TCP, TLS, UDP, TCP_UDP'"
                )));
            }
        }
        if self.port.is_none_or(|port| port == 0) {
            return Err(invalid("A port must be specified"));
        }
        let is_http = matches!(protocol, Some("HTTP" | "HTTPS"));
        match self.protocol_version.as_deref() {
            None => {}
            Some("HTTP1" | "HTTP2" | "GRPC") if is_http => {}
            Some(version) => {
                return Err(invalid(format!("Protocol version '{version}' is not valid for this protocol")));
            }
        }
        let vpc = self.vpc_id.as_ref().ok_or_else(|| invalid("A VPC ID must be specified"))?;
        if ctx.here.ec2.vpcs.contains_key(vpc) {
            Ok(())
        } else {
            Err(invalid(format!("The VPC ID '{vpc}' is not found")))
        }
    }
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateTargetGroupRequest) -> Answer<Value> {
    request.check(ctx)?;
    let tags = tag::merged(&request.tags, super::Tags::new())?;
    let mut check = HealthCheck::default_for(
        request.protocol.as_deref(),
        &request.target_type,
        request.protocol_version.as_deref(),
        request.health_check_protocol.as_deref(),
    );
    check.change(request.health_check())?;
    let is_http = matches!(request.protocol.as_deref(), Some("HTTP" | "HTTPS"));
    let id = ctx.ids.hex16();
    let group = TargetGroup {
        arn: ctx.here.arn("elasticloadbalancing", &format!("targetgroup/{}/{id}", request.name)),
        attributes: attribute::target_group_defaults(request.protocol.as_deref()),
        protocol_version: request.protocol_version.or_else(|| is_http.then(|| "HTTP1".to_owned())),
        name: request.name,
        protocol: request.protocol,
        port: request.port,
        vpc: request.vpc_id,
        target_type: request.target_type,
        check,
        targets: BTreeMap::new(),
        created: ctx.now,
    };
    let state = &mut ctx.here.elbv2;
    if let Some(present) = same_name(state, &group)? {
        return Ok(json!({ "TargetGroups": [present] }));
    }
    // User Guide, "Quotas": 3,000 target groups a region.
    if state.target_groups.len() >= 3000 {
        return Err(AwsError::new("TooManyTargetGroups", "The maximum number of target groups has been reached"));
    }
    let answer = json!({ "TargetGroups": [group.render(state)] });
    state.put_tags(&group.arn, tags);
    state.target_groups.insert(group.arn.clone(), group);
    Ok(answer)
}

/// The group of this name, if it has the same settings (API Reference: `CreateTargetGroup` is idempotent).
fn same_name(state: &State, wanted: &TargetGroup) -> Answer<Option<Value>> {
    let Some(present) = state.target_groups.values().find(|group| group.name == wanted.name) else { return Ok(None) };
    let settings = |group: &TargetGroup| {
        (
            group.protocol.clone(),
            group.protocol_version.clone(),
            group.port,
            group.vpc.clone(),
            group.target_type.clone(),
            group.check.clone(),
        )
    };
    if settings(present) == settings(wanted) {
        return Ok(Some(present.render(state)));
    }
    let message = format!("A target group with the same name '{}' exists, but with different settings", wanted.name);
    Err(AwsError::new("DuplicateTargetGroupName", message))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeTargetGroupsRequest {
    load_balancer_arn: Option<String>,
    #[serde(default)]
    target_group_arns: Vec<String>,
    #[serde(default)]
    names: Vec<String>,
    marker: Option<String>,
    page_size: Option<usize>,
}

pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeTargetGroupsRequest) -> Answer<Value> {
    let state = &ctx.here.elbv2;
    let DescribeTargetGroupsRequest { load_balancer_arn: balancer, target_group_arns: arns, names, .. } = &request;
    if usize::from(balancer.is_some()) + usize::from(!arns.is_empty()) + usize::from(!names.is_empty()) > 1 {
        return Err(invalid("Only one of load balancer ARN, target group ARNs and names can be specified"));
    }
    if let Some(arn) = balancer.as_ref().filter(|arn| !state.load_balancers.contains_key(*arn)) {
        return Err(load_balancer::not_found(arn));
    }
    let all = &state.target_groups;
    let named = |name: &String| all.values().any(|group| group.name == *name);
    if arns.iter().any(|arn| !all.contains_key(arn)) || !names.iter().all(named) {
        return Err(AwsError::new("TargetGroupNotFound", "One or more target groups not found"));
    }
    let asked = |group: &&TargetGroup| {
        (arns.is_empty() || arns.contains(&group.arn))
            && (names.is_empty() || names.contains(&group.name))
            && balancer.as_ref().is_none_or(|balancer| state.users_of(&group.arn).contains(balancer))
    };
    let found = all.values().filter(asked).map(|group| (group.arn.clone(), group)).collect();
    let (page, next) = page(found, request.marker.as_deref(), request.page_size)?;
    let rendered: Vec<Value> = page.into_iter().map(|group| group.render(state)).collect();
    Ok(json!({ "TargetGroups": rendered, "NextMarker": next }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ModifyTargetGroupRequest {
    target_group_arn: String,
    health_check_protocol: Option<String>,
    health_check_port: Option<String>,
    health_check_enabled: Option<bool>,
    health_check_path: Option<String>,
    health_check_interval_seconds: Option<u32>,
    health_check_timeout_seconds: Option<u32>,
    healthy_threshold_count: Option<u32>,
    unhealthy_threshold_count: Option<u32>,
    matcher: Option<super::target_group_check::Matcher>,
}

pub(super) fn modify(ctx: &mut Context<'_>, request: ModifyTargetGroupRequest) -> Answer<Value> {
    let arn = request.target_group_arn;
    let state = &mut ctx.here.elbv2;
    let group = state.target_groups.get_mut(&arn).ok_or_else(|| not_found(&arn))?;
    let mut check = group.check.clone();
    check.change(HealthCheckChange {
        health_check_protocol: request.health_check_protocol,
        health_check_port: request.health_check_port,
        health_check_enabled: request.health_check_enabled,
        health_check_path: request.health_check_path,
        health_check_interval_seconds: request.health_check_interval_seconds,
        health_check_timeout_seconds: request.health_check_timeout_seconds,
        healthy_threshold_count: request.healthy_threshold_count,
        unhealthy_threshold_count: request.unhealthy_threshold_count,
        matcher: request.matcher,
    })?;
    group.check = check;
    let group = group.clone();
    Ok(json!({ "TargetGroups": [group.render(state)] }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteTargetGroupRequest {
    target_group_arn: String,
}

pub(super) fn delete(ctx: &mut Context<'_>, request: DeleteTargetGroupRequest) -> Answer<()> {
    let arn = request.target_group_arn;
    let state = &mut ctx.here.elbv2;
    if !state.users_of(&arn).is_empty() {
        let message = format!("Target group '{arn}' is currently in use by a listener or a rule");
        return Err(AwsError::new("ResourceInUse", message));
    }
    // API Reference, `DeleteTargetGroup`: the only error is the one above; one that is not there is gone already.
    state.target_groups.remove(&arn);
    state.tags.remove(&arn);
    Ok(())
}
