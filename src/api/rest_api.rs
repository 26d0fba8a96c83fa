//! `spec.api`.

use kube::KubeSchema;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{DeletionPolicy, Manage, ResourcePolicy, Route, Stage};

/// The private REST API: exactly one of `id`, `routes` or `openApi`.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = Rule::new("[has(self.id), has(self.routes), has(self.openApi)].filter(x, x).size() == 1")
        .message("exactly one of id, routes or openApi must be set"),
    validation = Rule::new("!has(self.id) || !(has(self.name) || has(self.description) || has(self.deletionPolicy) || has(self.binaryMediaTypes) || has(self.minimumCompressionSizeBytes) || has(self.apiKeySource) || has(self.acceptedImportWarnings) || has(self.resourcePolicy) || has(self.securityPolicy) || has(self.endpointAccessMode) || has(self.externallyPermittedFunctionArns))")
        .message("name, description, deletionPolicy, binaryMediaTypes, minimumCompressionSizeBytes, apiKeySource, acceptedImportWarnings, resourcePolicy, securityPolicy, endpointAccessMode and externallyPermittedFunctionArns are for an API that is created: leave them out with id"),
    validation = Rule::new("has(self.id) || !has(self.manage)")
        .message("manage is for an existing API: leave it out, an API that is created is managed as a whole")
)]
pub struct RestApi {
    /// ID of an existing private REST API of this account and region, for example `a1b2c3d4e5`. It is never created nor deleted, and changed
    /// only in what `manage` names: change everything else where the API is defined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^[a-z0-9]{10}$"))]
    pub id: Option<String>,

    /// The API's methods. Creates an API and keeps it. 1 to 200.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 200))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["path".into(), "method".into()]))]
    pub routes: Option<Vec<Route>>,

    /// The API as an OpenAPI document. Creates an API and keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_api: Option<OpenApi>,

    /// Which aspects of the existing API `id` are kept. Default: none; the API is used as it is. The controller's role needs the statement that
    /// `frontdoor iam-policy --managed-api <id>` adds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manage: Option<Manage>,

    /// Name of the API as the AWS console shows it. Default: the document's `info.title`, or `<namespace>-<name>` of this object. 1 to 255
    /// characters, not only spaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 255), regex(pattern = r"\S"))]
    pub name: Option<String>,

    /// Description of the API. Default: the document's `info.description`, or none. At most 1,024 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1024))]
    pub description: Option<String>,

    /// Media types whose bodies pass as they are, for example `image/png` or `*/*`; all others are text. Default: none. At most 100.
    #[serde(default, deserialize_with = "super::null::as_default", skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100), inner(regex(pattern = r"^[A-Za-z0-9!#$&^_.+*-]+/[A-Za-z0-9!#$&^_.+*-]+$")))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub binary_media_types: Vec<String>,

    /// Bodies of at least this size are compressed for clients that accept it, in bytes. Default: nothing is compressed. 0 to 10,485,760.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 10_485_760))]
    pub minimum_compression_size_bytes: Option<u32>,

    /// Where API Gateway looks for API keys: in the header `x-api-key` (`HEADER`), or in the answer of a Lambda authorizer (`AUTHORIZER`). Default: `HEADER`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key_source: Option<ApiKeySource>,

    /// Warnings of API Gateway's import that are accepted: each is the text of a warning, or its beginning with `*` for any characters. Default: none.
    /// A warning that says that something was left out of the API keeps it from being imported and deployed, until it is accepted here or the API is
    /// defined otherwise; the status shows the texts. At most 50 of 8 to 512 characters, the first 8 without `*`.
    #[serde(default, deserialize_with = "super::null::as_default", skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 50), inner(length(max = 512), regex(pattern = r"^[^*]{8}")))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub accepted_import_warnings: Vec<String>,

    /// The stage that is deployed and served. Default: `prod`.
    #[serde(default)]
    pub stage: Stage,

    /// TLS versions and ciphers that API Gateway accepts from the endpoint. Default: `SecurityPolicy_TLS13_1_3_2025_09` (TLS 1.3 only). By AWS's
    /// documentation a load balancer speaks TLS 1.3 to targets only where its listener is HTTPS with a TLS 1.3 policy. Where targets stay unhealthy or
    /// requests get 502 on another listener, set `SecurityPolicy_TLS13_1_2_2021_06`, which takes TLS 1.2, too. A change takes AWS about 15 minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_policy: Option<SecurityPolicy>,

