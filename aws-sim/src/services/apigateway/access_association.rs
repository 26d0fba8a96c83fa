//! Access associations: VPC endpoints through which a private custom domain name is reached.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::common::{self, Strings, bad_request, check_tags, conflict, not_found, one_of};
use crate::context::Context;
use crate::dataplane::network;
use crate::error::{Answer, AwsError};
use crate::protocol::Reply;

/// An association.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessAssociation {
    /// ARN.
    pub domain_name_access_association_arn: String,
    /// The domain name.
    pub domain_name_arn: String,
    /// `VPCE`.
    pub access_association_source_type: String,
    /// The endpoint.
    pub access_association_source: String,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: Strings,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CreateRequest {
    domain_name_arn: String,
    access_association_source_type: String,
    access_association_source: String,
    #[serde(default)]
    tags: Strings,
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateRequest) -> Answer<Reply> {
    one_of(&request.access_association_source_type, "accessAssociationSourceType", &["VPCE"])?;
    check_tags(&request.tags)?;
    let Some((_, path)) = request.domain_name_arn.split_once(":/domainnames/") else {
        return Err(bad_request("Invalid domain name ARN specified"));
    };
    if !ctx.here.apigateway.domain_names.contains_key(path) {
        return Err(bad_request("Invalid domain name identifier specified"));
    }
    if !network::is_execute_api_endpoint(ctx, &request.access_association_source) {
        return Err(bad_request(format!("Invalid VPC endpoint ID specified: {}", request.access_association_source)));
    }
    let arn = ctx.here.arn(
        "apigateway",
        &format!("/domainnameaccessassociations/domainname/{path}/vpcesource/{}", request.access_association_source),
    );
    if ctx.here.apigateway.access_associations.contains_key(&arn) {
        return Err(conflict("The domain name access association already exists"));
    }
    let association = AccessAssociation {
        domain_name_access_association_arn: arn.clone(),
        domain_name_arn: request.domain_name_arn,
        access_association_source_type: request.access_association_source_type,
        access_association_source: request.access_association_source,
        tags: request.tags,
    };
    let answer = common::wire(&association);
    ctx.here.apigateway.access_associations.insert(arn, association);
    Ok(Reply::with_status(201, answer))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ListRequest {
    position: Option<String>,
    limit: Option<i64>,
    #[serde(rename = "resourceOwner")]
    _resource_owner: Option<String>,
}

pub(super) fn list(ctx: &mut Context<'_>, request: ListRequest) -> Answer<Value> {
    Ok(common::page(&ctx.here.apigateway.access_associations, request.position.as_deref(), request.limit, common::wire))
}

fn absent() -> AwsError {
    not_found("Invalid domain name access association identifier specified")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeleteRequest {
    domain_name_access_association_arn: String,
}

pub(super) fn delete(ctx: &mut Context<'_>, request: DeleteRequest) -> Answer<Reply> {
    let associations = &mut ctx.here.apigateway.access_associations;
    associations.remove(&request.domain_name_access_association_arn).ok_or_else(absent)?;
    Ok(Reply::with_status(202, json!({})))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RejectRequest {
    domain_name_access_association_arn: String,
    #[serde(rename = "domainNameArn")]
    _domain_name_arn: String,
}

pub(super) fn reject(ctx: &mut Context<'_>, request: RejectRequest) -> Answer<Reply> {
    delete(ctx, DeleteRequest { domain_name_access_association_arn: request.domain_name_access_association_arn })
}
