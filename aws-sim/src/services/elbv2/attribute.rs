//! Attributes of load balancers, listeners and target groups (API Reference, `LoadBalancerAttribute`, `ListenerAttribute`,
//! `TargetGroupAttribute`: names, values and defaults).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::load_balancer::{self, Kind};
use super::select::invalid;
use super::{listener, log_bucket, target_group};
use crate::context::Context;
use crate::error::{Answer, AwsError};

/// What values an attribute may have.
#[derive(Clone, Copy, Debug)]
enum Values {
    Switch,
    Number(u32, u32),
    OneOf(&'static [&'static str]),
    Text,
}

/// Name, default, values.
type Definition = (&'static str, &'static str, Values);

const BOTH: &[Definition] = &[
    ("deletion_protection.enabled", "false", Values::Switch),
    ("access_logs.s3.enabled", "false", Values::Switch),
    ("access_logs.s3.bucket", "", Values::Text),
    ("access_logs.s3.prefix", "", Values::Text),
    ("ipv6.deny_all_igw_traffic", "false", Values::Switch),
    ("zonal_shift.config.enabled", "false", Values::Switch),
];

const APPLICATION: &[Definition] = &[
    ("load_balancing.cross_zone.enabled", "true", Values::Switch),
    ("idle_timeout.timeout_seconds", "60", Values::Number(1, 4000)),
    ("client_keep_alive.seconds", "3600", Values::Number(60, 604_800)),
    ("connection_logs.s3.enabled", "false", Values::Switch),
    ("connection_logs.s3.bucket", "", Values::Text),
    ("connection_logs.s3.prefix", "", Values::Text),
    ("health_check_logs.s3.enabled", "false", Values::Switch),
    ("health_check_logs.s3.bucket", "", Values::Text),
    ("health_check_logs.s3.prefix", "", Values::Text),
    ("routing.http.desync_mitigation_mode", "defensive", Values::OneOf(&["monitor", "defensive", "strictest"])),
    ("routing.http.drop_invalid_header_fields.enabled", "false", Values::Switch),
    ("routing.http.preserve_host_header.enabled", "false", Values::Switch),
    ("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", "false", Values::Switch),
    ("routing.http.xff_client_port.enabled", "false", Values::Switch),
    ("routing.http.xff_header_processing.mode", "append", Values::OneOf(&["append", "preserve", "remove"])),
    ("routing.http2.enabled", "true", Values::Switch),
    ("waf.fail_open.enabled", "false", Values::Switch),
];

const NETWORK: &[Definition] = &[
    ("load_balancing.cross_zone.enabled", "false", Values::Switch),
    (
        "dns_record.client_routing_policy",
        "any_availability_zone",
        Values::OneOf(&["any_availability_zone", "availability_zone_affinity", "partial_availability_zone_affinity"]),
    ),
    ("secondary_ips.auto_assigned.per_subnet", "0", Values::Number(0, 7)),
];

const TARGET_GROUP: &[Definition] = &[
    ("deregistration_delay.timeout_seconds", "300", Values::Number(0, 3600)),
    ("stickiness.enabled", "false", Values::Switch),
    (
        "load_balancing.cross_zone.enabled",
        "use_load_balancer_configuration",
        Values::OneOf(&["true", "false", "use_load_balancer_configuration"]),
    ),
    ("target_group_health.dns_failover.minimum_healthy_targets.count", "1", Values::Text),
    ("target_group_health.dns_failover.minimum_healthy_targets.percentage", "off", Values::Text),
    ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "1", Values::Number(1, 1000)),
    ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage", "off", Values::Text),
];

const HTTP_TARGET_GROUP: &[Definition] = &[
    ("stickiness.type", "lb_cookie", Values::OneOf(&["lb_cookie", "app_cookie"])),
    ("stickiness.app_cookie.cookie_name", "", Values::Text),
    ("stickiness.app_cookie.duration_seconds", "86400", Values::Number(1, 604_800)),
    ("stickiness.lb_cookie.duration_seconds", "86400", Values::Number(1, 604_800)),
    (
        "load_balancing.algorithm.type",
        "round_robin",
        Values::OneOf(&["round_robin", "least_outstanding_requests", "weighted_random"]),
    ),
    ("load_balancing.algorithm.anomaly_mitigation", "off", Values::OneOf(&["on", "off"])),
    ("slow_start.duration_seconds", "0", Values::Number(0, 900)),
];

