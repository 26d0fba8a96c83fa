//! WAF, and WAF Classic for regions (their API References): there are no web ACLs, so nothing has one.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Service, operation};
use crate::context::Context;
use crate::error::Answer;
use crate::protocol::Protocol;

/// WAF Classic, as load balancers and stages know it.
pub static REGIONAL: Service = Service::without_resources(
    "waf-regional",
    Protocol::Json,
    "AWSWAF_Regional_20161128",
    &[operation!("GetWebACLForResource", of_resource, Read), operation!("ListWebACLs", list_regional, Read)],
);

/// WAF.
pub static SERVICE: Service = Service::without_resources(
    "wafv2",
    Protocol::Json,
    "AWSWAF_20190729",
    &[operation!("GetWebACLForResource", of_resource, Read), operation!("ListWebACLs", list, Read)],
);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct OfResourceRequest {
    #[serde(rename = "ResourceArn")]
    _resource_arn: String,
}

/// API References, `GetWebACLForResource`: without a web ACL, the answer is empty.
fn of_resource(_: &mut Context<'_>, _: OfResourceRequest) -> Answer<()> {
    Ok(())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ListRegionalRequest {
    #[serde(rename = "NextMarker")]
    _next_marker: Option<String>,
    #[serde(rename = "Limit")]
    _limit: Option<u32>,
}

fn list_regional(_: &mut Context<'_>, _: ListRegionalRequest) -> Answer<Value> {
    Ok(json!({ "WebACLs": [] }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ListRequest {
    #[serde(rename = "Scope")]
    _scope: String,
    #[serde(rename = "NextMarker")]
    _next_marker: Option<String>,
    #[serde(rename = "Limit")]
    _limit: Option<u32>,
}

fn list(_: &mut Context<'_>, _: ListRequest) -> Answer<Value> {
    Ok(json!({ "WebACLs": [] }))
}
