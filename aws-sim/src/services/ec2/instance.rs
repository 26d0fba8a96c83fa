//! Instances and NAT gateways: there are none.

use serde::Deserialize;
use serde_json::{Value, json};

use super::select::{Filter, Table};
use crate::context::Context;
use crate::error::{Answer, AwsError};

static INSTANCES: Table<()> =
    Table { columns: &[], prefix: "i-", error: "InvalidInstanceID", noun: "instance ID", smallest_page: 5 };

/// Any filter is right where nothing can fit it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeInstancesRequest {
    #[serde(default, rename = "InstanceId")]
    ids: Vec<String>,
    #[serde(default, rename = "Filter")]
    _filters: Vec<Filter>,
    #[serde(rename = "MaxResults")]
    _max_results: Option<usize>,
    #[serde(rename = "NextToken")]
    _next_token: Option<String>,
}

pub(super) fn describe(_: &mut Context<'_>, request: DescribeInstancesRequest) -> Answer<Value> {
    match request.ids.first() {
        Some(id) => Err(INSTANCES.not_found(id)),
        None => Ok(json!({ "reservationSet": [] })),
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeNatGatewaysRequest {
    #[serde(default, rename = "NatGatewayId")]
    ids: Vec<String>,
    #[serde(default, rename = "Filter")]
    _filters: Vec<Filter>,
    #[serde(rename = "MaxResults")]
    _max_results: Option<usize>,
    #[serde(rename = "NextToken")]
    _next_token: Option<String>,
}

pub(super) fn describe_nat_gateways(_: &mut Context<'_>, request: DescribeNatGatewaysRequest) -> Answer<Value> {
    match request.ids.first() {
        Some(id) => Err(AwsError::new("NatGatewayNotFound", format!("NAT gateway {id} was not found"))),
        None => Ok(json!({ "natGatewaySet": [] })),
    }
}
