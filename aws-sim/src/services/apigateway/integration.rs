//! Integrations: what answers a method's requests.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::common::{self, Strings, bad_request, not_found, one_of};
use super::integration_response::IntegrationResponse;
use super::method::{HTTP_METHODS, Method, MethodRequest};
use super::patch::{Kind, PatchOperation, Path, patched, path};
use super::{mapping, role};
use crate::context::Context;
use crate::error::Answer;
use crate::protocol::Reply;

/// An integration.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Integration {
    /// `HTTP`, `HTTP_PROXY`, `AWS`, `AWS_PROXY` or `MOCK`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Method of the request to the backend.
    pub http_method: Option<String>,
    /// Where the backend is.
    pub uri: Option<String>,
    /// `INTERNET` or `VPC_LINK`.
    pub connection_type: Option<String>,
    /// The VPC link.
    pub connection_id: Option<String>,
    /// Role that API Gateway calls the backend with.
    pub credentials: Option<String>,
    /// Where the backend request's parameters come from.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub request_parameters: Strings,
    /// Templates of the backend request's body by content type.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub request_templates: Strings,
    /// What happens to bodies without a template.
    pub passthrough_behavior: Option<String>,
    /// `CONVERT_TO_BINARY` or `CONVERT_TO_TEXT`.
    pub content_handling: Option<String>,
    /// How long the backend may take.
    pub timeout_in_millis: i64,
    /// Where its cached answers are.
    pub cache_namespace: Option<String>,
    /// What they depend on.
    #[serde(default)]
    pub cache_key_parameters: Vec<String>,
    /// What becomes of the backend's answers, by status code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub integration_responses: BTreeMap<String, IntegrationResponse>,
    /// How the backend's certificate is checked.
    pub tls_config: Option<TlsConfig>,
    /// `BUFFERED` or `STREAM`.
    pub response_transfer_mode: Option<String>,
    /// Load balancer behind a VPC link.
    pub integration_target: Option<String>,
}

/// How a backend's certificate is checked.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TlsConfig {
    /// Not at all.
    #[serde(default)]
    pub insecure_skip_verification: bool,
}

/// What an integration belongs to.
pub(super) struct Place<'a> {
    pub(super) account: &'a str,
    /// ID of the resource.
    pub(super) resource: &'a str,
    pub(super) method: &'a Method,
}

impl Integration {
    /// Defaults filled in (API Reference, `PutIntegration`), or AWS's refusal.
    pub(super) fn checked(mut self, place: &Place<'_>) -> Answer<Self> {
        one_of(&self.kind, "type", &["HTTP", "HTTP_PROXY", "AWS", "AWS_PROXY", "MOCK"])?;
        let behavior = self.passthrough_behavior.get_or_insert_with(|| "WHEN_NO_MATCH".to_owned());
        one_of(behavior, "passthroughBehavior", &["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"])?;
        if self.timeout_in_millis == 0 {
            self.timeout_in_millis = 29_000;
        }
        // Quota "Integration timeout", raisable for Regional and private APIs only by request (Developer Guide, quotas).
        if !(50..=29_000).contains(&self.timeout_in_millis) {
            return Err(bad_request("Timeout should be between 50 ms and 29000 ms"));
        }
        self.cache_namespace.get_or_insert_with(|| place.resource.to_owned());
        if let Some(connection) = self.connection_type.as_deref() {
            one_of(connection, "connectionType", &["INTERNET", "VPC_LINK"])?;
        }
        self.check_backend()?;
        self.check_role(place)?;
        for (target, source) in &self.request_parameters {
            mapping::check_request(place.method, target, source)?;
        }
        for parameter in &self.cache_key_parameters {
            mapping::check_cache_key(place.method, self.request_parameters.contains_key(parameter), parameter)?;
        }
        Ok(self)
    }

    /// The service that an AWS integration calls: `lambda` of `arn:aws:apigateway:<region>:lambda:path/…`.
    fn service(&self) -> &str {
        let uri = self.uri.as_deref().filter(|_| self.kind.starts_with("AWS")).unwrap_or_default();
        uri.split(':').nth(4).unwrap_or_default()
    }

    /// Lambda functions have policies of their own; every other service is called with a role or with the caller's identity.
    ///
    /// Inferred (role-for-aws-services): moto has this refusal; the API Reference speaks of "supported AWS services" without one.
    fn check_role(&self, place: &Place<'_>) -> Answer<()> {
        match self.credentials.as_deref().filter(|role| !role.is_empty()) {
            // amazon-archives/aws-apigateway-importer#4.
            Some(role::CALLER) if place.method.authorization_type != "AWS_IAM" => Err(bad_request(
                "AWS_IAM Auth type is required for AWS integrations with identity forwarding specified",
            )),
            Some(role::CALLER) => Ok(()),
            Some(arn) => role::check(arn, place.account),
            None if self.kind.starts_with("AWS") && self.service() != "lambda" => {
                Err(bad_request("Role ARN must be specified for AWS integrations"))
            }
            None => Ok(()),
        }
    }