const TCP_TARGET_GROUP: &[Definition] = &[
    ("stickiness.type", "source_ip", Values::OneOf(&["source_ip"])),
    ("deregistration_delay.connection_termination.enabled", "false", Values::Switch),
    ("preserve_client_ip.enabled", "false", Values::Switch),
    ("proxy_protocol_v2.enabled", "false", Values::Switch),
    ("target_health_state.unhealthy.connection_termination.enabled", "true", Values::Switch),
    ("target_health_state.unhealthy.draining_interval_seconds", "0", Values::Number(0, 360_000)),
];

const HTTP_LISTENER: &[Definition] = &[
    ("routing.http.response.server.enabled", "true", Values::Switch),
    ("routing.http.response.strict_transport_security.header_value", "", Values::Text),
    ("routing.http.response.access_control_allow_origin.header_value", "", Values::Text),
    ("routing.http.response.access_control_allow_methods.header_value", "", Values::Text),
    ("routing.http.response.access_control_allow_headers.header_value", "", Values::Text),
    ("routing.http.response.access_control_allow_credentials.header_value", "", Values::Text),
    ("routing.http.response.access_control_expose_headers.header_value", "", Values::Text),
    ("routing.http.response.access_control_max_age.header_value", "", Values::Text),
    ("routing.http.response.content_security_policy.header_value", "", Values::Text),
    ("routing.http.response.x_content_type_options.header_value", "", Values::Text),
    ("routing.http.response.x_frame_options.header_value", "", Values::Text),
];

const HTTPS_LISTENER: &[Definition] = &[
    ("routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name", "", Values::Text),
    ("routing.http.request.x_amzn_mtls_clientcert_issuer.header_name", "", Values::Text),
    ("routing.http.request.x_amzn_mtls_clientcert_subject.header_name", "", Values::Text),
    ("routing.http.request.x_amzn_mtls_clientcert_validity.header_name", "", Values::Text),
    ("routing.http.request.x_amzn_mtls_clientcert_leaf.header_name", "", Values::Text),
    ("routing.http.request.x_amzn_mtls_clientcert.header_name", "", Values::Text),
    ("routing.http.request.x_amzn_tls_version.header_name", "", Values::Text),
    ("routing.http.request.x_amzn_tls_cipher_suite.header_name", "", Values::Text),
];

const TCP_LISTENER: &[Definition] = &[("tcp.idle_timeout.seconds", "350", Values::Number(60, 6000))];

