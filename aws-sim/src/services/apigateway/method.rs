//! Methods of a resource.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::common::{self, Flags, Strings, bad_request, conflict};
use super::definition::Definition;
use super::integration::Integration;
use super::mapping;
use super::method_response::MethodResponse;
use super::patch::{Kind, PatchOperation, Path, patched, path};
use super::rest_api::find;
use crate::context::Context;
use crate::error::Answer;
use crate::protocol::Reply;

/// What API Gateway takes as an HTTP method.
pub(super) const HTTP_METHODS: [&str; 8] = ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"];

/// A method.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Method {
    /// HTTP method, or `ANY`.
    pub http_method: String,
    /// `NONE`, `AWS_IAM`, `CUSTOM` or `COGNITO_USER_POOLS`.
    pub authorization_type: String,
    /// For `CUSTOM` and `COGNITO_USER_POOLS`.
    pub authorizer_id: Option<String>,
    /// Whether callers show an API key.
    pub api_key_required: bool,
    /// What checks requests.
    pub request_validator_id: Option<String>,
    /// A name for SDKs.
    pub operation_name: Option<String>,
    /// Parameters, and whether they are required.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub request_parameters: Flags,
    /// Models of bodies by content type.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub request_models: Strings,
    /// Responses by status code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub method_responses: BTreeMap<String, MethodResponse>,
    /// What answers.
    pub method_integration: Option<Box<Integration>>,
    /// Scopes for Cognito.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authorization_scopes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PutMethodRequest {
    restapi_id: String,
    resource_id: String,
    http_method: String,
    #[serde(rename = "authorizationType")]
    authorization_type: String,
    #[serde(rename = "authorizerId")]
    authorizer_id: Option<String>,
    #[serde(default, rename = "apiKeyRequired")]
    api_key_required: bool,
    #[serde(rename = "operationName")]
    operation_name: Option<String>,
    #[serde(default, rename = "requestParameters")]
    request_parameters: Flags,
    #[serde(default, rename = "requestModels")]
    request_models: Strings,
    #[serde(rename = "requestValidatorId")]
    request_validator_id: Option<String>,
    #[serde(default, rename = "authorizationScopes")]
    authorization_scopes: Vec<String>,
}

pub(super) fn put(ctx: &mut Context<'_>, request: PutMethodRequest) -> Answer<Reply> {
    let definition = find(ctx, &request.restapi_id)?.edit();
    super::resource::require(definition, &request.resource_id)?;
    let method = Method {
        http_method: request.http_method,
        authorization_type: request.authorization_type,
        authorizer_id: request.authorizer_id,
        api_key_required: request.api_key_required,
        request_validator_id: request.request_validator_id.filter(|id| !id.is_empty()),
        operation_name: request.operation_name,
        request_parameters: request.request_parameters,
        request_models: request.request_models,
        authorization_scopes: request.authorization_scopes,
        ..Method::default()
    };
    definition.check_method(&method)?;
    let methods = &mut definition.resource_mut(&request.resource_id)?.resource_methods;
    if methods.contains_key(&method.http_method) {
        return Err(conflict("Method already exists for this resource"));
    }
    let answer = common::wire(&method);
    methods.insert(method.http_method.clone(), Box::new(method));
    Ok(Reply::with_status(201, answer))
}

impl Definition {
    pub(super) fn check_method(&self, method: &Method) -> Answer<()> {
        if !HTTP_METHODS.contains(&method.http_method.as_str()) {
            return Err(bad_request(format!(
                "Invalid HttpMethod specified. Valid options are {}",
                HTTP_METHODS.join(",")
            )));
        }
        let authorizer = method.authorizer_id.as_deref().filter(|id| self.authorizers.contains_key(*id));
        match method.authorization_type.as_str() {
            "NONE" | "AWS_IAM" => {}
            "CUSTOM" | "COGNITO_USER_POOLS" if authorizer.is_some() => {}
            "CUSTOM" | "COGNITO_USER_POOLS" => {
                return Err(bad_request(
                    "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
                ));
            }
            _ => {
                return Err(bad_request(
                    "Invalid authorization type specified. Valid options are NONE, AWS_IAM, CUSTOM, COGNITO_USER_POOLS",
                ));
            }
        }
        let validator = method.request_validator_id.as_deref();
        if validator.is_some_and(|id| !self.request_validators.contains_key(id)) {
            return Err(bad_request("Invalid Request Validator identifier specified"));
        }
        self.check_models(&method.request_models)?;
        mapping::check_declared(method)
    }

    /// Models of bodies by content type: each must be there.
    pub(super) fn check_models(&self, models: &Strings) -> Answer<()> {
        match models.values().find(|model| !self.models.contains_key(*model)) {
            Some(model) => Err(bad_request(format!("Invalid model identifier specified: {model}"))),
            None => Ok(()),
        }
    }
}

/// What names a method.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MethodRequest {
    pub(super) restapi_id: String,
    pub(super) resource_id: String,
    pub(super) http_method: String,
}

impl MethodRequest {
    pub(super) fn find<'a>(&self, ctx: &'a mut Context<'_>) -> Answer<&'a Method> {
        find(ctx, &self.restapi_id)?.definition.method(&self.resource_id, &self.http_method)
    }

    pub(super) fn edit<'a>(&self, ctx: &'a mut Context<'_>) -> Answer<&'a mut Method> {
        find(ctx, &self.restapi_id)?.edit().method_mut(&self.resource_id, &self.http_method)
    }
}

pub(super) fn get(ctx: &mut Context<'_>, request: MethodRequest) -> Answer<Value> {
    request.find(ctx).map(common::wire)
}

pub(super) fn delete(ctx: &mut Context<'_>, request: MethodRequest) -> Answer<Reply> {
    request.find(ctx)?;
    let resource = find(ctx, &request.restapi_id)?.edit().resource_mut(&request.resource_id)?;
    resource.resource_methods.remove(&request.http_method);
    Ok(Reply::with_status(204, json!({})))
}

const PATHS: &[Path] = &[
    path("replace", "/authorizationType", Kind::Text),
    path("replace", "/authorizerId", Kind::Text),
    path("replace", "/apiKeyRequired", Kind::Flag),
    path("replace", "/operationName", Kind::Text),
    path("replace", "/requestValidatorId", Kind::Text),
    path("add remove replace", "/requestParameters/{}", Kind::Flag),
    path("add remove replace", "/requestModels/{}", Kind::Text),
    path("add remove", "/authorizationScopes", Kind::Value),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateMethodRequest {
    restapi_id: String,
    resource_id: String,
    http_method: String,
    #[serde(default, rename = "patchOperations")]
    patch_operations: Vec<PatchOperation>,
}

pub(super) fn update(ctx: &mut Context<'_>, request: UpdateMethodRequest) -> Answer<Value> {
    let definition = find(ctx, &request.restapi_id)?.edit();
    let method = definition.method(&request.resource_id, &request.http_method)?;
    let mut method: Method = patched(method, PATHS, &request.patch_operations)?;
    // An empty text takes the validator away.
    method.request_validator_id.take_if(|id| id.is_empty());
    definition.check_method(&method)?;
    let answer = common::wire(&method);
    *definition.method_mut(&request.resource_id, &request.http_method)? = method;
    Ok(answer)
}
