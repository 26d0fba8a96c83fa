//! Models: schemas of bodies.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::common::{self, bad_request, conflict, not_found, page};
use super::patch::{Kind, PatchOperation, Path, patched, path};
use super::rest_api::find;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::protocol::Reply;

/// A model.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// Identifier.
    pub id: String,
    /// Name, unique in the API.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// JSON schema.
    pub schema: Option<String>,
    /// Content type it is for.
    pub content_type: String,
}

impl Model {
    /// The models that every API starts with.
    pub(super) fn defaults(api: &str) -> [Self; 2] {
        let model = |name: &str, description: &str, schema: &str| Self {
            id: format!(
                "{}{}",
                &api[..api.len().min(5)],
                name.to_ascii_lowercase().chars().take(1).collect::<String>()
            ),
            name: name.to_owned(),
            description: Some(description.to_owned()),
            schema: Some(schema.to_owned()),
            content_type: "application/json".to_owned(),
        };
        let schema = |title: &str, rest: &str| {
            format!(
                "{{\n  \"$schema\": \"http://json-schema.org/draft-04/schema#\",\n  \"title\" : \"{title}\",\n  \"type\" : \"object\"{rest}\n}}"
            )
        };
        let error = ",\n  \"properties\" : {\n    \"message\" : { \"type\" : \"string\" }\n  }";
        [
            model("Empty", "This is a default empty schema model", &schema("Empty Schema", "")),
            model("Error", "This is a default error schema model", &schema("Error Schema", error)),
        ]
    }
}

fn absent(name: &str) -> AwsError {
    not_found(format!("Invalid Model Name specified: {name}"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateModelRequest {
    restapi_id: String,
    name: String,
    description: Option<String>,
    schema: Option<String>,
    #[serde(rename = "contentType")]
    content_type: String,
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateModelRequest) -> Answer<Reply> {
    let id = ctx.ids.alphanumeric(6);
    let models = &mut find(ctx, &request.restapi_id)?.edit().models;
    if request.name.is_empty() || !request.name.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(bad_request("Model name must be alphanumeric: ".to_owned() + &request.name));
    }
    if models.contains_key(&request.name) {
        return Err(conflict("Model name already exists for this REST API"));
    }
    let schema = request.schema.as_deref().unwrap_or("{}");
    if request.content_type.contains("json") && serde_json::from_str::<Value>(schema).is_err() {
        return Err(bad_request(
            "Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified. Unable to parse the schema]",
        ));
    }
    let model = Model {
        id,
        name: request.name.clone(),
        description: request.description,
        schema: request.schema,
        content_type: request.content_type,
    };
    let answer = common::wire(&model);
    models.insert(request.name, Box::new(model));
    Ok(Reply::with_status(201, answer))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GetModelRequest {
    restapi_id: String,
    model_name: String,
    #[serde(rename = "flatten")]
    _flatten: Option<bool>,
}

pub(super) fn get(ctx: &mut Context<'_>, request: GetModelRequest) -> Answer<Value> {
    let models = &find(ctx, &request.restapi_id)?.definition.models;
    models.get(&request.model_name).map(common::wire).ok_or_else(|| absent(&request.model_name))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GetModelsRequest {
    restapi_id: String,
    position: Option<String>,
    limit: Option<i64>,
}

pub(super) fn list(ctx: &mut Context<'_>, request: GetModelsRequest) -> Answer<Value> {
    let models = &find(ctx, &request.restapi_id)?.definition.models;
    Ok(page(models, request.position.as_deref(), request.limit, common::wire))
}

pub(super) fn delete(ctx: &mut Context<'_>, request: GetModelRequest) -> Answer<Reply> {
    let definition = find(ctx, &request.restapi_id)?.edit();
    if !definition.models.contains_key(&request.model_name) {
        return Err(absent(&request.model_name));
    }
    let used = definition.methods().any(|(_, method)| {
        let responses = method.method_responses.values().flat_map(|response| response.response_models.values());
        method.request_models.values().chain(responses).any(|name| *name == request.model_name)
    });
    if used {
        return Err(conflict(format!("Cannot delete model '{}', is referenced in a method", request.model_name)));
    }
    definition.models.remove(&request.model_name);
    Ok(Reply::with_status(202, json!({})))
}

const PATHS: &[Path] = &[path("replace", "/description", Kind::Text), path("replace", "/schema", Kind::Text)];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateModelRequest {
    restapi_id: String,
    model_name: String,
    #[serde(default, rename = "patchOperations")]
    patch_operations: Vec<PatchOperation>,
}

pub(super) fn update(ctx: &mut Context<'_>, request: UpdateModelRequest) -> Answer<Value> {
    let models = &mut find(ctx, &request.restapi_id)?.edit().models;
    let model = models.get_mut(&request.model_name).ok_or_else(|| absent(&request.model_name))?;
    *model = patched(model, PATHS, &request.patch_operations)?;
    Ok(common::wire(model))
}
