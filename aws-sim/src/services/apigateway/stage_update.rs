//! `UpdateStage`: the paths of a stage that may be patched (API Gateway API Reference, "Patch operations", Stage).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::api_status::to_serve;
use super::common::{Strings, bad_request};
use super::patch::{Kind, PatchOperation, Path, parts, patched, path};
use super::stage::{AccessLogSettings, CanarySettings, Stage, check_variables};
use crate::context::Context;
use crate::error::Answer;

const PATHS: &[Path] = &[
    path("replace copy", "/deploymentId", Kind::Text),
    path("replace", "/description", Kind::Text),
    path("replace", "/cacheClusterEnabled", Kind::Flag),
    path("replace", "/cacheClusterSize", Kind::Text),
    path("replace", "/clientCertificateId", Kind::Text),
    path("replace", "/documentationVersion", Kind::Text),
    path("replace", "/tracingEnabled", Kind::Flag),
    path("add remove replace", "/variables/{}", Kind::Text),
    path("remove", "/accessLogSettings", Kind::Text),
    path("add replace", "/accessLogSettings/destinationArn", Kind::Text),
    path("add replace", "/accessLogSettings/format", Kind::Text),
    path("remove", "/canarySettings", Kind::Text),
    path("replace", "/canarySettings/percentTraffic", Kind::Real),
    path("replace", "/canarySettings/deploymentId", Kind::Text),
    path("replace", "/canarySettings/useStageCache", Kind::Flag),
    path("add remove replace", "/canarySettings/stageVariableOverrides/{}", Kind::Text),
];

/// Method settings: end of the path, member of `MethodSetting`, what it holds (API Reference, `MethodSetting`).
const SETTINGS: [(&str, &str, Kind); 10] = [
    ("logging/loglevel", "loggingLevel", Kind::Text),
    ("logging/dataTrace", "dataTraceEnabled", Kind::Flag),
    ("metrics/enabled", "metricsEnabled", Kind::Flag),
    ("throttling/rateLimit", "throttlingRateLimit", Kind::Real),
    ("throttling/burstLimit", "throttlingBurstLimit", Kind::Whole),
    ("caching/enabled", "cachingEnabled", Kind::Flag),
    ("caching/ttlInSeconds", "cacheTtlInSeconds", Kind::Whole),
    ("caching/dataEncrypted", "cacheDataEncrypted", Kind::Flag),
    ("caching/requireAuthorizationForCacheControl", "requireAuthorizationForCacheControl", Kind::Flag),
    ("caching/unauthorizedCacheControlHeaderStrategy", "unauthorizedCacheControlHeaderStrategy", Kind::Text),
];

/// The members that may be patched, under their names in paths.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Patchable {
    deployment_id: String,
    description: Option<String>,
    cache_cluster_enabled: bool,
    cache_cluster_size: Option<String>,
    client_certificate_id: Option<String>,
    documentation_version: Option<String>,
    tracing_enabled: bool,
    variables: Strings,
    #[serde(default)]
    access_log_settings: Option<AccessLogSettings>,
    #[serde(default)]
    canary_settings: Option<CanarySettings>,
}

impl Patchable {
    fn of(stage: &Stage) -> Self {
        Self {
            deployment_id: stage.deployment_id.clone(),
            description: stage.description.clone(),
            cache_cluster_enabled: stage.cache_cluster_enabled,
            cache_cluster_size: stage.cache_cluster_size.clone(),
            client_certificate_id: stage.client_certificate_id.clone(),
            documentation_version: stage.documentation_version.clone(),
            tracing_enabled: stage.tracing_enabled,
            variables: stage.variables.clone(),
            access_log_settings: stage.access_log_settings.clone(),
            canary_settings: stage.canary_settings.clone(),
        }
    }

