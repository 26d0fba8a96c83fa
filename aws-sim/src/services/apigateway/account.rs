//! The account's settings.

use serde::Deserialize;
use serde_json::{Value, json};

use super::common::{self, bad_request};
use super::patch::{Kind, PatchOperation, Path, patched, path};
use super::role;
use crate::context::Context;
use crate::error::Answer;
use crate::services::iam;

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
    let role = members["cloudwatchRoleArn"].as_str().filter(|role| !role.is_empty()).map(str::to_owned);
    if let Some(arn) = &role {
        let account = ctx.here.account.clone();
        role::check(arn, &account)?;
        let name = arn.rsplit('/').next().unwrap_or_default();
        if !iam::role_exists(ctx, &account, name) {
            // API Gateway's own words, in which many met it.
            return Err(bad_request(
                "The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the required role policy.",
            ));
        }
    }
    ctx.here.apigateway.cloudwatch_role_arn = role;
    Ok(render(ctx))
}
