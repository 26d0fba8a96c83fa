//! Base path mappings: which API a path of a custom domain name leads to.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::common::{self, conflict, not_found};
use super::domain_name::find;
use super::patch::{Kind, PatchOperation, Path, patched, path};
use super::{rest_api, stage};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::protocol::Reply;

/// What an empty base path is called.
const NONE: &str = "(none)";

/// A mapping.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BasePathMapping {
    /// First part of the path, or `(none)`.
    pub base_path: String,
    /// The API.
    pub rest_api_id: String,
    /// The stage; without one it is the next part of the path.
    pub stage: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateBasePathMappingRequest {
    domain_name: String,
    #[serde(rename = "domainNameId")]
    id: Option<String>,
    #[serde(rename = "basePath")]
    base_path: Option<String>,
    #[serde(rename = "restApiId")]
    rest_api: String,
    stage: Option<String>,
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateBasePathMappingRequest) -> Answer<Reply> {
    check(ctx, &request.rest_api, request.stage.as_deref())?;
    let domain = find(ctx, &request.domain_name, request.id.as_deref())?;
    let base_path = request.base_path.filter(|path| !path.is_empty()).unwrap_or_else(|| NONE.to_owned());
    if domain.mappings.contains_key(&base_path) {
        return Err(conflict("Base path already exists for this domain name"));
    }
    let mapping = BasePathMapping { base_path: base_path.clone(), rest_api_id: request.rest_api, stage: request.stage };
    let answer = common::wire(&mapping);
    domain.mappings.insert(base_path, mapping);
    Ok(Reply::with_status(201, answer))
}

fn check(ctx: &mut Context<'_>, api: &str, stage: Option<&str>) -> Answer<()> {
    let api = rest_api::find(ctx, api)?;
    match stage.filter(|name| !name.is_empty()) {
        Some(name) => api.stages.get(name).map(drop).ok_or_else(stage::absent),
        None => Ok(()),
    }
}

fn absent() -> AwsError {
    not_found("Invalid base path mapping identifier specified")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BasePathMappingRequest {
    domain_name: String,
    #[serde(rename = "domainNameId")]
    id: Option<String>,
    base_path: String,
}

pub(super) fn get(ctx: &mut Context<'_>, request: BasePathMappingRequest) -> Answer<Value> {
    let domain = find(ctx, &request.domain_name, request.id.as_deref())?;
    domain.mappings.get(&request.base_path).map(common::wire).ok_or_else(absent)
}

pub(super) fn delete(ctx: &mut Context<'_>, request: BasePathMappingRequest) -> Answer<Reply> {
    let domain = find(ctx, &request.domain_name, request.id.as_deref())?;
    domain.mappings.remove(&request.base_path).ok_or_else(absent)?;
    Ok(Reply::with_status(202, json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GetBasePathMappingsRequest {
    domain_name: String,
    #[serde(rename = "domainNameId")]
    id: Option<String>,
    position: Option<String>,
    limit: Option<i64>,
}

pub(super) fn list(ctx: &mut Context<'_>, request: GetBasePathMappingsRequest) -> Answer<Value> {
    let domain = find(ctx, &request.domain_name, request.id.as_deref())?;
    Ok(common::page(&domain.mappings, request.position.as_deref(), request.limit, common::wire))
}

const PATHS: &[Path] = &[
    path("replace", "/basePath", Kind::Text),
    path("replace", "/restapiId", Kind::Text),
    path("replace", "/stage", Kind::Text),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateBasePathMappingRequest {
    domain_name: String,
    #[serde(rename = "domainNameId")]
    id: Option<String>,
    base_path: String,
    #[serde(default, rename = "patchOperations")]
    patch_operations: Vec<PatchOperation>,
}

pub(super) fn update(ctx: &mut Context<'_>, request: UpdateBasePathMappingRequest) -> Answer<Value> {
    let domain = find(ctx, &request.domain_name, request.id.as_deref())?;
    let before = domain.mappings.get(&request.base_path).cloned().ok_or_else(absent)?;
    let members: Value = patched(
        &json!({"basePath": before.base_path, "restapiId": before.rest_api_id, "stage": before.stage}),
        PATHS,
        &request.patch_operations,
    )?;
    let text = |name: &str| members[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let after = BasePathMapping {
        base_path: text("basePath").unwrap_or_else(|| NONE.to_owned()),
        rest_api_id: text("restapiId").unwrap_or_default(),
        stage: text("stage"),
    };
    check(ctx, &after.rest_api_id, after.stage.as_deref())?;
    let answer = common::wire(&after);
    let domain = find(ctx, &request.domain_name, request.id.as_deref())?;
    domain.mappings.remove(&request.base_path);
    domain.mappings.insert(after.base_path.clone(), after);
    Ok(answer)
}