    fn apply(self, stage: &mut Stage) {
        stage.description = self.description;
        stage.cache_cluster_enabled = self.cache_cluster_enabled;
        stage.cache_cluster_size = self.cache_cluster_size;
        stage.client_certificate_id = self.client_certificate_id;
        stage.documentation_version = self.documentation_version;
        stage.tracing_enabled = self.tracing_enabled;
        stage.variables = self.variables;
        stage.access_log_settings = self.access_log_settings;
        stage.canary_settings = self.canary_settings;
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateStageRequest {
    restapi_id: String,
    stage_name: String,
    #[serde(default, rename = "patchOperations")]
    patch_operations: Vec<PatchOperation>,
}

pub(super) fn update(ctx: &mut Context<'_>, request: UpdateStageRequest) -> Answer<Value> {
    let (now, delay) = (ctx.now, ctx.config.deployment_propagation);
    let may_log = ctx.here.apigateway.cloudwatch_role_arn.is_some();
    let api = to_serve(ctx, &request.restapi_id)?;
    let logs = request.patch_operations.iter().any(writes_logs);
    let mut stage = api.stage(&request.stage_name)?.clone();
    let (settings, others): (Vec<_>, Vec<_>) = request.patch_operations.into_iter().partition(is_method_setting);
    let mut wanted: Patchable = patched(&Patchable::of(&stage), PATHS, &promoted(&stage, others))?;
    check_variables(Some(&wanted.variables))?;
    settings.iter().try_for_each(|operation| set(&mut stage, operation))?;
    if logs && !may_log {
        return Err(bad_request("CloudWatch Logs role ARN must be set in account settings to enable logging"));
    }
    api.require_deployment(&wanted.deployment_id)?;
    let deployment = std::mem::take(&mut wanted.deployment_id);
    wanted.apply(&mut stage);
    stage.point_at(deployment, now, delay);
    let answer = stage.render();
    *api.stage(&request.stage_name)? = stage;
    api.apply_default_endpoint();
    Ok(answer)
}

/// `copy` from `/canarySettings/deploymentId` makes the canary's deployment the stage's (Developer Guide, "Promote a canary release").
fn promoted(stage: &Stage, mut operations: Vec<PatchOperation>) -> Vec<PatchOperation> {
    let canary = stage.canary_settings.as_ref().and_then(|canary| canary.deployment_id.clone());
    for operation in operations.iter_mut().filter(|operation| operation.op == "copy") {
        operation.value.clone_from(&canary);
    }
    operations
}

/// Whether an operation makes the stage write to `CloudWatch` Logs: with the role of the account's settings (Developer Guide, "Set up
/// `CloudWatch` logging for REST APIs"; the refusal in API Gateway's own words, in which many met it).
///
/// Inferred (firehose-needs-no-role): delivery streams are written to with a service-linked role.
fn writes_logs(operation: &PatchOperation) -> bool {
    let value = operation.value.as_deref().unwrap_or_default();
    let is = |end: &str| operation.op != "remove" && operation.path.ends_with(end);
    (is("/logging/loglevel") && !matches!(value, "" | "OFF"))
        || (is("/logging/dataTrace") && value.eq_ignore_ascii_case("true"))
        || (is("/accessLogSettings/destinationArn") && value.split(':').nth(2) == Some("logs"))
}

/// `/{resource path}/{method}/{setting}`; the path of the resource has its slashes escaped, `*` stands for all.
fn is_method_setting(operation: &PatchOperation) -> bool {
    let parts = parts(&operation.path);
    let setting = parts.get(2..).map(|end| end.join("/")).unwrap_or_default();
    parts.len() == 4 && SETTINGS.iter().any(|(name, ..)| *name == setting)
        || (parts.len() == 2
            && operation.op == "remove"
            && !matches!(parts[0].as_str(), "variables" | "accessLogSettings" | "canarySettings"))
}

fn set(stage: &mut Stage, operation: &PatchOperation) -> Answer<()> {
    let parts = parts(&operation.path);
    let key = format!("{}/{}", parts[0].trim_start_matches('/'), parts[1]);
    if parts.len() == 2 {
        stage.method_settings.remove(&key);
        return Ok(());
    }
    let setting = parts[2..].join("/");
    let Some((_, member, kind)) = SETTINGS.iter().find(|(name, ..)| *name == setting) else {
        return Ok(());
    };
    let text = operation.value.clone().unwrap_or_default();
    let invalid = || bad_request(format!("Invalid value '{text}' specified for path '{}'", operation.path));
    let value = match kind {
        Kind::Flag => json!(text.parse::<bool>().map_err(|_| invalid())?),
        Kind::Whole => json!(text.parse::<i64>().map_err(|_| invalid())?),
        Kind::Real => json!(text.parse::<f64>().map_err(|_| invalid())?),
        _ => json!(text),
    };
    let settings = stage.method_settings.entry(key).or_insert_with(defaults);
    settings[*member] = value;
    Ok(())
}

/// What a method has until told otherwise (same reference).
fn defaults() -> Value {
    json!({
        "metricsEnabled": false, "dataTraceEnabled": false, "throttlingBurstLimit": 5000, "throttlingRateLimit": 10000.0,
        "cachingEnabled": false, "cacheTtlInSeconds": 300, "cacheDataEncrypted": false, "requireAuthorizationForCacheControl": true,
        "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER",
    })
}
