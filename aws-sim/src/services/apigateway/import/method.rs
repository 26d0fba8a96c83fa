//! Operations become methods.

use serde_json::Value;

use super::super::definition::Definition;
use super::super::method::Method;
use super::super::method_response::MethodResponse;
use super::document::Document;
use super::{integration, security};
use crate::error::Answer;

/// An operation and where it stands.
pub(super) struct At<'a> {
    pub(super) path: &'a str,
    pub(super) item: &'a Value,
    pub(super) operation: &'a Value,
    pub(super) http_method: &'a str,
    /// ID of the resource.
    pub(super) resource: &'a str,
    pub(super) account: &'a str,
}

/// The method that an operation describes.
pub(super) fn build(
    document: &Document,
    definition: &Definition,
    at: &At<'_>,
    warnings: &mut Vec<String>,
) -> Answer<Method> {
    let At { item, operation, .. } = *at;
    let mut method = Method {
        http_method: at.http_method.to_owned(),
        authorization_type: "NONE".to_owned(),
        operation_name: operation.get("operationId").and_then(Value::as_str).map(str::to_owned),
        ..Method::default()
    };
    for parameter in list(item, "parameters").chain(list(operation, "parameters")) {
        request_parameter(document, document.resolve(parameter), &mut method);
    }
    if let Some(body) = operation.get("requestBody") {
        let contents = document.resolve(body).get("content").and_then(Value::as_object);
        for (kind, content) in contents.into_iter().flatten() {
            if let Some(model) = model_name(content.get("schema")) {
                method.request_models.insert(kind.clone(), model);
            }
        }
    }
    responses(document, operation, &mut method);
    keep_known_models(definition, &mut method, warnings);
    security::apply(document, definition, operation, &mut method, warnings);
    method.request_validator_id = validator(document, definition, operation);
    if let Some(extension) = operation.get("x-amazon-apigateway-integration") {
        method.method_integration = Some(Box::new(integration::build(document.resolve(extension), at, &mut method)?));
    }
    Ok(method)
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn request_parameter(document: &Document, parameter: &Value, method: &mut Method) {
    let text = |name: &str| parameter.get(name).and_then(Value::as_str).unwrap_or_default();
    let required = parameter.get("required").and_then(Value::as_bool).unwrap_or_default();
    let place = match text("in") {
        "query" => "querystring",
        place @ ("path" | "header") => place,
        "body" => {
            if let Some(model) = model_name(parameter.get("schema")) {
                let kinds =
                    document.get("consumes").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
                let kinds: Vec<&str> = kinds.collect();
                let kinds = if kinds.is_empty() { vec!["application/json"] } else { kinds };
                method.request_models.extend(kinds.into_iter().map(|kind| (kind.to_owned(), model.clone())));
            }
            return;
        }
        _ => return,
    };
    method.request_parameters.insert(format!("method.request.{place}.{}", text("name")), required);
}

/// `#/components/schemas/Pet` → `Pet`. Schemas written in place get no model here.
fn model_name(schema: Option<&Value>) -> Option<String> {
    schema?.get("$ref")?.as_str()?.rsplit('/').next().map(str::to_owned)
}

fn responses(document: &Document, operation: &Value, method: &mut Method) {
    let declared = operation.get("responses").and_then(Value::as_object);
    for (status, response) in declared.into_iter().flatten() {
        // `default` and ranges name no status that a method response could have.
        if status.parse::<u16>().is_err() {
            continue;
        }
        let response = document.resolve(response);
        let mut built = MethodResponse { status_code: status.clone(), ..MethodResponse::default() };
        for name in response.get("headers").and_then(Value::as_object).into_iter().flat_map(serde_json::Map::keys) {
            built.response_parameters.insert(format!("method.response.header.{name}"), false);
        }
        for (kind, content) in response.get("content").and_then(Value::as_object).into_iter().flatten() {
            if let Some(model) = model_name(content.get("schema")) {
                built.response_models.insert(kind.clone(), model);
            }
        }
        if let Some(model) = model_name(response.get("schema")) {
            built.response_models.insert("application/json".to_owned(), model);
        }
        method.method_responses.insert(status.clone(), built);
    }
}

/// References to models that are not there are left out with a warning (amazon-archives/aws-apigateway-importer#194, from the service's
/// import).
fn keep_known_models(definition: &Definition, method: &mut Method, warnings: &mut Vec<String>) {
    let mut known = |_: &String, model: &mut String| {
        let known = definition.models.contains_key(model);
        if !known {
            warnings.push(format!("Reference to model '{model}' not found. Ignoring."));
        }
        known
    };
    method.request_models.retain(&mut known);
    method.method_responses.values_mut().for_each(|response| response.response_models.retain(&mut known));
}

/// ID of the validator that the operation, else the document, names.
///
/// Inferred (import-unknown-validator): a name that the document does not define is kept, so that the method is refused as `PutMethod`
/// refuses it.
fn validator(document: &Document, definition: &Definition, operation: &Value) -> Option<String> {
    const NAME: &str = "x-amazon-apigateway-request-validator";
    let name = operation.get(NAME).or_else(|| document.get(NAME))?.as_str()?;
    let found = definition.request_validators.values().find(|validator| validator.name.as_deref() == Some(name));
    Some(found.map_or_else(|| name.to_owned(), |validator| validator.id.clone()))
}
