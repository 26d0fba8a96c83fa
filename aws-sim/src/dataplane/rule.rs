//! Which rule of a listener applies (User Guide for Application Load Balancers, "Condition types for listener rules").

use ipnet::Ipv4Net;
use regex::Regex;

use super::carried::Carried;
use crate::iam::like;
use crate::services::elbv2::condition::Condition;
use crate::services::elbv2::rule::Rule;

/// The first rule, by priority, whose conditions all hold; the default rule has none.
pub(super) fn choose<'a>(rules: &[&'a Rule], port: u16, request: &Carried) -> Option<&'a Rule> {
    rules.iter().find(|rule| rule.conditions.iter().all(|condition| holds(condition, port, request))).copied()
}

/// The host that conditions are compared with.
///
/// Inferred (host-condition-port): on ports other than 80 and 443 it is the whole `Host` field, with the port that clients put there.
/// Terraform's documentation has `^example\.com:8443$` as regular expression for such listeners (hashicorp/terraform-provider-aws#49147).
fn host(port: u16, request: &Carried) -> String {
    if [80, 443].contains(&port) { request.host_name() } else { request.host.to_ascii_lowercase() }
}

fn holds(condition: &Condition, port: u16, request: &Carried) -> bool {
    match condition.field.as_str() {
        // Host names ignore case.
        "host-header" => {
            let host = host(port, request);
            any(&values(condition), |value| like(&value.to_ascii_lowercase(), &host))
                || any_regex(&expressions(condition), &host)
        }
        // Paths do not, and the query string is no part of them.
        "path-pattern" => {
            any(&values(condition), |value| like(value, &request.path))
                || any_regex(&expressions(condition), &request.path)
        }
        "http-request-method" => any(&values(condition), |value| value == request.method.as_str()),
        "http-header" => header(condition, request),
        "query-string" => query(condition, request),
        "source-ip" => {
            any(&values(condition), |value| value.parse().is_ok_and(|net: Ipv4Net| net.contains(&request.from)))
        }
        _ => false,
    }
}

/// Values in the configuration of the field, else in the old place.
fn values(condition: &Condition) -> Vec<String> {
    let configured = [
        condition.host_header_config.as_ref(),
        condition.path_pattern_config.as_ref(),
        condition.http_request_method_config.as_ref(),
        condition.source_ip_config.as_ref(),
    ];
    let configured: Vec<String> =
        configured.into_iter().flatten().flat_map(|patterns| patterns.values.clone()).collect();
    if configured.is_empty() { condition.values.clone() } else { configured }
}

fn expressions(condition: &Condition) -> Vec<String> {
    let configured = [condition.host_header_config.as_ref(), condition.path_pattern_config.as_ref()];
    let configured: Vec<String> =
        configured.into_iter().flatten().flat_map(|patterns| patterns.regex_values.clone()).collect();
    if configured.is_empty() { condition.regex_values.clone() } else { configured }
}

fn any(values: &[String], fits: impl Fn(&str) -> bool) -> bool {
    values.iter().any(|value| fits(value))
}

fn any_regex(expressions: &[String], text: &str) -> bool {
    any(expressions, |expression| Regex::new(expression).is_ok_and(|expression| expression.is_match(text)))
}

/// Header values ignore case, and one of several values is enough.
fn header(condition: &Condition, request: &Carried) -> bool {
    let Some(config) = &condition.http_header_config else {
        return false;
    };
    let host = [request.host.as_str()];
    let sent: Vec<&str> = if config.http_header_name.eq_ignore_ascii_case("host") {
        host.to_vec()
    } else {
        request.headers.get_all(&config.http_header_name).iter().filter_map(|value| value.to_str().ok()).collect()
    };
    sent.iter().any(|text| {
        any(&config.values, |value| like(&value.to_ascii_lowercase(), &text.to_ascii_lowercase()))
            || any_regex(&config.regex_values, text)
    })
}

/// Pairs ignore case; without a key any pair's value counts.
fn query(condition: &Condition, request: &Carried) -> bool {
    let Some(config) = &condition.query_string_config else {
        return false;
    };
    let lower = |text: &str| text.to_ascii_lowercase();
    let sent = request.pairs();
    config.values.iter().any(|pair| {
        sent.iter().any(|(key, value)| {
            pair.key.as_ref().is_none_or(|wanted| like(&lower(wanted), &lower(key)))
                && like(&lower(&pair.value), &lower(value))
        })
    })
}
