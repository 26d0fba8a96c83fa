//! Stages: names under which deployments serve.

use std::collections::BTreeMap;
use std::time::Duration;

use regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::api_status::to_serve;
use super::common::{self, Strings, bad_request, conflict, limit_exceeded, not_found};
use super::rest_api::{RestApi, find, seconds};
use super::usage_plan;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::protocol::Reply;

/// Quota "Stages per API" (Developer Guide, quotas).
const MOST: usize = 10;

/// A stage.
#[derive(Clone, Debug, Default)]
pub struct Stage {
    /// Name, the first part of the path in URLs.
    pub name: String,
    /// The deployment it serves.
    pub deployment_id: String,
    /// What it served before, until the first time.
    pub before: Option<(Timestamp, String)>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it caches.
    pub cache_cluster_enabled: bool,
    /// Size of the cache.
    pub cache_cluster_size: Option<String>,
    /// Values for `${stageVariables.…}`.
    pub variables: Strings,
    /// Version of the documentation.
    pub documentation_version: Option<String>,
    /// Client certificate shown to HTTP backends.
    pub client_certificate_id: Option<String>,
    /// Where access logs go.
    pub access_log_settings: Option<AccessLogSettings>,
    /// A second deployment that gets part of the traffic.
    pub canary_settings: Option<CanarySettings>,
    /// Settings by `resource path/method`.
    pub method_settings: BTreeMap<String, Value>,
    /// Whether X-Ray traces it.
    pub tracing_enabled: bool,
    /// Tags.
    pub tags: Strings,
    /// When it was created.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
}

/// Where access logs go.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessLogSettings {
    /// What a line holds.
    #[serde(default)]
    pub format: Option<String>,
    /// Log group or delivery stream.
    #[serde(default)]
    pub destination_arn: Option<String>,
}

/// A canary release.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CanarySettings {
    /// Share of the traffic it gets.
    #[serde(default)]
    pub percent_traffic: f64,
    /// Its deployment.
    #[serde(default)]
    pub deployment_id: Option<String>,
    /// Its stage variables.
    #[serde(default)]
    pub stage_variable_overrides: Strings,
    /// Whether it uses the stage's cache.
    #[serde(default)]
    pub use_stage_cache: bool,
}

impl Stage {
    pub(super) fn new(name: &str, now: Timestamp) -> Self {
        Self { name: name.to_owned(), created: now, updated: now, ..Self::default() }
    }

    /// Serves another deployment, `delay` from now.
    pub(super) fn point_at(&mut self, deployment: String, now: Timestamp, delay: Duration) {
        if self.deployment_id != deployment {
            let before = self.serving(now).unwrap_or_default().to_owned();
            self.before = (!delay.is_zero()).then_some((now + delay, before));
            self.deployment_id = deployment;
        }
        self.updated = now;
    }

    /// The deployment that answers at this time; none while the first one is on its way.
    #[must_use]
    pub fn serving(&self, now: Timestamp) -> Option<&str> {
        let id = match &self.before {
            Some((until, before)) if now < *until => before,
            _ => &self.deployment_id,
        };
        (!id.is_empty()).then_some(id)
    }

    /// Whether a deployment is in use here.
    pub(super) fn uses(&self, deployment: &str) -> bool {
        let canary = self.canary_settings.as_ref().and_then(|canary| canary.deployment_id.as_deref());
        self.deployment_id == deployment || canary == Some(deployment)
    }

    pub(super) fn render(&self) -> Value {
        let cache = if self.cache_cluster_enabled { "AVAILABLE" } else { "NOT_AVAILABLE" };
        common::wire(&json!({
            "stageName": self.name, "deploymentId": self.deployment_id, "clientCertificateId": self.client_certificate_id,
            "description": self.description, "cacheClusterEnabled": self.cache_cluster_enabled,
            "cacheClusterSize": self.cache_cluster_size, "cacheClusterStatus": cache, "methodSettings": self.method_settings,
            "variables": (!self.variables.is_empty()).then_some(&self.variables), "documentationVersion": self.documentation_version,
            "accessLogSettings": self.access_log_settings, "canarySettings": self.canary_settings,
            "tracingEnabled": self.tracing_enabled, "tags": (!self.tags.is_empty()).then_some(&self.tags),
            "createdDate": seconds(self.created), "lastUpdatedDate": seconds(self.updated),
        }))
    }
}

/// API Reference, `CreateStage`: letters, digits, hyphen and underscore, 128 at most; `$default`-like names are for other API kinds.
pub(super) fn check_name(name: &str) -> Answer<()> {
    if Regex::new("^[A-Za-z0-9_-]{1,128}$").is_ok_and(|form| form.is_match(name)) {
        return Ok(());
    }
    Err(bad_request("Stage name only allows a-zA-Z0-9_- and must not be empty"))
}

