//! TLS security policy and endpoint access mode (API Gateway Developer Guide, "Security policies for REST APIs").

use super::common::{bad_request, one_of};
use crate::error::Answer;

const POLICIES: [&str; 9] = [
    "TLS_1_0",
    "TLS_1_2",
    "SecurityPolicy_TLS13_1_3_2025_09",
    "SecurityPolicy_TLS13_1_3_FIPS_2025_09",
    "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_2021_06",
];

const EDGE_POLICIES: [&str; 3] =
    ["SecurityPolicy_TLS13_2025_EDGE", "SecurityPolicy_TLS12_PFS_2025_EDGE", "SecurityPolicy_TLS12_2018_EDGE"];

/// What an API without a choice of its own has (same guide, "Supported security policies").
pub(super) fn default_for(endpoint_type: &str) -> &'static str {
    if endpoint_type == "PRIVATE" { "TLS_1_2" } else { "TLS_1_0" }
}

/// Enhanced policies need an endpoint access mode, the others take none; those for `CloudFront` serve edge-optimized APIs only.
pub(super) fn check(policy: &str, mode: Option<&str>, endpoint_type: &str) -> Answer<()> {
    let all: Vec<&str> = POLICIES.iter().chain(&EDGE_POLICIES).copied().collect();
    one_of(policy, "securityPolicy", &all)?;
    let enhanced = policy.starts_with("SecurityPolicy_");
    if enhanced && (endpoint_type == "EDGE") != EDGE_POLICIES.contains(&policy) {
        return Err(bad_request(format!(
            "Security policy {policy} is not supported for endpoint type {endpoint_type}"
        )));
    }
    match mode {
        Some(mode) => one_of(mode, "endpointAccessMode", &["BASIC", "STRICT"])?,
        None if enhanced => {
            return Err(bad_request(format!("Endpoint access mode must be specified with security policy {policy}")));
        }
        None => {}
    }
    if mode.is_some() && !enhanced {
        return Err(bad_request(
            "Endpoint access mode is only available with a security policy that starts with SecurityPolicy_",
        ));
    }
    Ok(())
}
