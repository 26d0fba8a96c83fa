//! Usage plans and their keys: which API keys open which stages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::api_key;
use super::common::{self, Strings, bad_request, check_tags, conflict, not_found, page};
use super::patch::{Kind, PatchOperation, Path, patched, path};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::protocol::Reply;

/// A usage plan.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UsagePlan {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Stages it opens.
    #[serde(default)]
    pub api_stages: Vec<ApiStage>,
    /// Request rate; kept, not enforced.
    pub throttle: Option<Value>,
    /// Requests in a period; kept, not enforced.
    pub quota: Option<Value>,
    /// For AWS Marketplace.
    pub product_code: Option<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: Strings,
    /// IDs of its API keys, by ID.
    #[serde(skip)]
    pub keys: BTreeMap<String, String>,
}

/// A stage of an API.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiStage {
    /// The API.
    pub api_id: String,
    /// The stage.
    pub stage: String,
    /// Request rates by method; kept, not enforced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throttle: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CreateUsagePlanRequest {
    name: String,
    description: Option<String>,
    #[serde(default)]
    api_stages: Vec<ApiStage>,
    throttle: Option<Value>,
    quota: Option<Value>,
    #[serde(default)]
    tags: Strings,
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateUsagePlanRequest) -> Answer<Reply> {
    check_tags(&request.tags)?;
    let id = ctx.ids.alphanumeric(6);
    request.api_stages.iter().try_for_each(|stage| check_stage(ctx, stage, &id))?;
    let plan = UsagePlan {
        id: id.clone(),
        name: request.name,
        description: request.description,
        api_stages: request.api_stages,
        throttle: request.throttle,
        quota: request.quota,
        tags: request.tags,
        ..UsagePlan::default()
    };
    let answer = common::wire(&plan);
    ctx.here.apigateway.usage_plans.insert(id, plan);
    Ok(Reply::with_status(201, answer))
}

/// localstack/localstack, `test_usage_plan_crud`, checked against AWS.
fn check_stage(ctx: &Context<'_>, stage: &ApiStage, plan: &str) -> Answer<()> {
    let api = ctx.here.apigateway.apis.get(&stage.api_id);
    if api.is_some_and(|api| api.stages.contains_key(&stage.stage)) {
        return Ok(());
    }
    let ApiStage { api_id, stage, .. } = stage;
    Err(not_found(format!("Invalid API Stage {{api: {api_id}, stage: {stage}}} specified for usageplan {plan}")))
}

/// Takes a stage that goes, or every stage of an API that goes, out of all plans (hashicorp/terraform-provider-aws#14100: a stage made again
/// is in no plan).
///
/// Inferred (usage-plan-stage-gone): an API's deletion does the same, and neither is refused.
pub(super) fn forget(plans: &mut BTreeMap<String, UsagePlan>, api: &str, stage: Option<&str>) {
    for plan in plans.values_mut() {
        plan.api_stages.retain(|one| one.api_id != api || stage.is_some_and(|stage| one.stage != stage));
    }
}

