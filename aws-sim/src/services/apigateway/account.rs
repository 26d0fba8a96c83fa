//! The account's settings.

use serde::Deserialize;
use serde_json::{Value, json};

use super::common;
use super::patch::{Kind, PatchOperation, Path, patched, path};
use crate::context::Context;
use crate::error::Answer;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GetAccountRequest {}

fn render(ctx: &Context<'_>) -> Value {
    common::wire(&json!({
        "cloudwatchRoleArn": ctx.here.apigateway.cloudwatch_role_arn,
        "throttleSettings": {"burstLimit": 5000, "rateLimit": 10000.0},
        "features": ["UsagePlans"], "apiKeyVersion": "4",
    }))
}

pub(super) fn get(ctx: &mut Context<'_>, _: GetAccountRequest) -> Answer<Value> {
    Ok(render(ctx))
}

const PATHS: &[Path] = &[path("replace", "/cloudwatchRoleArn", Kind::Text), path("add", "/features", Kind::Value)];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateAccountRequest {
    #[serde(default, rename = "patchOperations")]
    patch_operations: Vec<PatchOperation>,
}

pub(super) fn update(ctx: &mut Context<'_>, request: UpdateAccountRequest) -> Answer<Value> {
    let members = json!({ "cloudwatchRoleArn": ctx.here.apigateway.cloudwatch_role_arn });
    let members: Value = patched(&members, PATHS, &request.patch_operations)?;
    let role = members["cloudwatchRoleArn"].as_str().filter(|role| !role.is_empty());
    ctx.here.apigateway.cloudwatch_role_arn = role.map(str::to_owned);
    Ok(render(ctx))
}
