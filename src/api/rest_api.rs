//! `spec.api`.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::DeletionPolicy;

/// The private REST API: exactly one of `id` or `routes`.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = Rule::new("has(self.id) != has(self.routes)")
        .message("exactly one of id or routes must be set"),
    validation = Rule::new("!has(self.id) || !(has(self.name) || has(self.description) || has(self.deletionPolicy))")
        .message("name, description and deletionPolicy belong to an API that is created: leave them out beside id")
)]
pub struct RestApi {
    /// ID of an existing private REST API of this account and region, for example `a1b2c3d4e5`. It is used, never changed: associate the
    /// endpoint, write the resource policy and deploy the stage where the API is defined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^[a-z0-9]{10}$"))]
    pub id: Option<String>,

    /// The API's methods. Creates an API and keeps it. 1 to 200.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 200))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["path".into(), "method".into()]))]
    pub routes: Option<Vec<Route>>,

    /// Name of the API as the AWS console shows it. Default: `<namespace>-<name>` of this object. 1 to 255 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 255))]
    pub name: Option<String>,

    /// Description of the API. Default: none. At most 1,024 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1024))]
    pub description: Option<String>,

    /// The stage that is deployed and served. Default: `prod`.
    #[serde(default)]
    pub stage: Stage,

    /// TLS versions and ciphers that API Gateway accepts from the endpoint. Default: `SecurityPolicy_TLS13_1_3_2025_09` (TLS 1.3 only).
    #[serde(default)]
    pub security_policy: SecurityPolicy,

    /// Whether API Gateway compares the TLS server name with the Host header. Default: `BASIC` (it does not). `STRICT` cannot work behind a
    /// load balancer and is refused there.
    #[serde(default)]
    pub endpoint_access_mode: EndpointAccessMode,

    /// Who may invoke the API. Default: whoever comes through the endpoint, nobody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_policy: Option<ResourcePolicy>,

    /// What becomes of the API, its stage and its functions' permissions when the object is deleted. Default: that of `spec.deletionPolicy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_policy: Option<DeletionPolicy>,
}

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

    /// How the caller is authorized, after the resource policy let it through. Default: `NONE`.
    #[serde(default)]
    pub authorization: Authorization,
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
    /// The caller signs with SigV4 for the `execute-api` host name.
    #[serde(rename = "AWS_IAM")]
    AwsIam,
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
    /// ARN of the function, with or without a version or alias. The controller lets this API invoke it.
    #[schemars(regex(
        pattern = r"^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]{1,128})?$"
    ))]
    pub function_arn: String,
}

/// A mock integration.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct MockIntegration {
    /// HTTP status of the answer. Default: 200. 100 to 599.
    #[serde(default = "default_mock_status")]
    #[schemars(range(min = 100, max = 599))]
    pub status_code: u16,

    /// Body of the answer, sent as `application/json`. Default: empty. At most 4,096 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
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
    /// URL of the backend; may use the route's path parameters, for example `https://backend.example.com/{proxy}`.
    #[schemars(length(max = 2048), regex(pattern = r"^https?://[^\s]+$"))]
    pub url: String,
}

/// The stage that serves the API.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Stage {
    /// Name of the stage, the first part of the path that API Gateway serves. Default: `prod`. Letters, digits, `_` and `-`, at most 128.
    #[serde(default = "default_stage_name")]
    #[schemars(length(min = 1, max = 128), regex(pattern = r"^[A-Za-z0-9_-]+$"))]
    pub name: String,
}

impl Default for Stage {
    fn default() -> Self {
        Self { name: default_stage_name() }
    }
}

fn default_stage_name() -> String {
    "prod".to_owned()
}

/// Security policies that a private API can have.
///
/// Source: API Gateway Developer Guide, "Supported security policies for REST APIs".
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the names are AWS's own")]
pub enum SecurityPolicy {
    #[serde(rename = "TLS_1_2")]
    Tls12,
    #[default]
    #[serde(rename = "SecurityPolicy_TLS13_1_3_2025_09")]
    Tls13,
    #[serde(rename = "SecurityPolicy_TLS13_1_3_FIPS_2025_09")]
    Tls13Fips,
    #[serde(rename = "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09")]
    Tls13And12PfsPq,
    #[serde(rename = "SecurityPolicy_TLS13_1_2_PQ_2025_09")]
    Tls13And12Pq,
    #[serde(rename = "SecurityPolicy_TLS13_1_2_2021_06")]
    Tls13And12,
}

/// How strictly API Gateway judges the way a request came.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "UPPERCASE")]
pub enum EndpointAccessMode {
    /// The Host header alone names the API.
    #[default]
    Basic,
    /// The TLS server name must equal the Host header.
    Strict,
}

/// The API's resource policy: generated to admit the endpoint and nothing else, and widened by what stands here.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq, Default)]
#[serde(rename_all = "camelCase")]
pub struct ResourcePolicy {
    /// Further VPC endpoints, of any VPC or account, that may invoke the API. Default: none. At most 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 50), inner(regex(pattern = r"^vpce-[0-9a-f]{8,17}$")))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub additional_vpc_endpoint_ids: Vec<String>,
}

impl RestApi {
    /// ARNs of the functions that its routes invoke.
    #[must_use]
    pub fn function_arns(&self) -> std::collections::BTreeSet<String> {
        let lambdas = self.routes.iter().flatten().filter_map(|route| route.integration.lambda.as_ref());
        lambdas.map(|lambda| lambda.function_arn.clone()).collect()
    }
}
