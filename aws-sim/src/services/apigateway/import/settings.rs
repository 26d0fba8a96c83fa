//! Settings of the whole API.

use serde_json::{Value, json};

use super::super::common::bad_request;
use super::super::definition::Definition;
use super::super::gateway_response::GatewayResponse;
use super::super::model::Model;
use super::super::request_validator::RequestValidator;
use super::super::{policy, resource::Resource};
use super::document::Document;
use crate::error::Answer;
use crate::ids::Ids;

/// What `overwrite` takes away before the document is put in (hashicorp/terraform-provider-aws, `rest_api.go`: what it has to set again
/// afterwards). Endpoint type and security policy stay; so does the root resource's identity.
pub(super) fn wipe(definition: &mut Definition, id: &str) {
    let root = definition.root().map(|root| root.id.clone()).unwrap_or_default();
    let mut endpoint = std::mem::take(&mut definition.endpoint);
    endpoint.vpc_endpoint_ids.clear();
    *definition = Definition {
        name: std::mem::take(&mut definition.name),
        api_key_source: "HEADER".to_owned(),
        security_policy: std::mem::take(&mut definition.security_policy),
        endpoint_access_mode: definition.endpoint_access_mode.take(),
        endpoint,
        resources: [(root.clone(), Box::new(Resource::root(root)))].into(),
        models: Model::defaults(id).map(|model| (model.name.clone(), Box::new(model))).into(),
        ..Definition::default()
    };
}

/// Name, description and everything that an extension of the top level says.
pub(super) fn apply(document: &Document, definition: &mut Definition, arn: &str) -> Answer<()> {
    definition.name = document.title().unwrap_or_else(|| definition.name.clone());
    definition.description = document.description().or(definition.description.take());
    definition.version = document.version().or(definition.version.take());
    if let Some(text) = document.get("x-amazon-apigateway-policy") {
        let text = text.as_str().map_or_else(|| text.to_string(), str::to_owned);
        definition.policy = policy::normalised(&text, arn)?;
    }
    if let Some(types) = document.get("x-amazon-apigateway-binary-media-types").and_then(Value::as_array) {
        definition.binary_media_types = types.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    }
    if let Some(size) = document.get("x-amazon-apigateway-minimum-compression-size") {
        definition.minimum_compression_size = size.as_i64();
    }
    let text = |name: &str| document.get(name).and_then(Value::as_str).map(str::to_owned);
    if let Some(source) = text("x-amazon-apigateway-api-key-source") {
        definition.api_key_source = source;
    }
    if let Some(policy) = text("x-amazon-apigateway-security-policy") {
        definition.security_policy = policy;
    }
    definition.endpoint_access_mode =
        text("x-amazon-apigateway-endpoint-access-mode").or(definition.endpoint_access_mode.take());
    endpoint(document, definition)?;
    gateway_responses(document, definition);
    Ok(())
}

/// `vpcEndpointIds` and `disableExecuteApiEndpoint`; the address type cannot be given here (`EndpointConfiguration`'s documentation).
fn endpoint(document: &Document, definition: &mut Definition) -> Answer<()> {
    let Some(configuration) = document.endpoint_configuration() else {
        return Ok(());
    };
    let members = configuration.as_object().ok_or_else(|| bad_request("Invalid endpoint configuration"))?;
    if let Some(ids) = members.get("vpcEndpointIds").and_then(Value::as_array) {
        definition.endpoint.vpc_endpoint_ids = ids.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    }
    if let Some(types) = members.get("types").and_then(Value::as_array).filter(|types| !types.is_empty()) {
        definition.endpoint.types = types.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    }
    if let Some(disabled) = members.get("disableExecuteApiEndpoint").and_then(Value::as_bool) {
        definition.disable_execute_api_endpoint = disabled;
    }
    Ok(())
}

fn gateway_responses(document: &Document, definition: &mut Definition) {
    for (kind, response) in document.object("x-amazon-apigateway-gateway-responses") {
        let mut tree = response.clone();
        tree["responseType"] = json!(kind);
        tree["defaultResponse"] = json!(false);
        tree["statusCode"] = match &tree["statusCode"] {
            Value::Number(status) => json!(status.to_string()),
            other => other.clone(),
        };
        if let Ok(response) = serde_json::from_value::<GatewayResponse>(tree) {
            definition.gateway_responses.insert(kind.clone(), response);
        }
    }
}

/// Schemas become models; what is refused of them is answered with everything else that is wrong.
pub(super) fn models(document: &Document, definition: &mut Definition, ids: &mut Ids) -> Vec<String> {
    let mut errors = Vec::new();
    let sibling = |name: &str| document.schemas().contains_key(name);
    for (name, schema) in document.schemas() {
        let id = definition.models.get(name).map_or_else(|| ids.alphanumeric(6), |model| model.id.clone());
        let description = schema.get("description").and_then(Value::as_str).map(str::to_owned);
        let model = Model {
            id,
            name: name.clone(),
            description,
            schema: Some(schema.to_string()),
            content_type: "application/json".to_owned(),
        };
        match model.check(&sibling) {
            Ok(()) => drop(definition.models.insert(name.clone(), Box::new(model))),
            // edx/api-manager#259.
            Err(error) => errors.push(format!("Unable to create model for '{name}': {}", error.message)),
        }
    }
    errors
}

/// `x-amazon-apigateway-request-validators`.
pub(super) fn validators(document: &Document, definition: &mut Definition, ids: &mut Ids) {
    for (name, settings) in document.object("x-amazon-apigateway-request-validators") {
        let found = definition.request_validators.values().find(|validator| validator.name.as_ref() == Some(name));
        let id = found.map_or_else(|| ids.alphanumeric(6), |validator| validator.id.clone());
        let flag = |name: &str| settings.get(name).and_then(Value::as_bool).unwrap_or_default();
        let validator = RequestValidator {
            id: id.clone(),
            name: Some(name.clone()),
            validate_request_body: flag("validateRequestBody"),
            validate_request_parameters: flag("validateRequestParameters"),
        };
        definition.request_validators.insert(id, validator);
    }
}
