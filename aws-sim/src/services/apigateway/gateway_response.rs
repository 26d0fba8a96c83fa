//! Gateway responses: what API Gateway itself answers when a request does not reach the integration.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::common::{self, Strings, not_found, one_of};
use super::definition::Definition;
use super::method_response::check_status;
use super::patch::{Kind, PatchOperation, Path, patched, path};
use super::rest_api::find;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::protocol::Reply;

/// Types with their statuses (Developer Guide, "Gateway response types"); the two defaults have none of their own.
const TYPES: [(&str, Option<&str>); 21] = [
    ("ACCESS_DENIED", Some("403")),
    ("API_CONFIGURATION_ERROR", Some("500")),
    ("AUTHORIZER_CONFIGURATION_ERROR", Some("500")),
    ("AUTHORIZER_FAILURE", Some("500")),
    ("BAD_REQUEST_BODY", Some("400")),
    ("BAD_REQUEST_PARAMETERS", Some("400")),
    ("DEFAULT_4XX", None),
    ("DEFAULT_5XX", None),
    ("EXPIRED_TOKEN", Some("403")),
    ("INTEGRATION_FAILURE", Some("504")),
    ("INTEGRATION_TIMEOUT", Some("504")),
    ("INVALID_API_KEY", Some("403")),
    ("INVALID_SIGNATURE", Some("403")),
    ("MISSING_AUTHENTICATION_TOKEN", Some("403")),
    ("QUOTA_EXCEEDED", Some("429")),
    ("REQUEST_TOO_LARGE", Some("413")),
    ("RESOURCE_NOT_FOUND", Some("404")),
    ("THROTTLED", Some("429")),
    ("UNAUTHORIZED", Some("401")),
    ("UNSUPPORTED_MEDIA_TYPE", Some("415")),
    ("WAF_FILTERED", Some("403")),
];

/// A gateway response.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GatewayResponse {
    /// When it is given.
    pub response_type: String,
    /// HTTP status, if not the type's own.
    pub status_code: Option<String>,
    /// Header fields and where they come from.
    #[serde(default)]
    pub response_parameters: Strings,
    /// Templates of the body by content type.
    #[serde(default)]
    pub response_templates: Strings,
    /// Whether nobody changed it.
    pub default_response: bool,
}

impl GatewayResponse {
    fn default_of(kind: &str) -> Self {
        let status = TYPES.iter().find(|(name, _)| *name == kind).and_then(|(_, status)| *status);
        Self {
            response_type: kind.to_owned(),
            status_code: status.map(str::to_owned),
            response_templates: [(
                "application/json".to_owned(),
                "{\"message\":$context.error.messageString}".to_owned(),
            )]
            .into(),
            default_response: true,
            ..Self::default()
        }
    }
}

impl Definition {
    /// The response of this type: its own, else what `DEFAULT_4XX` or `DEFAULT_5XX` make of it, else none.
    #[must_use]
    pub fn gateway_response(&self, kind: &str, status: u16) -> Option<&GatewayResponse> {
        let family = if status < 500 { "DEFAULT_4XX" } else { "DEFAULT_5XX" };
        self.gateway_responses.get(kind).or_else(|| self.gateway_responses.get(family))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PutGatewayResponseRequest {
    restapi_id: String,
    response_type: String,
    #[serde(rename = "statusCode")]
    status_code: Option<String>,
    #[serde(default, rename = "responseParameters")]
    response_parameters: Strings,
    #[serde(default, rename = "responseTemplates")]
    response_templates: Strings,
}

fn check_type(kind: &str) -> Answer<()> {
    one_of(kind, "responseType", &TYPES.map(|(name, _)| name))
}

pub(super) fn put(ctx: &mut Context<'_>, request: PutGatewayResponseRequest) -> Answer<Reply> {
    let responses = &mut find(ctx, &request.restapi_id)?.edit().gateway_responses;
    check_type(&request.response_type)?;
    request.status_code.as_deref().map_or(Ok(()), check_status)?;
    let default = GatewayResponse::default_of(&request.response_type);
    let response = GatewayResponse {
        response_type: request.response_type.clone(),
        status_code: request.status_code.or(default.status_code),
        response_parameters: request.response_parameters,
        response_templates: request.response_templates,
        default_response: false,
    };
    let answer = common::wire(&response);
    responses.insert(request.response_type, response);
    Ok(Reply::with_status(201, answer))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GatewayResponseRequest {
    restapi_id: String,
    response_type: String,
}

fn current(responses: &BTreeMap<String, GatewayResponse>, kind: &str) -> GatewayResponse {
    responses.get(kind).cloned().unwrap_or_else(|| GatewayResponse::default_of(kind))
}

pub(super) fn get(ctx: &mut Context<'_>, request: GatewayResponseRequest) -> Answer<Value> {
    let responses = &find(ctx, &request.restapi_id)?.definition.gateway_responses;
    check_type(&request.response_type)?;
    Ok(common::wire(&current(responses, &request.response_type)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GetGatewayResponsesRequest {
    restapi_id: String,
    position: Option<String>,
    limit: Option<i64>,
}

pub(super) fn list(ctx: &mut Context<'_>, request: GetGatewayResponsesRequest) -> Answer<Value> {
    let responses = &find(ctx, &request.restapi_id)?.definition.gateway_responses;
    let all: BTreeMap<String, GatewayResponse> =
        TYPES.iter().map(|(name, _)| ((*name).to_owned(), current(responses, name))).collect();
    Ok(common::page(&all, request.position.as_deref(), request.limit, common::wire))
}

fn absent() -> AwsError {
    not_found("Gateway response type not defined on api")
}

pub(super) fn delete(ctx: &mut Context<'_>, request: GatewayResponseRequest) -> Answer<Reply> {
    let responses = &mut find(ctx, &request.restapi_id)?.edit().gateway_responses;
    responses.remove(&request.response_type).ok_or_else(absent)?;
    Ok(Reply::with_status(202, json!({})))
}

const PATHS: &[Path] = &[
    path("replace", "/statusCode", Kind::Text),
    path("add remove replace", "/responseParameters/{}", Kind::Text),
    path("add remove replace", "/responseTemplates/{}", Kind::Text),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateGatewayResponseRequest {
    restapi_id: String,
    response_type: String,
    #[serde(default, rename = "patchOperations")]
    patch_operations: Vec<PatchOperation>,
}

pub(super) fn update(ctx: &mut Context<'_>, request: UpdateGatewayResponseRequest) -> Answer<Value> {
    let responses = &mut find(ctx, &request.restapi_id)?.edit().gateway_responses;
    check_type(&request.response_type)?;
    let before = current(responses, &request.response_type);
    let after = GatewayResponse { default_response: false, ..patched(&before, PATHS, &request.patch_operations)? };
    let answer = common::wire(&after);
    responses.insert(request.response_type, after);
    Ok(answer)
}
