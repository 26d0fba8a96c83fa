//! API keys.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::common::{self, Strings, bad_request, check_tags, conflict, not_found};
use super::patch::{Kind, PatchOperation, Path, patched, path};
use super::rest_api::seconds;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::protocol::Reply;

/// An API key.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// Identifier.
    pub id: String,
    /// What callers show.
    pub value: String,
    /// Name.
    pub name: Option<String>,
    /// For AWS Marketplace.
    pub customer_id: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it works.
    pub enabled: bool,
    /// When it was created, in seconds.
    pub created_date: u64,
    /// When it last changed, in seconds.
    pub last_updated_date: u64,
    /// Stages it was made for, as `api/stage`.
    #[serde(default)]
    pub stage_keys: Vec<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: Strings,
}

impl ApiKey {
    fn render(&self, with_value: bool) -> Value {
        let mut value = common::wire(self);
        if !with_value && let Some(members) = value.as_object_mut() {
            members.remove("value");
        }
        value
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct StageKey {
    rest_api_id: String,
    stage_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CreateApiKeyRequest {
    name: Option<String>,
    description: Option<String>,
    #[serde(default)]
    enabled: bool,
    #[serde(rename = "generateDistinctId")]
    _generate_distinct_id: Option<bool>,
    value: Option<String>,
    #[serde(default)]
    stage_keys: Vec<StageKey>,
    customer_id: Option<String>,
    #[serde(default)]
    tags: Strings,
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateApiKeyRequest) -> Answer<Reply> {
    check_tags(&request.tags)?;
    let (id, generated) = (ctx.ids.alphanumeric(10), ctx.ids.alphanumeric(40));
    let value = request.value.unwrap_or(generated);
    if !(20..=128).contains(&value.len()) {
        return Err(bad_request("API Key value should be at least 20 characters"));
    }
    if ctx.here.apigateway.api_keys.values().any(|key| key.value == value) {
        return Err(conflict("API Key already exists"));
    }
    let now = seconds(ctx.now);
    let key = ApiKey {
        id: id.clone(),
        value,
        name: request.name,
        customer_id: request.customer_id,
        description: request.description,
        enabled: request.enabled,
        created_date: now,
        last_updated_date: now,
        stage_keys: request
            .stage_keys
            .iter()
            .map(|stage| format!("{}/{}", stage.rest_api_id, stage.stage_name))
            .collect(),
        tags: request.tags,
    };
    let answer = key.render(true);
    ctx.here.apigateway.api_keys.insert(id, key);
    Ok(Reply::with_status(201, answer))
}

pub(super) fn absent() -> AwsError {
    not_found("Invalid API Key identifier specified")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GetApiKeyRequest {
    #[serde(rename = "api_Key")]
    api_key: String,
    #[serde(default, rename = "includeValue")]
    include_value: bool,
}

pub(super) fn get(ctx: &mut Context<'_>, request: GetApiKeyRequest) -> Answer<Value> {
    let key = ctx.here.apigateway.api_keys.get(&request.api_key).ok_or_else(absent)?;
    Ok(key.render(request.include_value))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct GetApiKeysRequest {
    position: Option<String>,
    limit: Option<i64>,
    name: Option<String>,
    customer_id: Option<String>,
    #[serde(default)]
    include_values: bool,
}

pub(super) fn list(ctx: &mut Context<'_>, request: GetApiKeysRequest) -> Answer<Value> {
    let wanted = |key: &ApiKey| {
        let name = key.name.as_deref().unwrap_or_default();
        request.name.as_deref().is_none_or(|prefix| name.starts_with(prefix))
            && (request.customer_id.is_none() || key.customer_id == request.customer_id)
    };
    let keys = &ctx.here.apigateway.api_keys;
    let found: BTreeMap<String, &ApiKey> =
        keys.iter().filter(|(_, key)| wanted(key)).map(|(id, key)| (id.clone(), key)).collect();
    Ok(common::page(&found, request.position.as_deref(), request.limit, |key| key.render(request.include_values)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeleteApiKeyRequest {
    #[serde(rename = "api_Key")]
    api_key: String,
}

pub(super) fn delete(ctx: &mut Context<'_>, request: DeleteApiKeyRequest) -> Answer<Reply> {
    ctx.here.apigateway.api_keys.remove(&request.api_key).ok_or_else(absent)?;
    for plan in ctx.here.apigateway.usage_plans.values_mut() {
        plan.keys.remove(&request.api_key);
    }
    Ok(Reply::with_status(202, json!({})))
}

const PATHS: &[Path] = &[
    path("replace", "/name", Kind::Text),
    path("replace", "/description", Kind::Text),
    path("replace", "/enabled", Kind::Flag),
    path("replace", "/customerId", Kind::Text),
    path("add remove", "/stages", Kind::Value),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateApiKeyRequest {
    #[serde(rename = "api_Key")]
    api_key: String,
    #[serde(default, rename = "patchOperations")]
    patch_operations: Vec<PatchOperation>,
}

pub(super) fn update(ctx: &mut Context<'_>, request: UpdateApiKeyRequest) -> Answer<Value> {
    let now = seconds(ctx.now);
    let key = ctx.here.apigateway.api_keys.get_mut(&request.api_key).ok_or_else(absent)?;
    *key = patched(key, PATHS, &request.patch_operations)?;
    key.last_updated_date = now;
    Ok(key.render(false))
}