    fn check_backend(&self) -> Answer<()> {
        if self.kind == "MOCK" {
            return Ok(());
        }
        match self.http_method.as_deref() {
            None => return Err(bad_request("Enumeration value for HttpMethod must be non-empty")),
            Some(method) if !HTTP_METHODS.contains(&method) => {
                return Err(bad_request(format!(
                    "Invalid HttpMethod specified. Valid options are {}",
                    HTTP_METHODS.join(",")
                )));
            }
            Some(_) => {}
        }
        let uri = self.uri.as_deref().unwrap_or_default();
        if self.kind.starts_with("HTTP") {
            let good =
                uri.starts_with("http://") || uri.starts_with("https://") || uri.starts_with("${stageVariables.");
            return if good { Ok(()) } else { Err(bad_request("Invalid HTTP endpoint specified for URI")) };
        }
        let fields: Vec<&str> = uri.splitn(6, ':').collect();
        match fields[..] {
            ["arn", _, "apigateway", _, service, target]
                if target.starts_with("path/") || target.starts_with("action/") =>
            {
                // localstack/localstack, `test_put_integration_validation`, checked against AWS.
                if self.kind == "AWS_PROXY" && !["lambda", "firehose"].contains(&service) {
                    return Err(bad_request(
                        "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
                    ));
                }
                Ok(())
            }
            ["arn", ..] => Err(bad_request("AWS ARN for integration must contain path or action")),
            _ => Err(bad_request("Invalid ARN specified in the request")),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PutIntegrationRequest {
    #[serde(rename = "restapi_id")]
    rest_api: String,
    #[serde(rename = "resource_id")]
    resource: String,
    #[serde(rename = "http_method")]
    method: String,
    #[serde(rename = "type")]
    kind: String,
    /// The service model's `integrationHttpMethod` under its name on the wire.
    http_method: Option<String>,
    uri: Option<String>,
    connection_type: Option<String>,
    connection_id: Option<String>,
    credentials: Option<String>,
    #[serde(default)]
    request_parameters: Strings,
    #[serde(default)]
    request_templates: Strings,
    passthrough_behavior: Option<String>,
    cache_namespace: Option<String>,
    #[serde(default)]
    cache_key_parameters: Vec<String>,
    content_handling: Option<String>,
    timeout_in_millis: Option<i64>,
    tls_config: Option<TlsConfig>,
    response_transfer_mode: Option<String>,
    integration_target: Option<String>,
}

pub(super) fn put(ctx: &mut Context<'_>, request: PutIntegrationRequest) -> Answer<Reply> {
    let at = MethodRequest { restapi_id: request.rest_api, resource_id: request.resource, http_method: request.method };
    let account = ctx.here.account.clone();
    let method = at.edit(ctx)?;
    let integration = Integration {
        kind: request.kind,
        http_method: request.http_method,
        uri: request.uri,
        connection_type: request.connection_type,
        connection_id: request.connection_id,
        credentials: request.credentials,
        request_parameters: request.request_parameters,
        request_templates: request.request_templates,
        passthrough_behavior: request.passthrough_behavior,
        content_handling: request.content_handling,
        timeout_in_millis: request.timeout_in_millis.unwrap_or_default(),
        cache_namespace: request.cache_namespace,
        cache_key_parameters: request.cache_key_parameters,
        // Putting an integration again keeps its responses (seen by users; the API Reference does not say).
        integration_responses: method
            .method_integration
            .as_ref()
            .map(|old| old.integration_responses.clone())
            .unwrap_or_default(),
        tls_config: request.tls_config,
        response_transfer_mode: request.response_transfer_mode,
        integration_target: request.integration_target,
    };
    let integration = integration.checked(&Place { account: &account, resource: &at.resource_id, method })?;
    let answer = common::wire(&integration);
    method.method_integration = Some(Box::new(integration));
    Ok(Reply::with_status(201, answer))
}

pub(super) fn absent() -> crate::error::AwsError {
    not_found("Invalid Integration identifier specified")
}

pub(super) fn get(ctx: &mut Context<'_>, request: MethodRequest) -> Answer<Value> {
    request.find(ctx)?.method_integration.as_ref().map(common::wire).ok_or_else(absent)
}

pub(super) fn delete(ctx: &mut Context<'_>, request: MethodRequest) -> Answer<Reply> {
    request.edit(ctx)?.method_integration.take().ok_or_else(absent)?;
    Ok(Reply::with_status(204, json!({})))
}

const PATHS: &[Path] = &[
    path("replace", "/httpMethod", Kind::Text),
    path("replace", "/uri", Kind::Text),
    path("replace", "/connectionType", Kind::Text),
    path("replace", "/connectionId", Kind::Text),
    path("replace", "/credentials", Kind::Text),
    path("replace", "/passthroughBehavior", Kind::Text),
    path("replace", "/contentHandling", Kind::Text),
    path("replace", "/timeoutInMillis", Kind::Whole),
    path("replace", "/cacheNamespace", Kind::Text),
    path("replace", "/tlsConfig/insecureSkipVerification", Kind::Flag),
    path("replace", "/responseTransferMode", Kind::Text),
    path("replace", "/integrationTarget", Kind::Text),
    path("add remove", "/cacheKeyParameters/{}", Kind::Element),
    path("add remove replace", "/requestParameters/{}", Kind::Text),
    path("add remove replace", "/requestTemplates/{}", Kind::Text),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateIntegrationRequest {
    restapi_id: String,
    resource_id: String,
    http_method: String,
    #[serde(default, rename = "patchOperations")]
    patch_operations: Vec<PatchOperation>,
}

pub(super) fn update(ctx: &mut Context<'_>, request: UpdateIntegrationRequest) -> Answer<Value> {
    let at = MethodRequest {
        restapi_id: request.restapi_id,
        resource_id: request.resource_id,
        http_method: request.http_method,
    };
    let account = ctx.here.account.clone();
    let method = at.edit(ctx)?;
    let before = method.method_integration.as_ref().ok_or_else(absent)?;
    let integration: Integration = patched(&**before, PATHS, &request.patch_operations)?;
    let integration = integration.checked(&Place { account: &account, resource: &at.resource_id, method })?;
    let answer = common::wire(&integration);
    method.method_integration = Some(Box::new(integration));
    Ok(answer)
}
