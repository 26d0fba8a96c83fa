//! Authorizers: Lambda functions and Cognito user pools that decide on callers.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::common::{self, bad_request, conflict, not_found, one_of, page};
use super::patch::{Kind, PatchOperation, Path, patched, path};
use super::rest_api::find;
use super::role;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::protocol::Reply;

/// An authorizer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Authorizer {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// `TOKEN`, `REQUEST` or `COGNITO_USER_POOLS`.
    #[serde(rename = "type")]
    pub kind: String,
    /// User pools.
    #[serde(default, rename = "providerARNs", skip_serializing_if = "Vec::is_empty")]
    pub provider_arns: Vec<String>,
    /// For the user's own use.
    pub auth_type: Option<String>,
    /// The Lambda function, as in an integration.
    pub authorizer_uri: Option<String>,
    /// Role to invoke it with.
    pub authorizer_credentials: Option<String>,
    /// Where the caller's identity is in the request.
    pub identity_source: Option<String>,
    /// What a token must look like.
    pub identity_validation_expression: Option<String>,
    /// How long a decision holds.
    pub authorizer_result_ttl_in_seconds: Option<i64>,
}

impl Authorizer {
    /// Defaults filled in, or AWS's refusal.
    pub(super) fn checked(mut self, account: &str) -> Answer<Self> {
        one_of(&self.kind, "type", &["TOKEN", "REQUEST", "COGNITO_USER_POOLS"])?;
        if self.kind == "COGNITO_USER_POOLS" && self.provider_arns.is_empty() {
            return Err(bad_request("Invalid provider ARNs specified"));
        }
        let uri = self.authorizer_uri.as_deref().unwrap_or_default();
        if self.kind != "COGNITO_USER_POOLS" && !uri.contains(":lambda:path/") {
            return Err(bad_request(format!(
                "Invalid Authorizer URI: {uri}. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation."
            )));
        }
        if let Some(arn) = self.authorizer_credentials.as_deref().filter(|arn| !arn.is_empty()) {
            role::check(arn, account)?;
        }
        let ttl = self.authorizer_result_ttl_in_seconds.get_or_insert(300);
        if !(0..=3600).contains(ttl) {
            return Err(bad_request("Authorizer result TTL must be between 0 and 3600 seconds"));
        }
        Ok(self)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CreateAuthorizerRequest {
    #[serde(rename = "restapi_id")]
    rest_api: String,
    name: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, rename = "providerARNs")]
    provider_arns: Vec<String>,
    auth_type: Option<String>,
    authorizer_uri: Option<String>,
    authorizer_credentials: Option<String>,
    identity_source: Option<String>,
    identity_validation_expression: Option<String>,
    authorizer_result_ttl_in_seconds: Option<i64>,
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateAuthorizerRequest) -> Answer<Reply> {
    let id = ctx.ids.alphanumeric(6);
    let account = ctx.here.account.clone();
    let authorizers = &mut find(ctx, &request.rest_api)?.edit().authorizers;
    if authorizers.values().any(|other| other.name == request.name) {
        return Err(bad_request(
            "Authorizer name must be unique. Authorizer with this name already exists in this RestApi",
        ));
    }
    let authorizer = Authorizer {
        id: id.clone(),
        name: request.name,
        kind: request.kind,
        provider_arns: request.provider_arns,
        auth_type: request.auth_type,
        authorizer_uri: request.authorizer_uri,
        authorizer_credentials: request.authorizer_credentials,
        identity_source: request.identity_source,
        identity_validation_expression: request.identity_validation_expression,
        authorizer_result_ttl_in_seconds: request.authorizer_result_ttl_in_seconds,
    }
    .checked(&account)?;
    let answer = common::wire(&authorizer);
    authorizers.insert(id, authorizer);
    Ok(Reply::with_status(201, answer))
}

fn absent() -> AwsError {
    not_found("Invalid Authorizer identifier specified")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AuthorizerRequest {
    restapi_id: String,
    authorizer_id: String,
}

pub(super) fn get(ctx: &mut Context<'_>, request: AuthorizerRequest) -> Answer<Value> {
    let authorizers = &find(ctx, &request.restapi_id)?.definition.authorizers;
    authorizers.get(&request.authorizer_id).map(common::wire).ok_or_else(absent)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GetAuthorizersRequest {
    restapi_id: String,
    position: Option<String>,
    limit: Option<i64>,
}

pub(super) fn list(ctx: &mut Context<'_>, request: GetAuthorizersRequest) -> Answer<Value> {
    let authorizers = &find(ctx, &request.restapi_id)?.definition.authorizers;
    Ok(page(authorizers, request.position.as_deref(), request.limit, common::wire))
}

pub(super) fn delete(ctx: &mut Context<'_>, request: AuthorizerRequest) -> Answer<Reply> {
    let definition = find(ctx, &request.restapi_id)?.edit();
    if definition.methods().any(|(_, method)| method.authorizer_id.as_deref() == Some(&request.authorizer_id)) {
        return Err(conflict(format!(
            "Cannot delete authorizer '{}', is referenced in a method",
            request.authorizer_id
        )));
    }
    definition.authorizers.remove(&request.authorizer_id).ok_or_else(absent)?;
    Ok(Reply::with_status(202, json!({})))
}

const PATHS: &[Path] = &[
    path("replace", "/name", Kind::Text),
    path("replace", "/type", Kind::Text),
    path("replace", "/authType", Kind::Text),
    path("replace", "/authorizerUri", Kind::Text),
    path("replace", "/authorizerCredentials", Kind::Text),
    path("replace", "/identitySource", Kind::Text),
    path("replace", "/identityValidationExpression", Kind::Text),
    path("replace", "/authorizerResultTtlInSeconds", Kind::Whole),
    path("add remove", "/providerARNs", Kind::Value),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateAuthorizerRequest {
    restapi_id: String,
    authorizer_id: String,
    #[serde(default, rename = "patchOperations")]
    patch_operations: Vec<PatchOperation>,
}

pub(super) fn update(ctx: &mut Context<'_>, request: UpdateAuthorizerRequest) -> Answer<Value> {
    let account = ctx.here.account.clone();
    let authorizers = &mut find(ctx, &request.restapi_id)?.edit().authorizers;
    let authorizer = authorizers.get_mut(&request.authorizer_id).ok_or_else(absent)?;
    *authorizer = patched(authorizer, PATHS, &request.patch_operations)?.checked(&account)?;
    Ok(common::wire(authorizer))
}
