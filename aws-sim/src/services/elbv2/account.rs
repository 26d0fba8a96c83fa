//! Limits and security policies (User Guide for Application Load Balancers, "Quotas" and "Security policies").

use serde::Deserialize;
use serde_json::{Value, json};

use super::load_balancer;
use super::select::page;
use crate::context::Context;
use crate::error::{Answer, AwsError};

const LIMITS: &[(&str, u32)] = &[
    ("application-load-balancers", 50),
    ("listeners-per-application-load-balancer", 50),
    ("listeners-per-network-load-balancer", 50),
    ("network-load-balancers", 50),
    ("rules-per-application-load-balancer", 100),
    ("target-groups", 3000),
    ("target-groups-per-action-on-application-load-balancer", 5),
    ("target-groups-per-action-on-network-load-balancer", 1),
    ("target-groups-per-application-load-balancer", 100),
    ("target-id-registrations-per-application-load-balancer", 1000),
    ("targets-per-application-load-balancer", 1000),
    ("targets-per-availability-zone-per-network-load-balancer", 500),
    ("targets-per-network-load-balancer", 3000),
    ("condition-values-per-alb-rule", 5),
    ("condition-wildcards-per-alb-rule", 6),
];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct PageRequest {
    marker: Option<String>,
    page_size: Option<usize>,
}

pub(super) fn limits(_: &mut Context<'_>, request: PageRequest) -> Answer<Value> {
    let found = LIMITS
        .iter()
        .map(|(name, most)| ((*name).to_owned(), json!({ "Name": name, "Max": most.to_string() })))
        .collect();
    let (page, next) = page(found, request.marker.as_deref(), request.page_size)?;
    Ok(json!({ "Limits": page, "NextMarker": next }))
}

/// Name, and the TLS versions it allows.
const POLICIES: &[(&str, &[&str])] = &[
    ("ELBSecurityPolicy-2016-08", &["TLSv1", "TLSv1.1", "TLSv1.2"]),
    ("ELBSecurityPolicy-FS-1-2-Res-2020-10", &["TLSv1.2"]),
    ("ELBSecurityPolicy-TLS-1-1-2017-01", &["TLSv1.1", "TLSv1.2"]),
    ("ELBSecurityPolicy-TLS-1-2-2017-01", &["TLSv1.2"]),
    ("ELBSecurityPolicy-TLS-1-2-Ext-2018-06", &["TLSv1.2"]),
    ("ELBSecurityPolicy-TLS13-1-0-2021-06", &["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]),
    ("ELBSecurityPolicy-TLS13-1-1-2021-06", &["TLSv1.1", "TLSv1.2", "TLSv1.3"]),
    ("ELBSecurityPolicy-TLS13-1-2-2021-06", &["TLSv1.2", "TLSv1.3"]),
    ("ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06", &["TLSv1.2", "TLSv1.3"]),
    ("ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06", &["TLSv1.2", "TLSv1.3"]),
    ("ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04", &["TLSv1.2", "TLSv1.3"]),
    ("ELBSecurityPolicy-TLS13-1-2-PQ-2025-09", &["TLSv1.2", "TLSv1.3"]),
    ("ELBSecurityPolicy-TLS13-1-2-Res-2021-06", &["TLSv1.2", "TLSv1.3"]),
    ("ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04", &["TLSv1.2", "TLSv1.3"]),
    ("ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", &["TLSv1.2", "TLSv1.3"]),
    ("ELBSecurityPolicy-TLS13-1-3-2021-06", &["TLSv1.3"]),
    ("ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04", &["TLSv1.3"]),
    ("ELBSecurityPolicy-TLS13-1-3-PQ-2025-09", &["TLSv1.3"]),
];

/// TLS versions that a security policy allows.
pub(crate) fn tls_versions(name: &str) -> &'static [&'static str] {
    POLICIES.iter().find(|(policy, _)| *policy == name).map_or(&[], |(_, versions)| versions)
}

/// Whether there is a security policy of this name.
pub(super) fn is_ssl_policy(name: &str) -> bool {
    POLICIES.iter().any(|(policy, _)| *policy == name)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeSslPoliciesRequest {
    #[serde(default)]
    names: Vec<String>,
    marker: Option<String>,
    page_size: Option<usize>,
    #[serde(rename = "LoadBalancerType")]
    _kind: Option<String>,
}

pub(super) fn ssl_policies(_: &mut Context<'_>, request: DescribeSslPoliciesRequest) -> Answer<Value> {
    if let Some(name) = request.names.iter().find(|name| !is_ssl_policy(name)) {
        return Err(AwsError::new("SSLPolicyNotFound", format!("SSL policy '{name}' not found")));
    }
    let ciphers = |versions: &[&str]| {
        if versions.contains(&"TLSv1.3") { "TLS_AES_128_GCM_SHA256" } else { "ECDHE-RSA-AES128-GCM-SHA256" }
    };
    let render = |(name, versions): &(&str, &[&str])| {
        let cipher = json!([{ "Name": ciphers(versions), "Priority": 1 }]);
        let kinds = ["application", "network"];
        json!({ "Name": name, "SslProtocols": versions, "Ciphers": cipher, "SupportedLoadBalancerTypes": kinds })
    };
    let asked = |name: &str| request.names.is_empty() || request.names.iter().any(|wanted| wanted == name);
    let found =
        POLICIES.iter().filter(|(name, _)| asked(name)).map(|policy| (policy.0.to_owned(), render(policy))).collect();
    let (page, next) = page(found, request.marker.as_deref(), request.page_size)?;
    Ok(json!({ "SslPolicies": page, "NextMarker": next }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeCapacityReservationRequest {
    load_balancer_arn: String,
}

/// Nothing is reserved, ever; some clients ask.
pub(super) fn capacity(ctx: &mut Context<'_>, request: DescribeCapacityReservationRequest) -> Answer<Value> {
    let arn = &request.load_balancer_arn;
    ctx.here.elbv2.load_balancers.get(arn).ok_or_else(|| load_balancer::not_found(arn))?;
    Ok(json!({ "CapacityReservationState": [] }))
}