fn find<'a>(ctx: &'a mut Context<'_>, id: &str) -> Answer<&'a mut UsagePlan> {
    ctx.here.apigateway.usage_plans.get_mut(id).ok_or_else(|| not_found("Invalid Usage Plan ID specified"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UsagePlanRequest {
    #[serde(rename = "usageplanId")]
    usage_plan: String,
}

pub(super) fn get(ctx: &mut Context<'_>, request: UsagePlanRequest) -> Answer<Value> {
    find(ctx, &request.usage_plan).map(|plan| common::wire(plan))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GetUsagePlansRequest {
    position: Option<String>,
    limit: Option<i64>,
    #[serde(rename = "keyId")]
    key_id: Option<String>,
}

pub(super) fn list(ctx: &mut Context<'_>, request: GetUsagePlansRequest) -> Answer<Value> {
    let plans = &ctx.here.apigateway.usage_plans;
    let wanted = |plan: &UsagePlan| request.key_id.as_ref().is_none_or(|key| plan.keys.contains_key(key));
    let found: BTreeMap<String, &UsagePlan> =
        plans.iter().filter(|(_, plan)| wanted(plan)).map(|(id, plan)| (id.clone(), plan)).collect();
    Ok(page(&found, request.position.as_deref(), request.limit, common::wire))
}

pub(super) fn delete(ctx: &mut Context<'_>, request: UsagePlanRequest) -> Answer<Reply> {
    let plan = find(ctx, &request.usage_plan)?;
    if let Some(ApiStage { api_id, stage, .. }) = plan.api_stages.first() {
        // aws/aws-sdk-js#3841.
        return Err(bad_request(format!(
            "Cannot delete Usage Plan {} because there are API Stages associated with it, including {api_id}:{stage}",
            plan.id
        )));
    }
    ctx.here.apigateway.usage_plans.remove(&request.usage_plan);
    Ok(Reply::with_status(202, json!({})))
}

const PATHS: &[Path] = &[
    path("replace", "/name", Kind::Text),
    path("replace", "/description", Kind::Text),
    path("replace", "/productCode", Kind::Text),
    path("replace", "/throttle/rateLimit", Kind::Real),
    path("replace", "/throttle/burstLimit", Kind::Whole),
    path("remove", "/throttle", Kind::Text),
    path("replace", "/quota/limit", Kind::Whole),
    path("replace", "/quota/offset", Kind::Whole),
    path("replace", "/quota/period", Kind::Text),
    path("remove", "/quota", Kind::Text),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateUsagePlanRequest {
    #[serde(rename = "usageplanId")]
    usage_plan: String,
    #[serde(default, rename = "patchOperations")]
    patch_operations: Vec<PatchOperation>,
}

pub(super) fn update(ctx: &mut Context<'_>, request: UpdateUsagePlanRequest) -> Answer<Value> {
    let (stages, others): (Vec<_>, Vec<_>) =
        request.patch_operations.into_iter().partition(|operation| operation.path == "/apiStages");
    let before = find(ctx, &request.usage_plan)?.clone();
    let mut plan = UsagePlan { keys: before.keys.clone(), ..patched(&before, PATHS, &others)? };
    for operation in &stages {
        // The value is `<api>:<stage>` (API Reference, "Patch operations", UsagePlan).
        let (api, stage) = operation
            .value
            .as_deref()
            .and_then(|value| value.split_once(':'))
            .ok_or_else(|| bad_request("Invalid API Stage specified"))?;
        let stage = ApiStage { api_id: api.to_owned(), stage: stage.to_owned(), throttle: None };
        check_stage(ctx, &stage, &request.usage_plan)?;
        plan.api_stages.retain(|other| (&other.api_id, &other.stage) != (&stage.api_id, &stage.stage));
        if operation.op == "add" {
            plan.api_stages.push(stage);
        }
    }
    let answer = common::wire(&plan);
    *find(ctx, &request.usage_plan)? = plan;
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateUsagePlanKeyRequest {
    #[serde(rename = "usageplanId")]
    usage_plan: String,
    #[serde(rename = "keyId")]
    key_id: String,
    #[serde(rename = "keyType")]
    key_type: String,
}

fn render_key(ctx: &Context<'_>, id: &str) -> Answer<Value> {
    let key = ctx.here.apigateway.api_keys.get(id).ok_or_else(api_key::absent)?;
    Ok(common::wire(&json!({"id": key.id, "type": "API_KEY", "value": key.value, "name": key.name})))
}

pub(super) fn create_key(ctx: &mut Context<'_>, request: CreateUsagePlanKeyRequest) -> Answer<Reply> {
    if request.key_type != "API_KEY" {
        return Err(bad_request("Invalid key type specified. Valid options are: [API_KEY]"));
    }
    let answer = render_key(ctx, &request.key_id)?;
    let plan = find(ctx, &request.usage_plan)?;
    if plan.keys.insert(request.key_id.clone(), request.key_id).is_some() {
        return Err(conflict("Usage plan already has this API key"));
    }
    Ok(Reply::with_status(201, answer))
}

fn absent_key() -> AwsError {
    not_found("Invalid Usage Plan Key identifier specified")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UsagePlanKeyRequest {
    #[serde(rename = "usageplanId")]
    usage_plan: String,
    #[serde(rename = "keyId")]
    key_id: String,
}

pub(super) fn get_key(ctx: &mut Context<'_>, request: UsagePlanKeyRequest) -> Answer<Value> {
    let id = find(ctx, &request.usage_plan)?.keys.get(&request.key_id).cloned().ok_or_else(absent_key)?;
    render_key(ctx, &id)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GetUsagePlanKeysRequest {
    #[serde(rename = "usageplanId")]
    usage_plan: String,
    position: Option<String>,
    limit: Option<i64>,
    name: Option<String>,
}

pub(super) fn list_keys(ctx: &mut Context<'_>, request: GetUsagePlanKeysRequest) -> Answer<Value> {
    let ids = find(ctx, &request.usage_plan)?.keys.clone();
    let mut keys = BTreeMap::new();
    for id in ids.into_keys() {
        let key = render_key(ctx, &id)?;
        let name = key["name"].as_str().unwrap_or_default();
        if request.name.as_deref().is_none_or(|prefix| name.starts_with(prefix)) {
            keys.insert(id, key);
        }
    }
    Ok(page(&keys, request.position.as_deref(), request.limit, Clone::clone))
}

pub(super) fn delete_key(ctx: &mut Context<'_>, request: UsagePlanKeyRequest) -> Answer<Reply> {
    find(ctx, &request.usage_plan)?.keys.remove(&request.key_id).ok_or_else(absent_key)?;
    Ok(Reply::with_status(202, json!({})))
}
