//! AWS Batch (its API Reference): there are no compute environments.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Service, operation};
use crate::context::Context;
use crate::error::Answer;
use crate::protocol::Protocol;

/// The service.
pub static SERVICE: Service = Service::without_resources(
    "batch",
    Protocol::RestJson,
    "",
    &[operation!(
        "DescribeComputeEnvironments",
        POST "/v1/describecomputeenvironments",
        compute_environments,
        Read
    )],
);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DescribeRequest {
    #[serde(rename = "computeEnvironments")]
    _compute_environments: Option<Vec<String>>,
    #[serde(rename = "maxResults")]
    _max_results: Option<u32>,
    #[serde(rename = "nextToken")]
    _next_token: Option<String>,
}

/// API Reference, `DescribeComputeEnvironments`: names without an environment are left out.
fn compute_environments(_: &mut Context<'_>, _: DescribeRequest) -> Answer<Value> {
    Ok(json!({ "computeEnvironments": [] }))
}
