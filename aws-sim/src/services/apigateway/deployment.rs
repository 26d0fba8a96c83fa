//! Deployments: snapshots of an API. Only they serve traffic, through the stages that point at them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::api_status::to_serve;
use super::common::{self, Strings, bad_request, not_found};
use super::definition::Definition;
use super::patch::{Kind, PatchOperation, Path, patched, path};
use super::rest_api::{RestApi, find, seconds};
use super::stage::{CanarySettings, Stage, check_name};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::Answer;
use crate::protocol::Reply;

/// A deployment.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// Identifier.
    pub id: String,
    /// What it is for.
    pub description: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// The API as it was then.
    pub snapshot: Arc<Definition>,
}

impl Deployment {
    fn render(&self, with_summary: bool) -> Value {
        common::wire(&json!({
            "id": self.id, "description": self.description, "createdDate": seconds(self.created),
            "apiSummary": with_summary.then(|| self.summary()),
        }))
    }

    /// Methods by path: `{"/ping": {"GET": {"authorizationType": "NONE", "apiKeyRequired": false}}}`.
    fn summary(&self) -> Value {
        let mut paths: BTreeMap<&str, BTreeMap<&str, Value>> = BTreeMap::new();
        for (resource, method) in self.snapshot.methods() {
            let one =
                json!({"authorizationType": method.authorization_type, "apiKeyRequired": method.api_key_required});
            paths.entry(&resource.path).or_default().insert(&method.http_method, one);
        }
        json!(paths)
    }
}

impl RestApi {
    /// Whether it can be deployed (API Gateway's own messages; the policy's from hashicorp/terraform-provider-aws#14290).
    fn check_deployable(&self) -> Answer<()> {
        let mut methods = self.definition.methods().peekable();
        if methods.peek().is_none() {
            return Err(bad_request("The REST API doesn't contain any methods"));
        }
        if methods.any(|(_, method)| method.method_integration.is_none()) {
            return Err(bad_request("No integration defined for method"));
        }
        if self.definition.endpoint.is_private() && self.definition.policy.is_none() {
            return Err(bad_request("Private REST API doesn't have a resource policy attached to it"));
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateDeploymentRequest {
    restapi_id: String,
    #[serde(rename = "stageName")]
    stage_name: Option<String>,
    #[serde(rename = "stageDescription")]
    stage_description: Option<String>,
    description: Option<String>,
    #[serde(default, rename = "cacheClusterEnabled")]
    cache_cluster_enabled: bool,
    #[serde(rename = "cacheClusterSize")]
    cache_cluster_size: Option<String>,
    variables: Option<Strings>,
    #[serde(rename = "canarySettings")]
    canary_settings: Option<CanarySettings>,
    #[serde(rename = "tracingEnabled")]
    tracing_enabled: Option<bool>,
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateDeploymentRequest) -> Answer<Reply> {
    let (id, now) = (ctx.ids.alphanumeric(6), ctx.now);
    let delay = ctx.config.deployment_propagation;
    let api = to_serve(ctx, &request.restapi_id)?;
    api.check_deployable()?;
    let stage_name = request.stage_name.as_deref().filter(|name| !name.is_empty());
    stage_name.map_or(Ok(()), check_name)?;
    super::stage::check_variables(request.variables.as_ref())?;
    let deployment =
        Deployment { id: id.clone(), description: request.description, created: now, snapshot: api.definition.clone() };
    let answer = deployment.render(false);
    api.deployments.insert(id.clone(), Box::new(deployment));
    api.apply_default_endpoint();
    if let Some(name) = stage_name {
        let stage = api.stages.entry(name.to_owned()).or_insert_with(|| Box::new(Stage::new(name, now)));
        match request.canary_settings {
            Some(canary) => stage.canary_settings = Some(CanarySettings { deployment_id: Some(id), ..canary }),
            None => stage.point_at(id, now, delay),
        }
        stage.description = request.stage_description.or(stage.description.take());
        stage.cache_cluster_enabled |= request.cache_cluster_enabled;
        stage.cache_cluster_size = request.cache_cluster_size.or(stage.cache_cluster_size.take());
        stage.variables.extend(request.variables.unwrap_or_default());
        stage.tracing_enabled = request.tracing_enabled.unwrap_or(stage.tracing_enabled);
    }
    Ok(Reply::with_status(201, answer))
}

fn absent() -> crate::error::AwsError {
    not_found("Invalid Deployment identifier specified")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GetDeploymentRequest {
    restapi_id: String,
    deployment_id: String,
    #[serde(default)]
    embed: Vec<String>,
}

pub(super) fn get(ctx: &mut Context<'_>, request: GetDeploymentRequest) -> Answer<Value> {
    let summary = request.embed.iter().any(|what| what == "apisummary");
    let api = find(ctx, &request.restapi_id)?;
    api.deployments.get(&request.deployment_id).map(|deployment| deployment.render(summary)).ok_or_else(absent)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GetDeploymentsRequest {
    restapi_id: String,
    position: Option<String>,
    limit: Option<i64>,
}

pub(super) fn list(ctx: &mut Context<'_>, request: GetDeploymentsRequest) -> Answer<Value> {
    let api = find(ctx, &request.restapi_id)?;
    Ok(common::page(&api.deployments, request.position.as_deref(), request.limit, |deployment| {
        deployment.render(false)
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeleteDeploymentRequest {
    restapi_id: String,
    deployment_id: String,
}

pub(super) fn delete(ctx: &mut Context<'_>, request: DeleteDeploymentRequest) -> Answer<Reply> {
    let api = find(ctx, &request.restapi_id)?;
    if !api.deployments.contains_key(&request.deployment_id) {
        return Err(absent());
    }
    if api.stages.values().any(|stage| stage.uses(&request.deployment_id)) {
        return Err(bad_request("Active stages pointing to this deployment must be moved or deleted"));
    }
    api.deployments.remove(&request.deployment_id);
    Ok(Reply::with_status(202, json!({})))
}

const PATHS: &[Path] = &[path("replace", "/description", Kind::Text)];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateDeploymentRequest {
    restapi_id: String,
    deployment_id: String,
    #[serde(default, rename = "patchOperations")]
    patch_operations: Vec<PatchOperation>,
}

pub(super) fn update(ctx: &mut Context<'_>, request: UpdateDeploymentRequest) -> Answer<Value> {
    let api = find(ctx, &request.restapi_id)?;
    let deployment = api.deployments.get_mut(&request.deployment_id).ok_or_else(absent)?;
    let members = json!({ "description": deployment.description });
    let patched: Value = patched(&members, PATHS, &request.patch_operations)?;
    deployment.description = patched["description"].as_str().map(str::to_owned);
    Ok(deployment.render(false))
}
