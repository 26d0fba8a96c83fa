//! Managed policies and instance profiles of roles, and the account's alias: there are none here.

use serde::Deserialize;
use serde_json::{Value, json};

use super::role;
use crate::context::Context;
use crate::error::Answer;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct OfRoleRequest {
    pub(super) role_name: String,
    #[serde(rename = "PathPrefix")]
    _path_prefix: Option<String>,
    #[serde(rename = "Marker")]
    _marker: Option<String>,
    #[serde(rename = "MaxItems")]
    _max_items: Option<u32>,
}

fn none(ctx: &Context<'_>, request: &OfRoleRequest, list: &str) -> Answer<Value> {
    role::find(ctx, &request.role_name)?;
    Ok(json!({ list: [], "IsTruncated": false }))
}

pub(super) fn attached(ctx: &mut Context<'_>, request: OfRoleRequest) -> Answer<Value> {
    none(ctx, &request, "AttachedPolicies")
}

pub(super) fn instance_profiles(ctx: &mut Context<'_>, request: OfRoleRequest) -> Answer<Value> {
    none(ctx, &request, "InstanceProfiles")
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListAccountAliasesRequest {
    #[serde(rename = "Marker")]
    _marker: Option<String>,
    #[serde(rename = "MaxItems")]
    _max_items: Option<u32>,
}

pub(super) fn account_aliases(_: &mut Context<'_>, _: ListAccountAliasesRequest) -> Answer<Value> {
    Ok(json!({ "AccountAliases": [], "IsTruncated": false }))
}
