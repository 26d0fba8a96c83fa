//! Models: schemas of bodies.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::common::{self, bad_request, conflict, not_found, page};
use super::definition::Definition;
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
    not_found(format!("Invalid model name specified: {name}"))
}

fn invalid(error: &str) -> AwsError {
    bad_request(format!("Invalid model specified: Validation Result: warnings : [], errors : [{error}]"))
}

impl Model {
    /// What holds for every model, however it came to be (localstack/localstack, `test_model_validation`, checked against AWS; the names
    /// from edx/api-manager#259). `siblings` are the models that its schema may refer to by `#/components/schemas/…` or `#/definitions/…`.
    pub(super) fn check(&self, siblings: &dyn Fn(&str) -> bool) -> Answer<()> {
        if self.name.is_empty() {
            return Err(bad_request("Model name must be non-empty"));
        }
        if !self.name.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(bad_request(format!("Model name must be alphanumeric: {}", self.name)));
        }
        let schema = self.schema.as_deref().unwrap_or_default();
        if schema.is_empty() {
            return Err(bad_request("Model schema must have at least 1 property or array items defined"));
        }
        if !self.content_type.contains("json") {
            return Ok(());
        }
        let schema: Value = serde_json::from_str(schema)
            .map_err(|_| invalid("Invalid model schema specified. Unable to parse the schema"))?;
        check_references(&schema, &schema, siblings)
    }
}

/// A reference names a part of the schema, a sibling, or another model by its URL.
///
/// Inferred (model-references): a reference to a schema that is not there is refused in these words, which users report of others.
fn check_references(schema: &Value, whole: &Value, siblings: &dyn Fn(&str) -> bool) -> Answer<()> {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let sibling =
            ["#/components/schemas/", "#/definitions/"].iter().find_map(|prefix| reference.strip_prefix(prefix));
        let own = reference.strip_prefix('#').is_some_and(|pointer| whole.pointer(pointer).is_some());
        let canonical = reference.starts_with("https://apigateway.amazonaws.com/restapis/");
        if !own && !canonical && !sibling.is_some_and(siblings) {
            return Err(invalid("Model reference must be in canonical form"));
        }
    }
    match schema {
        Value::Object(members) => members.values().try_for_each(|member| check_references(member, whole, siblings)),
        Value::Array(items) => items.iter().try_for_each(|item| check_references(item, whole, siblings)),
        _ => Ok(()),
    }
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
    if models.contains_key(&request.name) {
        return Err(conflict("Model name already exists for this REST API"));
    }
    let model = Model {
        id,
        name: request.name.clone(),
        description: request.description,
        schema: request.schema,
        content_type: request.content_type,
    };
    model.check(&|_| false)?;
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
    if let Some(place) = place_of_use(definition, &request.model_name) {
        let message = format!("Cannot delete model '{}', is referenced in method {place}", request.model_name);
        return Err(conflict(message));
    }
    definition.models.remove(&request.model_name);
    Ok(Reply::with_status(202, json!({})))
}

/// Where a method uses a model: `request: //GET` for the root resource's.
fn place_of_use(definition: &Definition, name: &str) -> Option<String> {
    definition.methods().find_map(|(resource, method)| {
        let in_responses = method.method_responses.values().flat_map(|response| response.response_models.values());
        let at = |side: &str| format!("{side}: {}/{}", resource.path, method.http_method);
        if method.request_models.values().any(|model| model == name) {
            return Some(at("request"));
        }
        in_responses.into_iter().any(|model| model == name).then(|| at("response"))
    })
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
    let changed: Box<Model> = patched(model, PATHS, &request.patch_operations)?;
    changed.check(&|_| false)?;
    *model = changed;
    Ok(common::wire(model))
}