/// API Reference, `CreateStage`: names of letters, digits and underscore, values of letters, digits and `-._~:/?#&=,`.
pub(super) fn check_variables(variables: Option<&Strings>) -> Answer<()> {
    let name = Regex::new("^[A-Za-z0-9_]+$");
    let value = Regex::new(r"^[A-Za-z0-9\-._~:/?#&=,]+$");
    let good = |form: &Result<Regex, _>, text: &str| form.as_ref().is_ok_and(|form: &Regex| form.is_match(text));
    match variables.into_iter().flatten().find(|(key, text)| !good(&name, key) || !good(&value, text)) {
        Some((key, _)) => Err(bad_request(format!(
            "Stage variable {key} is invalid. Please use values with alphanumeric characters and the symbols ! - . _ ~ : / ? # & = ,"
        ))),
        None => Ok(()),
    }
}

pub(super) fn absent() -> AwsError {
    not_found("Invalid stage identifier specified")
}

impl RestApi {
    pub(super) fn stage(&mut self, name: &str) -> Answer<&mut Stage> {
        self.stages.get_mut(name).map(|stage| &mut **stage).ok_or_else(absent)
    }

    pub(super) fn require_deployment(&self, id: &str) -> Answer<()> {
        self.deployments.get(id).map(drop).ok_or_else(|| not_found("Invalid Deployment identifier specified"))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateStageRequest {
    restapi_id: String,
    #[serde(rename = "stageName")]
    stage_name: String,
    #[serde(rename = "deploymentId")]
    deployment_id: String,
    description: Option<String>,
    #[serde(default, rename = "cacheClusterEnabled")]
    cache_cluster_enabled: bool,
    #[serde(rename = "cacheClusterSize")]
    cache_cluster_size: Option<String>,
    #[serde(default)]
    variables: Strings,
    #[serde(rename = "documentationVersion")]
    documentation_version: Option<String>,
    #[serde(rename = "canarySettings")]
    canary_settings: Option<CanarySettings>,
    #[serde(default, rename = "tracingEnabled")]
    tracing_enabled: bool,
    #[serde(default)]
    tags: Strings,
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateStageRequest) -> Answer<Reply> {
    let (now, delay) = (ctx.now, ctx.config.deployment_propagation);
    let api = find(ctx, &request.restapi_id)?;
    check_name(&request.stage_name)?;
    check_variables(Some(&request.variables))?;
    common::check_tags(&request.tags)?;
    api.require_deployment(&request.deployment_id)?;
    if api.stages.contains_key(&request.stage_name) {
        return Err(conflict("Stage already exists"));
    }
    if api.stages.len() >= MOST {
        return Err(limit_exceeded(
            "Maximum number of Stages for this API has been reached. Please contact AWS if you need additional Stages.",
        ));
    }
    let mut stage = Stage {
        description: request.description,
        cache_cluster_enabled: request.cache_cluster_enabled,
        cache_cluster_size: request.cache_cluster_size,
        variables: request.variables,
        documentation_version: request.documentation_version,
        canary_settings: request.canary_settings,
        tracing_enabled: request.tracing_enabled,
        tags: request.tags,
        ..Stage::new(&request.stage_name, now)
    };
    stage.point_at(request.deployment_id, now, delay);
    let answer = stage.render();
    api.stages.insert(request.stage_name, Box::new(stage));
    api.apply_default_endpoint();
    Ok(Reply::with_status(201, answer))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StageRequest {
    restapi_id: String,
    stage_name: String,
}

pub(super) fn get(ctx: &mut Context<'_>, request: StageRequest) -> Answer<Value> {
    find(ctx, &request.restapi_id)?.stage(&request.stage_name).map(|stage| stage.render())
}

pub(super) fn delete(ctx: &mut Context<'_>, request: StageRequest) -> Answer<Reply> {
    to_serve(ctx, &request.restapi_id)?.stages.remove(&request.stage_name).ok_or_else(absent)?;
    usage_plan::forget(&mut ctx.here.apigateway.usage_plans, &request.restapi_id, Some(&request.stage_name));
    Ok(Reply::with_status(202, json!({})))
}

/// Nothing is cached here, so flushing has nothing to do but to find the stage.
pub(super) fn flush(ctx: &mut Context<'_>, request: StageRequest) -> Answer<Reply> {
    find(ctx, &request.restapi_id)?.stage(&request.stage_name)?;
    Ok(Reply::with_status(202, json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GetStagesRequest {
    restapi_id: String,
    #[serde(rename = "deploymentId")]
    deployment_id: Option<String>,
}

pub(super) fn list(ctx: &mut Context<'_>, request: GetStagesRequest) -> Answer<Value> {
    let api = find(ctx, &request.restapi_id)?;
    let wanted = |stage: &&Stage| request.deployment_id.as_deref().is_none_or(|id| stage.deployment_id == id);
    let stages: Vec<Value> = api.stages.values().map(|stage| &**stage).filter(wanted).map(Stage::render).collect();
    Ok(json!({ "item": stages }))
}
