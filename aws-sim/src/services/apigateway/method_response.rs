//! Method responses: what callers may be answered, by status code.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::common::{self, Flags, Strings, bad_request, conflict, not_found};
use super::definition::Definition;
use super::mapping;
use super::method::MethodRequest;
use super::patch::{Kind, PatchOperation, Path, patched, path};
use super::rest_api::find;
use crate::context::Context;
use crate::error::Answer;
use crate::protocol::Reply;

/// A response a method may give.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MethodResponse {
    /// HTTP status.
    pub status_code: String,
    /// Header fields, and whether they are always there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub response_parameters: Flags,
    /// Models of bodies by content type.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub response_models: Strings,
}

pub(super) fn check_status(status: &str) -> Answer<()> {
    match status.parse::<u16>() {
        Ok(100..=599) if status.len() == 3 => Ok(()),
        _ => Err(bad_request(format!("Invalid status code specified: {status}"))),
    }
}

/// What holds for every response, however it came to be.
pub(super) fn check(definition: &Definition, response: &MethodResponse) -> Answer<()> {
    check_status(&response.status_code)?;
    let header = |name: &str| name.strip_prefix("method.response.header.").is_some_and(|rest| !rest.is_empty());
    if let Some(bad) = response.response_parameters.keys().find(|name| !header(name)) {
        return Err(mapping::invalid(bad));
    }
    definition.check_models(&response.response_models)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PutMethodResponseRequest {
    restapi_id: String,
    resource_id: String,
    http_method: String,
    status_code: String,
    #[serde(default, rename = "responseParameters")]
    response_parameters: Flags,
    #[serde(default, rename = "responseModels")]
    response_models: Strings,
}

pub(super) fn put(ctx: &mut Context<'_>, request: PutMethodResponseRequest) -> Answer<Reply> {
    let at = MethodRequest {
        restapi_id: request.restapi_id,
        resource_id: request.resource_id,
        http_method: request.http_method,
    };
    let present = at.find(ctx)?.method_responses.contains_key(&request.status_code);
    let response = MethodResponse {
        status_code: request.status_code.clone(),
        response_parameters: request.response_parameters,
        response_models: request.response_models,
    };
    check(&find(ctx, &at.restapi_id)?.definition, &response)?;
    if present {
        return Err(conflict("Response already exists for this resource"));
    }
    let method = at.edit(ctx)?;
    let answer = common::wire(&response);
    method.method_responses.insert(request.status_code, response);
    Ok(Reply::with_status(201, answer))
}

/// What names a response of a method or of its integration.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ResponseRequest {
    restapi_id: String,
    resource_id: String,
    http_method: String,
    status_code: String,
}

impl ResponseRequest {
    pub(super) fn split(self) -> (MethodRequest, String) {
        let at =
            MethodRequest { restapi_id: self.restapi_id, resource_id: self.resource_id, http_method: self.http_method };
        (at, self.status_code)
    }
}

pub(super) fn absent() -> crate::error::AwsError {
    not_found("Invalid Response status code specified")
}

pub(super) fn get(ctx: &mut Context<'_>, request: ResponseRequest) -> Answer<Value> {
    let (at, status) = request.split();
    at.find(ctx)?.method_responses.get(&status).map(common::wire).ok_or_else(absent)
}

pub(super) fn delete(ctx: &mut Context<'_>, request: ResponseRequest) -> Answer<Reply> {
    let (at, status) = request.split();
    at.edit(ctx)?.method_responses.remove(&status).ok_or_else(absent)?;
    Ok(Reply::with_status(204, json!({})))
}

const PATHS: &[Path] = &[
    path("replace", "/statusCode", Kind::Text),
    path("add remove replace", "/responseParameters/{}", Kind::Flag),
    path("add remove replace", "/responseModels/{}", Kind::Text),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateResponseRequest {
    pub(super) restapi_id: String,
    pub(super) resource_id: String,
    pub(super) http_method: String,
    pub(super) status_code: String,
    #[serde(default, rename = "patchOperations")]
    pub(super) patch_operations: Vec<PatchOperation>,
}

pub(super) fn update(ctx: &mut Context<'_>, request: UpdateResponseRequest) -> Answer<Reply> {
    let at = MethodRequest {
        restapi_id: request.restapi_id,
        resource_id: request.resource_id,
        http_method: request.http_method,
    };
    let response = at.find(ctx)?.method_responses.get(&request.status_code).ok_or_else(absent)?;
    let response: MethodResponse = patched(response, PATHS, &request.patch_operations)?;
    check(&find(ctx, &at.restapi_id)?.definition, &response)?;
    let answer = common::wire(&response);
    let responses = &mut at.edit(ctx)?.method_responses;
    responses.remove(&request.status_code);
    responses.insert(response.status_code.clone(), response);
    // The service model's own status for this one.
    Ok(Reply::with_status(201, answer))
}