    /// Whether API Gateway compares the TLS server name with the Host header. Default: `BASIC` (it does not). `STRICT` cannot work behind a
    /// load balancer and is refused there. A change takes AWS about 15 minutes; the API is unavailable meanwhile when it changes from `STRICT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint_access_mode: Option<EndpointAccessMode>,

    /// Who may invoke the API. Default: all clients that come through the endpoint, and no others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_policy: Option<ResourcePolicy>,

    /// Lambda functions of other accounts or regions that `routes` or `openApi` invoke, by ARN, with the version or alias that is invoked. Only their
    /// owners can let the API invoke them, and a name in this list says that they have or will: other functions of their accounts are refused, with the
    /// `aws lambda add-permission` command for the owner. Where a function's policy can be read and lacks the statement, nothing is deployed before it is
    /// there; where it cannot be read, the API is deployed, and the message of `ApiReady` has the command until it can. Not for functions that
    /// `credentials` invoke. Default: none. At most 100.
    #[serde(default, deserialize_with = "super::null::as_default", skip_serializing_if = "Vec::is_empty")]
    #[schemars(
        length(max = 100),
        inner(regex(
            pattern = r"^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_-]{1,128})?$"
        ))
    )]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub externally_permitted_function_arns: Vec<String>,

    /// What happens to the API, its stage and its functions' permissions when the object is deleted. Default: that of `spec.deletionPolicy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_policy: Option<DeletionPolicy>,
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
    #[serde(rename = "SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09")]
    Tls13And12FipsPfsPq,
    #[serde(rename = "SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09")]
    Tls13And12FipsPq,
    #[serde(rename = "SecurityPolicy_TLS13_1_2_PQ_2025_09")]
    Tls13And12Pq,
    #[serde(rename = "SecurityPolicy_TLS13_1_2_2021_06")]
    Tls13And12,
}

/// Whether API Gateway compares the TLS server name with the Host header.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
// No description: it would take the place of the field's own wherever the field is optional.
#[schemars(description = "")]
#[serde(rename_all = "UPPERCASE")]
pub enum EndpointAccessMode {
    /// The Host header alone names the API.
    #[default]
    Basic,
    /// The TLS server name must equal the Host header.
    Strict,
}

/// Where API Gateway looks for API keys.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
// No description: it would take the place of the field's own wherever the field is optional.
#[schemars(description = "")]
#[serde(rename_all = "UPPERCASE")]
pub enum ApiKeySource {
    /// In the header `X-API-Key`.
    #[default]
    Header,
    /// In what a Lambda authorizer answers.
    Authorizer,
}

/// An OpenAPI document.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct OpenApi {
    /// OpenAPI 3.0 or Swagger 2.0, with API Gateway's `x-amazon-apigateway-…` extensions. Settings that have a field of their own are refused here: resource policy,
    /// endpoint configuration, security policy and endpoint access mode. The API is allowed to invoke the Lambda functions that integrations and
    /// authorizers name, after `${stageVariables.<name>}` was replaced by the values of `stage.variables`: exactly the function, or its version or
    /// alias. Where `credentials` or `authorizerCredentials` name a role, that role invokes the function: its policy has to allow it, and the
    /// controller's role needs the statement that `frontdoor iam-policy --pass-role <ARN>` adds. Callers of methods with `x-amazon-apigateway-auth` of
    /// the type `AWS_IAM` or a security scheme of the type `awsSigv4` sign for the host of `execute-api`, through a load balancer, too. What the import
    /// would refuse, ignore or answer 500 for is refused with its place, above all security requirements that API Gateway does not enforce.
    #[serde(deserialize_with = "super::null::free")]
    #[schemars(schema_with = "free_object")]
    pub inline: Map<String, Value>,

    /// Security schemes of the document that stay unenforced on purpose: clients are answered without them. Default: none; a document whose
    /// operations require a scheme that API Gateway does not enforce (of type `http`, `oauth2` or `openIdConnect` without
    /// `x-amazon-apigateway-authorizer`, an API key elsewhere than in the header `x-api-key`, one that is not defined) is refused. A name that no
    /// operation requires, or that API Gateway enforces, is refused, too. While there are any, the condition `SecurityUnenforced` names them. At most 20.
    #[serde(default, deserialize_with = "super::null::as_default", skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), inner(length(min = 1, max = 128)))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub unenforced_security_schemes: Vec<String>,
}

/// An object whose members Kubernetes keeps as they are.
pub(super) fn free_object(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "object", "x-kubernetes-preserve-unknown-fields": true})
}
