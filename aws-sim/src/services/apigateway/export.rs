//! `GetExport`: a stage's API as an `OpenAPI` document (API Reference, `GetExport`).

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::common::{bad_request, not_found, wire};
use super::definition::Definition;
use super::method::Method;
use super::rest_api::find;
use super::stage;
use crate::context::Context;
use crate::error::Answer;
use crate::protocol::{Body, Reply};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GetExportRequest {
    restapi_id: String,
    stage_name: String,
    export_type: String,
    /// `integrations`, `authorizers` or `apigateway`; a client gives them as `parameters`.
    extensions: Option<String>,
}

pub(super) fn get(ctx: &mut Context<'_>, request: GetExportRequest) -> Answer<Reply> {
    let host = format!("{}.execute-api.{}.{}", request.restapi_id, ctx.here.name, ctx.here.dns_suffix());
    let api = find(ctx, &request.restapi_id)?;
    let stage = api.stages.get(&request.stage_name).ok_or_else(stage::absent)?;
    let deployment = api
        .deployments
        .get(&stage.deployment_id)
        .ok_or_else(|| not_found("Invalid Deployment identifier specified"))?;
    let extended = request
        .extensions
        .as_deref()
        .is_some_and(|extensions| extensions.contains("integrations") || extensions == "apigateway");
    let mut document = match request.export_type.as_str() {
        "oas30" => json!({"openapi": "3.0.1", "servers": [{
            "url": format!("https://{host}/{{basePath}}"), "variables": {"basePath": {"default": request.stage_name}}}]}),
        "swagger" => {
            json!({"swagger": "2.0", "host": host, "basePath": format!("/{}", request.stage_name), "schemes": ["https"]})
        }
        other => return Err(bad_request(format!("Invalid export type: {other}. Must be one of: [oas30, swagger]"))),
    };
    let snapshot = &deployment.snapshot;
    document["info"] = wire(&json!({
        "title": snapshot.name, "description": snapshot.description,
        "version": snapshot.version.clone().unwrap_or_else(|| "1".to_owned()),
    }));
    document["paths"] = paths(snapshot, extended);
    if request.extensions.as_deref() == Some("apigateway")
        && let Some(policy) = &snapshot.policy
    {
        document["x-amazon-apigateway-policy"] = serde_json::from_str(policy).unwrap_or_default();
    }
    let name =
        format!("attachment; filename=\"{}_{}_{}.json\"", request.export_type, request.restapi_id, request.stage_name);
    Ok(Reply {
        status: 200,
        headers: vec![("content-disposition".into(), name)],
        body: Body::Raw("application/json".into(), format!("{document:#}").into_bytes()),
    })
}

fn paths(definition: &Definition, extended: bool) -> Value {
    let mut paths = Map::new();
    for (resource, method) in definition.methods() {
        let name = match method.http_method.as_str() {
            "ANY" => "x-amazon-apigateway-any-method".to_owned(),
            other => other.to_ascii_lowercase(),
        };
        let item = paths.entry(resource.path.clone()).or_insert_with(|| json!({}));
        item[name] = operation(method, extended);
    }
    Value::Object(paths)
}

fn operation(method: &Method, extended: bool) -> Value {
    let parameters: Vec<Value> = method
        .request_parameters
        .iter()
        .filter_map(|(name, required)| {
            let (place, name) = name.strip_prefix("method.request.")?.split_once('.')?;
            let place = if place == "querystring" { "query" } else { place };
            Some(json!({"name": name, "in": place, "required": required, "schema": {"type": "string"}}))
        })
        .collect();
    let responses: Map<String, Value> = method
        .method_responses
        .keys()
        .map(|status| (status.clone(), json!({"description": format!("{status} response")})))
        .collect();
    let mut operation = json!({ "responses": responses });
    if !parameters.is_empty() {
        operation["parameters"] = json!(parameters);
    }
    if let Some(integration) = method.method_integration.as_ref().filter(|_| extended) {
        let mut extension = wire(integration);
        if let Some(members) = extension.as_object_mut() {
            members.remove("cacheKeyParameters");
            members.remove("cacheNamespace");
            members.insert("type".into(), json!(integration.kind.to_ascii_lowercase()));
            members.insert(
                "passthroughBehavior".into(),
                json!(integration.passthrough_behavior.clone().unwrap_or_default().to_ascii_lowercase()),
            );
            if let Some(Value::Object(responses)) = members.remove("integrationResponses") {
                let by_pattern = responses.into_iter().map(|(_, response)| {
                    (response["selectionPattern"].as_str().unwrap_or("default").to_owned(), response)
                });
                members.insert("responses".into(), Value::Object(by_pattern.collect()));
            }
        }
        operation["x-amazon-apigateway-integration"] = extension;
    }
    operation
}
