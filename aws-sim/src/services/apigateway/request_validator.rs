//! Request validators.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::common::{self, conflict, not_found, page};
use super::patch::{Kind, PatchOperation, Path, patched, path};
use super::rest_api::find;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::protocol::Reply;

/// What is checked before the integration is called.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestValidator {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// The body against its model.
    pub validate_request_body: bool,
    /// That required parameters are there.
    pub validate_request_parameters: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CreateRequestValidatorRequest {
    #[serde(rename = "restapi_id")]
    rest_api: String,
    name: Option<String>,
    #[serde(default)]
    validate_request_body: bool,
    #[serde(default)]
    validate_request_parameters: bool,
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateRequestValidatorRequest) -> Answer<Reply> {
    let id = ctx.ids.alphanumeric(6);
    let validators = &mut find(ctx, &request.rest_api)?.edit().request_validators;
    let validator = RequestValidator {
        id: id.clone(),
        name: request.name,
        validate_request_body: request.validate_request_body,
        validate_request_parameters: request.validate_request_parameters,
    };
    let answer = common::wire(&validator);
    validators.insert(id, validator);
    Ok(Reply::with_status(201, answer))
}

fn absent() -> AwsError {
    not_found("Invalid Request Validator identifier specified")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestValidatorRequest {
    restapi_id: String,
    requestvalidator_id: String,
}

pub(super) fn get(ctx: &mut Context<'_>, request: RequestValidatorRequest) -> Answer<Value> {
    let validators = &find(ctx, &request.restapi_id)?.definition.request_validators;
    validators.get(&request.requestvalidator_id).map(common::wire).ok_or_else(absent)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GetRequestValidatorsRequest {
    restapi_id: String,
    position: Option<String>,
    limit: Option<i64>,
}

pub(super) fn list(ctx: &mut Context<'_>, request: GetRequestValidatorsRequest) -> Answer<Value> {
    let validators = &find(ctx, &request.restapi_id)?.definition.request_validators;
    Ok(page(validators, request.position.as_deref(), request.limit, common::wire))
}

pub(super) fn delete(ctx: &mut Context<'_>, request: RequestValidatorRequest) -> Answer<Reply> {
    let definition = find(ctx, &request.restapi_id)?.edit();
    let id = &request.requestvalidator_id;
    if definition.methods().any(|(_, method)| method.request_validator_id.as_ref() == Some(id)) {
        return Err(conflict(format!("Cannot delete request validator '{id}', is referenced in a method")));
    }
    definition.request_validators.remove(id).ok_or_else(absent)?;
    Ok(Reply::with_status(202, json!({})))
}

const PATHS: &[Path] = &[
    path("replace", "/name", Kind::Text),
    path("replace", "/validateRequestBody", Kind::Flag),
    path("replace", "/validateRequestParameters", Kind::Flag),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateRequestValidatorRequest {
    restapi_id: String,
    requestvalidator_id: String,
    #[serde(default, rename = "patchOperations")]
    patch_operations: Vec<PatchOperation>,
}

pub(super) fn update(ctx: &mut Context<'_>, request: UpdateRequestValidatorRequest) -> Answer<Value> {
    let validators = &mut find(ctx, &request.restapi_id)?.edit().request_validators;
    let validator = validators.get_mut(&request.requestvalidator_id).ok_or_else(absent)?;
    *validator = patched(validator, PATHS, &request.patch_operations)?;
    Ok(common::wire(validator))
}
