//! `spec.api.routes`.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One method on one path.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Route {
    /// Path of the resource: `/`, `/orders`, with path parameters `/orders/{id}`, or greedy `/{proxy+}`. Default: `/`.
    #[serde(default = "default_path")]
    #[schemars(
        length(max = 512),
        regex(
            pattern = r"^/([A-Za-z0-9._~:$*!-]+|\{[A-Za-z0-9._-]+\+?\})?(/([A-Za-z0-9._~:$*!-]+|\{[A-Za-z0-9._-]+\+?\}))*$"
        )
    )]
    pub path: String,

    /// HTTP method, or `ANY` for those the path has no method of its own for. Default: `ANY`.
    #[serde(default)]
    pub method: HttpMethod,

    /// What answers the request.
    pub integration: Integration,

    /// How the caller is authorized, after the resource policy let it through. `AWS_IAM` callers sign for the host of `execute-api`, whatever host they
    /// connect to. Default: `NONE`.
    #[serde(default)]
    pub authorization: Authorization,

    /// Whether the caller has to show an API key of a usage plan that the stage belongs to. Default: `NotRequired`.
    #[serde(default)]
    pub api_key: ApiKey,
}

fn default_path() -> String {
    "/".to_owned()
}

/// HTTP method of a route.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the names are HTTP's own")]
pub enum HttpMethod {
    #[default]
    Any,
    Delete,
    Get,
    Head,
    Options,
    Patch,
    Post,
    Put,
}

/// Authorization of a route.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Authorization {
    /// The resource policy decides alone.
    #[default]
    #[serde(rename = "NONE")]
    None,
    /// The caller signs with SigV4 for the service `execute-api` and the host `<API ID>.execute-api.<region>.amazonaws.com`, through a load balancer,
    /// too: it replaces the Host header, which is part of what is signed, so that a signature for the load balancer's name or one's own is refused.
    /// `status.access[].note` has the host.
    #[serde(rename = "AWS_IAM")]
    AwsIam,
}

/// Whether a route asks for an API key.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ApiKey {
    /// Requests without one are answered with 403.
    Required,
    /// Nobody asks for one.
    #[default]
    NotRequired,
}

/// What answers a route's requests: exactly one of `lambda`, `mock` or `http`.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = Rule::new("[has(self.lambda), has(self.mock), has(self.http)].filter(x, x).size() == 1")
        .message("exactly one of lambda, mock or http must be set")
)]
pub struct Integration {
    /// A Lambda function, called with the proxy event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lambda: Option<LambdaIntegration>,

    /// A fixed answer from API Gateway itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mock: Option<MockIntegration>,

    /// An HTTP backend that API Gateway reaches over the internet, called with the request as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<HttpIntegration>,
}

/// A Lambda proxy integration.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct LambdaIntegration {
    /// ARN of the function, with or without a version or alias, but not `$LATEST`, for which Lambda takes no permission by that name. The controller lets this API
    /// invoke it; one of another account or region only its owner can: see `externallyPermittedFunctionArns`.
    #[schemars(regex(
        pattern = r"^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_-]{1,128})?$"
    ))]
    pub function_arn: String,

    /// How long API Gateway waits for the answer, in milliseconds. Default: 29,000. 50 to 300,000; more than 29,000 only where the account's quota
    /// "Maximum integration timeout in milliseconds" was raised. Raise `idleTimeoutSeconds` of the load balancer and `deregistrationDelaySeconds` of the
    /// target group with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 50, max = 300_000))]
    pub timeout_milliseconds: Option<u32>,
}

/// A mock integration.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct MockIntegration {
    /// HTTP status of the answer. Default: 200. 100 to 599.
    #[serde(default = "default_mock_status")]
    #[schemars(range(min = 100, max = 599))]
    pub status_code: u16,

    /// Body of the answer, sent as `application/json`; `$` and `#` are read as API Gateway's mapping templates have them. Default: empty. At most 4,096
    /// characters.
    #[serde(default, deserialize_with = "super::null::as_default", skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = 4096))]
    pub body: String,
}

fn default_mock_status() -> u16 {
    200
}

/// An HTTP proxy integration.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct HttpIntegration {
    /// URL of the backend; may use the route's path parameters, for example `https://backend.example.com/{proxy}`, and the stage's variables,
    /// `https://${stageVariables.backend}/{proxy}`.
    #[schemars(length(max = 2048), regex(pattern = r"^https?://[^\s]+$"))]
    pub url: String,

    /// How long API Gateway waits for the answer, in milliseconds. Default: 29,000. 50 to 300,000; more than 29,000 only where the account's quota
    /// "Maximum integration timeout in milliseconds" was raised. Raise `idleTimeoutSeconds` of the load balancer and `deregistrationDelaySeconds` of the
    /// target group with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 50, max = 300_000))]
    pub timeout_milliseconds: Option<u32>,
}
