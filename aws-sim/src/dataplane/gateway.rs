//! Answers that API Gateway gives itself (Developer Guide, "Gateway response types").

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::json;

use super::template::{self, Values};
use crate::services::apigateway::definition::Definition;

/// A refusal.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// Type of gateway response.
    kind: &'static str,
    status: u16,
    /// For `x-amzn-ErrorType`.
    error: &'static str,
    message: String,
}

impl Refusal {
    fn new(kind: &'static str, status: u16, error: &'static str, message: impl Into<String>) -> Self {
        Self { kind, status, error, message: message.into() }
    }

    /// No such API or stage here, or its name serves nothing (re:Post Knowledge Center, "API Gateway VPC connections", has it of APIs). Inferred
    /// (missing-stage-answer): a stage that is not there is answered in the same way.
    pub(super) fn forbidden() -> Self {
        Self::new("DEFAULT_4XX", 403, "ForbiddenException", "Forbidden")
    }

    /// An update takes the API out of service (Developer Guide, "Endpoint access mode": it is unavailable for about 15 minutes when the mode changes
    /// from `STRICT` to `BASIC`).
    ///
    /// Inferred (out-of-service-answer): what clients get meanwhile.
    pub(super) fn unavailable() -> Self {
        Self::new("DEFAULT_5XX", 503, "ServiceUnavailableException", "Service Unavailable")
    }

    pub(super) fn invalid_api_key() -> Self {
        Self::new("INVALID_API_KEY", 403, "ForbiddenException", "Forbidden")
    }

    /// No such method, or no signature where one is needed.
    pub(super) fn missing_authentication_token() -> Self {
        Self::new(
            "MISSING_AUTHENTICATION_TOKEN",
            403,
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        )
    }

    pub(super) fn access_denied(message: String) -> Self {
        Self::new("ACCESS_DENIED", 403, "AccessDeniedException", message)
    }

    pub(super) fn unauthorized() -> Self {
        Self::new("UNAUTHORIZED", 401, "UnauthorizedException", "Unauthorized")
    }

    /// The authorizer, or no policy at all, lets the caller in.
    pub(super) fn not_authorized(explicitly: bool) -> Self {
        let ending = if explicitly { " with an explicit deny" } else { "" };
        Self::access_denied(format!("User is not authorized to access this resource{ending}"))
    }

    /// The authorizer cannot be called or answers no policy. Inferred (authorizer-error-answer): type and text.
    pub(super) fn authorizer_configuration() -> Self {
        Self::new("AUTHORIZER_CONFIGURATION_ERROR", 500, "AuthorizerConfigurationException", "Internal server error")
    }

    /// The authorizer failed. Inferred (authorizer-error-answer): type and text.
    pub(super) fn authorizer_failure() -> Self {
        Self::new("AUTHORIZER_FAILURE", 500, "AuthorizerFailureException", "Internal server error")
    }

    pub(super) fn bad_parameters(names: &[&str]) -> Self {
        let message = format!("Missing required request parameters: [{}]", names.join(", "));
        Self::new("BAD_REQUEST_PARAMETERS", 400, "BadRequestException", message)
    }

    pub(super) fn too_large() -> Self {
        Self::new("REQUEST_TOO_LARGE", 413, "RequestTooLargeException", "Request Too Long")
    }

    /// Inferred (header-size-answer): the status that HTTP has for it.
    pub(super) fn headers_too_large() -> Self {
        Self::new("DEFAULT_4XX", 431, "BadRequestException", "Request Header Fields Too Large")
    }

    pub(super) fn unsupported_media_type() -> Self {
        Self::new("UNSUPPORTED_MEDIA_TYPE", 415, "UnsupportedMediaTypeException", "Unsupported Media Type")
    }

    /// The integration cannot be called: no permission, no function, a template that fails.
    pub(super) fn configuration() -> Self {
        Self::new("API_CONFIGURATION_ERROR", 500, "InternalServerErrorException", "Internal server error")
    }

    /// The function failed or answered something that is no proxy response.
    pub(super) fn bad_lambda() -> Self {
        Self::new("DEFAULT_5XX", 502, "InternalServerErrorException", "Internal server error")
    }

    pub(super) fn timeout() -> Self {
        Self::new("INTEGRATION_TIMEOUT", 504, "InternalServerErrorException", "Endpoint request timed out")
    }

    pub(super) fn network() -> Self {
        Self::new(
            "INTEGRATION_FAILURE",
            504,
            "InternalServerErrorException",
            "Network error communicating with endpoint",
        )
    }

    /// The answer; the deployed API may have its own form of it.
    pub(super) fn answer(&self, definition: Option<&Definition>, values: &Values) -> Response<Bytes> {
        // Policies' refusals capitalise the member's name.
        let name = if self.kind == "ACCESS_DENIED" { "Message" } else { "message" };
        let mut body = json!({ name: self.message }).to_string();
        let mut status = self.status;
        let mut headers = vec![("x-amzn-errortype".to_owned(), self.error.to_owned())];
        if let Some(custom) = definition.and_then(|definition| definition.gateway_response(self.kind, self.status)) {
            status = custom.status_code.as_ref().and_then(|status| status.parse().ok()).unwrap_or(status);
            let mut values = values.clone();
            values.context.insert("error.message".into(), self.message.clone());
            values.context.insert("error.messageString".into(), json!(self.message).to_string());
            values.context.insert("error.responseType".into(), self.kind.into());
            if let Some(rendered) =
                custom.response_templates.get("application/json").and_then(|text| template::render(text, &values).ok())
            {
                body = rendered;
            }
            for (target, source) in &custom.response_parameters {
                if let (Some(name), Some(value)) =
                    (target.strip_prefix("gatewayresponse.header."), template::parameter(source, &values))
                {
                    headers.push((name.to_owned(), value));
                }
            }
        }
        answer(status, headers, Bytes::from(body), values)
    }
}

/// An answer with the header fields that every answer of API Gateway has.
pub(super) fn answer(status: u16, headers: Vec<(String, String)>, body: Bytes, values: &Values) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    let fields = response.headers_mut();
    let id = |name: &str| values.context.get(name).cloned().unwrap_or_default();
    let own =
        [("x-amzn-requestid".to_owned(), id("requestId")), ("x-amz-apigw-id".to_owned(), id("extendedRequestId"))];
    for (name, value) in own.into_iter().chain(headers) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            fields.append(name, value);
        }
    }
    if !fields.contains_key("content-type") {
        fields.insert("content-type", HeaderValue::from_static("application/json"));
    }
    response
}