fn defaults(tables: &[&[Definition]]) -> BTreeMap<String, String> {
    tables
        .iter()
        .flat_map(|table| table.iter())
        .map(|(name, value, _)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// Attributes of a new load balancer.
pub(super) fn load_balancer_defaults(kind: Kind, scheme: &str) -> BTreeMap<String, String> {
    let mut attributes = defaults(&[BOTH, if kind == Kind::Application { APPLICATION } else { NETWORK }]);
    attributes.insert("ipv6.deny_all_igw_traffic".to_owned(), (scheme == "internal").to_string());
    attributes
}

/// Attributes of a new target group.
pub(super) fn target_group_defaults(protocol: Option<&str>) -> BTreeMap<String, String> {
    match protocol {
        Some("HTTP" | "HTTPS") => defaults(&[TARGET_GROUP, HTTP_TARGET_GROUP]),
        Some(_) => defaults(&[TARGET_GROUP, TCP_TARGET_GROUP]),
        None => defaults(&[&[("lambda.multi_value_headers.enabled", "false", Values::Switch)]]),
    }
}

/// Attributes of a listener with this protocol.
pub(super) fn listener_defaults(protocol: &str) -> BTreeMap<String, String> {
    match protocol {
        "HTTP" => defaults(&[HTTP_LISTENER]),
        "HTTPS" => defaults(&[HTTP_LISTENER, HTTPS_LISTENER]),
        "TCP" => defaults(&[TCP_LISTENER]),
        _ => BTreeMap::new(),
    }
}

const ALL: &[&[Definition]] = &[
    BOTH,
    APPLICATION,
    NETWORK,
    TARGET_GROUP,
    HTTP_TARGET_GROUP,
    TCP_TARGET_GROUP,
    HTTP_LISTENER,
    HTTPS_LISTENER,
    TCP_LISTENER,
];

fn fits(key: &str, value: &str) -> bool {
    let definition = ALL.iter().flat_map(|table| table.iter()).find(|(name, ..)| *name == key);
    match definition.map(|(.., values)| *values) {
        Some(Values::Switch) => matches!(value, "true" | "false"),
        Some(Values::Number(least, most)) => value.parse().is_ok_and(|number: u32| (least..=most).contains(&number)),
        Some(Values::OneOf(values)) => values.contains(&value),
        Some(Values::Text) | None => true,
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Attribute {
    key: String,
    #[serde(default)]
    value: String,
}

/// Sets attributes; one that the resource does not have, or a value that it cannot have, changes nothing.
fn set(what: &str, present: &BTreeMap<String, String>, wanted: Vec<Attribute>) -> Answer<BTreeMap<String, String>> {
    let mut attributes = present.clone();
    for Attribute { key, value } in wanted {
        // The definitions of both kinds of load balancer differ in the cross-zone default only.
        if !present.contains_key(&key) {
            return Err(invalid(format!("{what} attribute key '{key}' is not recognized")));
        }
        if !fits(&key, &value) {
            return Err(invalid(format!("{what} attribute value '{value}' for key '{key}' is not valid")));
        }
        attributes.insert(key, value);
    }
    Ok(attributes)
}

fn render(attributes: &BTreeMap<String, String>) -> Value {
    let list: Value = attributes.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    json!({ "Attributes": list })
}

macro_rules! requests {
    ($describe:ident, $modify:ident, $arn:ident) => {
        #[derive(Debug, Deserialize)]
        #[serde(rename_all = "PascalCase", deny_unknown_fields)]
        pub(super) struct $describe {
            $arn: String,
        }

        #[derive(Debug, Deserialize)]
        #[serde(rename_all = "PascalCase", deny_unknown_fields)]
        pub(super) struct $modify {
            $arn: String,
            attributes: Vec<Attribute>,
        }
    };
}

requests!(DescribeLoadBalancerAttributesRequest, ModifyLoadBalancerAttributesRequest, load_balancer_arn);
requests!(DescribeListenerAttributesRequest, ModifyListenerAttributesRequest, listener_arn);
requests!(DescribeTargetGroupAttributesRequest, ModifyTargetGroupAttributesRequest, target_group_arn);

pub(super) fn describe_load_balancer(
    ctx: &mut Context<'_>,
    request: DescribeLoadBalancerAttributesRequest,
) -> Answer<Value> {
    let arn = &request.load_balancer_arn;
    ctx.here
        .elbv2
        .load_balancers
        .get(arn)
        .map(|balancer| render(&balancer.attributes))
        .ok_or_else(|| load_balancer::not_found(arn))
}

pub(super) fn modify_load_balancer(
    ctx: &mut Context<'_>,
    request: ModifyLoadBalancerAttributesRequest,
) -> Answer<Value> {
    let arn = &request.load_balancer_arn;
    let balancer = ctx.here.elbv2.load_balancers.get(arn).ok_or_else(|| load_balancer::not_found(arn))?;
    let attributes = set("Load balancer", &balancer.attributes, request.attributes)?;
    log_bucket::check(ctx, balancer, &attributes)?;
    let answer = render(&attributes);
    if let Some(balancer) = ctx.here.elbv2.load_balancers.get_mut(arn) {
        balancer.attributes = attributes;
    }
    Ok(answer)
}

pub(super) fn describe_listener(ctx: &mut Context<'_>, request: DescribeListenerAttributesRequest) -> Answer<Value> {
    let arn = &request.listener_arn;
    ctx.here
        .elbv2
        .listeners
        .get(arn)
        .map(|listener| render(&listener.attributes))
        .ok_or_else(|| listener::not_found(arn))
}

pub(super) fn modify_listener(ctx: &mut Context<'_>, request: ModifyListenerAttributesRequest) -> Answer<Value> {
    let arn = &request.listener_arn;
    let listener = ctx.here.elbv2.listeners.get_mut(arn).ok_or_else(|| listener::not_found(arn))?;
    listener.attributes = set("Listener", &listener.attributes, request.attributes)?;
    Ok(render(&listener.attributes))
}

pub(super) fn describe_target_group(
    ctx: &mut Context<'_>,
    request: DescribeTargetGroupAttributesRequest,
) -> Answer<Value> {
    let arn = &request.target_group_arn;
    ctx.here
        .elbv2
        .target_groups
        .get(arn)
        .map(|group| render(&group.attributes))
        .ok_or_else(|| target_group::not_found(arn))
}

pub(super) fn modify_target_group(ctx: &mut Context<'_>, request: ModifyTargetGroupAttributesRequest) -> Answer<Value> {
    let arn = &request.target_group_arn;
    let group = ctx.here.elbv2.target_groups.get_mut(arn).ok_or_else(|| target_group::not_found(arn))?;
    // User Guide for Network Load Balancers, "Application Load Balancers as targets": attributes cannot be modified.
    if group.target_type == "alb" {
        let message = "Target group attributes cannot be modified for target groups of type 'alb'";
        return Err(AwsError::new("InvalidConfigurationRequest", message));
    }
    group.attributes = set("Target group", &group.attributes, request.attributes)?;
    Ok(render(&group.attributes))
}
