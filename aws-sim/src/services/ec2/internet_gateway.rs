//! Internet gateways.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::select::{Table, describe_request, select};
use super::{tag, vpc};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::world::Region;

static TABLE: Table<Option<String>> = Table {
    columns: &[
        ("attachment.state", |_, vpc| vpc.iter().map(|_| "available".to_owned()).collect()),
        ("attachment.vpc-id", |_, vpc| vpc.iter().cloned().collect()),
        ("owner-id", |view, _| vec![view.region.account.clone()]),
    ],
    prefix: "igw-",
    error: "InvalidInternetGatewayID",
    noun: "internetGateway ID",
    smallest_page: 5,
};

fn render(region: &Region, id: &str, vpc: Option<&String>) -> Value {
    let attachments: Value = vpc.into_iter().map(|vpc| json!({ "vpcId": vpc, "state": "available" })).collect();
    json!({ "internetGatewayId": id, "ownerId": region.account, "attachmentSet": attachments, "tagSet": tag::render(&region.ec2, id) })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateInternetGatewayRequest {
    #[serde(default, rename = "TagSpecification")]
    tags: Vec<tag::TagSpecification>,
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateInternetGatewayRequest) -> Answer<Value> {
    let tags = tag::on_create(&request.tags, "internet-gateway")?;
    let id = ctx.ids.ec2("igw");
    ctx.here.ec2.gateways.insert(id.clone(), None);
    ctx.here.ec2.put_tags(&id, tags);
    Ok(json!({ "internetGateway": render(ctx.here, &id, None) }))
}

describe_request!(DescribeInternetGatewaysRequest, "InternetGatewayId");

pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeInternetGatewaysRequest) -> Answer<Value> {
    let all = &ctx.here.ec2.gateways;
    let page = select(ctx, all, request.selection(), &TABLE, |view, id, vpc| render(view.region, id, vpc.as_ref()))?;
    Ok(json!({ "internetGatewaySet": page.items, "nextToken": page.next_token }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct AttachmentRequest {
    internet_gateway_id: String,
    vpc_id: String,
}

pub(super) fn attach(ctx: &mut Context<'_>, request: AttachmentRequest) -> Answer<Value> {
    let state = &mut ctx.here.ec2;
    let AttachmentRequest { internet_gateway_id: id, vpc_id } = request;
    if !state.vpcs.contains_key(&vpc_id) {
        return Err(vpc::TABLE.not_found(&vpc_id));
    }
    // API Reference, `AttachInternetGateway`: a VPC has at most one.
    if state.gateways.values().any(|attached| attached.as_ref() == Some(&vpc_id)) {
        let message = format!("Network {vpc_id} already has an internet gateway attached");
        return Err(AwsError::new("InvalidParameterValue", message));
    }
    match find(&mut state.gateways, &id)? {
        Some(_) => Err(AwsError::new(
            "Resource.AlreadyAssociated",
            format!("resource {id} is already attached to network {vpc_id}"),
        )),
        gateway @ None => {
            *gateway = Some(vpc_id);
            Ok(json!({ "return": true }))
        }
    }
}

pub(super) fn detach(ctx: &mut Context<'_>, request: AttachmentRequest) -> Answer<Value> {
    let AttachmentRequest { internet_gateway_id: id, vpc_id } = request;
    let gateway = find(&mut ctx.here.ec2.gateways, &id)?;
    if gateway.as_ref() != Some(&vpc_id) {
        return Err(AwsError::new("Gateway.NotAttached", format!("resource {id} is not attached to network {vpc_id}")));
    }
    *gateway = None;
    Ok(json!({ "return": true }))
}

fn find<'a>(gateways: &'a mut BTreeMap<String, Option<String>>, id: &str) -> Answer<&'a mut Option<String>> {
    gateways.get_mut(id).ok_or_else(|| TABLE.not_found(id))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteInternetGatewayRequest {
    internet_gateway_id: String,
}

pub(super) fn delete(ctx: &mut Context<'_>, request: DeleteInternetGatewayRequest) -> Answer<Value> {
    let id = request.internet_gateway_id;
    let state = &mut ctx.here.ec2;
    if find(&mut state.gateways, &id)?.is_some() {
        let message = format!("The internetGateway '{id}' has dependencies and cannot be deleted.");
        return Err(AwsError::new("DependencyViolation", message));
    }
    state.gateways.remove(&id);
    state.tags.remove(&id);
    Ok(json!({ "return": true }))
}
