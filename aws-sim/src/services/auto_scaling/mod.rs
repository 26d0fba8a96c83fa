//! EC2 Auto Scaling (its API Reference): where there are no instances there are no groups of them.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Service, operation};
use crate::context::Context;
use crate::error::Answer;
use crate::protocol::Protocol;

/// The service.
pub static SERVICE: Service = Service::without_resources(
    "autoscaling",
    Protocol::Query,
    "http://autoscaling.amazonaws.com/doc/2011-01-01/",
    &[
        operation!("DescribeAutoScalingGroups", groups, Read),
        operation!("DescribeAutoScalingInstances", instances, Read),
        operation!("DescribeLaunchConfigurations", launch_configurations, Read),
    ],
);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read for their form: where there is nothing, nothing can fit them")]
struct DescribeRequest {
    auto_scaling_group_names: Option<Vec<String>>,
    instance_ids: Option<Vec<String>>,
    launch_configuration_names: Option<Vec<String>>,
    filters: Option<Vec<Value>>,
    include_instances: Option<bool>,
    max_records: Option<u32>,
    next_token: Option<String>,
}

fn groups(_: &mut Context<'_>, _: DescribeRequest) -> Answer<Value> {
    Ok(json!({ "AutoScalingGroups": [] }))
}

fn instances(_: &mut Context<'_>, _: DescribeRequest) -> Answer<Value> {
    Ok(json!({ "AutoScalingInstances": [] }))
}

fn launch_configurations(_: &mut Context<'_>, _: DescribeRequest) -> Answer<Value> {
    Ok(json!({ "LaunchConfigurations": [] }))
}
