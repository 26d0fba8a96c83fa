//! Attributes of VPCs (VPC User Guide, "DNS attributes for your VPC").

use serde::Deserialize;
use serde_json::{Value, json};

use super::vpc::{TABLE, Vpc};
use crate::context::Context;
use crate::error::{Answer, AwsError};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeVpcAttributeRequest {
    vpc_id: String,
    attribute: String,
}

pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeVpcAttributeRequest) -> Answer<Value> {
    let DescribeVpcAttributeRequest { vpc_id, attribute } = request;
    let vpc = ctx.here.ec2.vpcs.get(&vpc_id).ok_or_else(|| TABLE.not_found(&vpc_id))?;
    let value = match attribute.as_str() {
        "enableDnsSupport" => vpc.dns_support,
        "enableDnsHostnames" => vpc.dns_hostnames,
        "enableNetworkAddressUsageMetrics" => vpc.usage_metrics,
        other => {
            let message = format!("Value ({other}) for parameter attribute is invalid. Unknown attribute.");
            return Err(AwsError::new("InvalidParameterValue", message));
        }
    };
    Ok(json!({ "vpcId": vpc_id, attribute: { "value": value } }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Switch {
    value: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ModifyVpcAttributeRequest {
    vpc_id: String,
    enable_dns_support: Option<Switch>,
    enable_dns_hostnames: Option<Switch>,
    enable_network_address_usage_metrics: Option<Switch>,
}

/// API Reference, `ModifyVpcAttribute`: one attribute a call; host names need support.
pub(super) fn modify(ctx: &mut Context<'_>, request: ModifyVpcAttributeRequest) -> Answer<Value> {
    let id = &request.vpc_id;
    let vpc = ctx.here.ec2.vpcs.get_mut(id).ok_or_else(|| TABLE.not_found(id))?;
    match (request.enable_dns_support, request.enable_dns_hostnames, request.enable_network_address_usage_metrics) {
        (Some(switch), None, None) => vpc.dns_support = switch.value,
        (None, Some(switch), None) => set_hostnames(vpc, switch.value)?,
        (None, None, Some(switch)) => vpc.usage_metrics = switch.value,
        (None, None, None) => {
            return Err(AwsError::new("MissingParameter", "The request must contain the parameter of one attribute"));
        }
        _ => return Err(AwsError::new("InvalidParameterCombination", "Fields for multiple attribute types specified")),
    }
    Ok(json!({ "return": true }))
}

fn set_hostnames(vpc: &mut Vpc, enabled: bool) -> Answer<()> {
    if enabled && !vpc.dns_support {
        return Err(AwsError::new("InvalidParameterValue", "enableDnsHostnames needs enableDnsSupport"));
    }
    vpc.dns_hostnames = enabled;
    Ok(())
}
