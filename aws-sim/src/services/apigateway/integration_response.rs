//! Integration responses: what becomes of a backend's answer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::common::{self, Strings};
use super::integration::{Integration, absent as no_integration};
use super::mapping;
use super::method::{Method, MethodRequest};
use super::method_response::{ResponseRequest, UpdateResponseRequest, absent, check_status};
use super::patch::{Kind, Path, patched, path};
use crate::context::Context;
use crate::error::Answer;
use crate::protocol::Reply;

/// What a backend's answer becomes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IntegrationResponse {
    /// Status of the method response.
    pub status_code: String,
    /// Which answers of the backend become this; the default one has none.
    pub selection_pattern: Option<String>,
    /// Header fields of the method response and where they come from.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub response_parameters: Strings,
    /// Templates of the body by content type.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub response_templates: BTreeMap<String, Option<String>>,
    /// `CONVERT_TO_BINARY` or `CONVERT_TO_TEXT`.
    pub content_handling: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PutIntegrationResponseRequest {
    restapi_id: String,
    resource_id: String,
    http_method: String,
    status_code: String,
    #[serde(rename = "selectionPattern")]
    selection_pattern: Option<String>,
    #[serde(default, rename = "responseParameters")]
    response_parameters: Strings,
    #[serde(default, rename = "responseTemplates")]
    response_templates: BTreeMap<String, Option<String>>,
    #[serde(rename = "contentHandling")]
    content_handling: Option<String>,
}

pub(super) fn put(ctx: &mut Context<'_>, request: PutIntegrationResponseRequest) -> Answer<Reply> {
    let at = MethodRequest {
        restapi_id: request.restapi_id,
        resource_id: request.resource_id,
        http_method: request.http_method,
    };
    let method = at.edit(ctx)?;
    let response = IntegrationResponse {
        status_code: request.status_code,
        selection_pattern: request.selection_pattern,
        response_parameters: request.response_parameters,
        response_templates: request.response_templates,
        content_handling: request.content_handling,
    };
    check(method, &response)?;
    let answer = common::wire(&response);
    let integration = method.method_integration.as_mut().ok_or_else(no_integration)?;
    integration.integration_responses.insert(response.status_code.clone(), response);
    Ok(Reply::with_status(201, answer))
}

/// Whatever way a response comes, its status and its header fields are those that the method declares.
pub(super) fn check(method: &Method, response: &IntegrationResponse) -> Answer<()> {
    check_status(&response.status_code)?;
    let declared = method.method_responses.get(&response.status_code).ok_or_else(absent)?;
    for (target, source) in &response.response_parameters {
        mapping::check_response(target, source)?;
        if !declared.response_parameters.contains_key(target) {
            return Err(mapping::undeclared(target));
        }
    }
    Ok(())
}

fn integration<'a>(ctx: &'a mut Context<'_>, at: &MethodRequest) -> Answer<&'a Integration> {
    at.find(ctx)?.method_integration.as_deref().ok_or_else(no_integration)
}

fn integration_mut<'a>(ctx: &'a mut Context<'_>, at: &MethodRequest) -> Answer<&'a mut Integration> {
    at.edit(ctx)?.method_integration.as_deref_mut().ok_or_else(no_integration)
}

pub(super) fn get(ctx: &mut Context<'_>, request: ResponseRequest) -> Answer<Value> {
    let (at, status) = request.split();
    integration(ctx, &at)?.integration_responses.get(&status).map(common::wire).ok_or_else(absent)
}

pub(super) fn delete(ctx: &mut Context<'_>, request: ResponseRequest) -> Answer<Reply> {
    let (at, status) = request.split();
    integration_mut(ctx, &at)?.integration_responses.remove(&status).ok_or_else(absent)?;
    Ok(Reply::with_status(204, json!({})))
}

const PATHS: &[Path] = &[
    path("replace", "/selectionPattern", Kind::Text),
    path("replace", "/contentHandling", Kind::Text),
    path("add remove replace", "/responseParameters/{}", Kind::Text),
    path("add remove replace", "/responseTemplates/{}", Kind::Text),
];

pub(super) fn update(ctx: &mut Context<'_>, request: UpdateResponseRequest) -> Answer<Value> {
    let at = MethodRequest {
        restapi_id: request.restapi_id,
        resource_id: request.resource_id,
        http_method: request.http_method,
    };
    let before = integration(ctx, &at)?.integration_responses.get(&request.status_code).cloned().ok_or_else(absent)?;
    let response: IntegrationResponse = patched(&before, PATHS, &request.patch_operations)?;
    check(at.find(ctx)?, &response)?;
    let answer = common::wire(&response);
    integration_mut(ctx, &at)?.integration_responses.insert(request.status_code, response);
    Ok(answer)
}
