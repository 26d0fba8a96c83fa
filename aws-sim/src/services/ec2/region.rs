//! Regions: the caller's own is the only one that is sure to exist.

use serde::Deserialize;
use serde_json::{Value, json};

use super::select::{Filter, fits};
use crate::context::Context;
use crate::error::{Answer, AwsError};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeRegionsRequest {
    #[serde(default, rename = "RegionName")]
    names: Vec<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    #[serde(rename = "AllRegions")]
    _all: Option<bool>,
}

/// Any region answers, so those asked for by name are there; without names it is the one called.
pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeRegionsRequest) -> Answer<Value> {
    let names = if request.names.is_empty() { vec![ctx.here.name.clone()] } else { request.names };
    let mut found = Vec::new();
    for name in names {
        let endpoint = format!("ec2.{name}.{}", ctx.here.dns_suffix());
        if fits_all(&request.filters, &name, &endpoint)? {
            found.push(json!({ "regionName": name, "regionEndpoint": endpoint, "optInStatus": "opt-in-not-required" }));
        }
    }
    Ok(json!({ "regionInfo": found }))
}

fn fits_all(filters: &[Filter], name: &str, endpoint: &str) -> Answer<bool> {
    for filter in filters {
        let actual = match filter.name() {
            "region-name" => name,
            "endpoint" => endpoint,
            "opt-in-status" => "opt-in-not-required",
            other => return Err(AwsError::new("InvalidParameterValue", format!("The filter '{other}' is invalid"))),
        };
        if !filter.values().iter().any(|pattern| fits(pattern, actual)) {
            return Ok(false);
        }
    }
    Ok(true)
}
