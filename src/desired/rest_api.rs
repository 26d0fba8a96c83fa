//! The private REST API.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::definition::definition;
use super::{ResourcePolicy, Want};
use crate::api::{ApiKeySource, EndpointAccessMode, SecurityPolicy};
use crate::intent::{ApiIntent, CreateApi, Definition, Intent};
use crate::names::short_hash;
use crate::node::Node;
use crate::tags::Tags;

/// Extension of OpenAPI that holds the associated endpoints.
const ENDPOINT_CONFIGURATION: &str = "x-amazon-apigateway-endpoint-configuration";

/// Length of a content hash.
const CONTENT_LENGTH: usize = 32;

/// An API to create and keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestApi {
    /// Name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// Methods and integrations as an OpenAPI document, without what depends on other resources.
    pub definition: Value,
    /// Title and version of the user's document; none of an API that is made of routes.
    pub document_info: Option<Value>,
    /// Media types that pass as they are.
    pub binary_media_types: BTreeSet<String>,
    /// From which size on bodies are compressed, in bytes.
    pub minimum_compression_size_bytes: Option<u32>,
    /// Where API keys are looked for, as AWS names it.
    pub api_key_source: &'static str,
    /// Resource policy.
    pub policy: ResourcePolicy,
    /// Security policy, as AWS names it.
    pub security_policy: String,
    /// Endpoint access mode, as AWS names it; none where the security policy has none.
    pub endpoint_access_mode: Option<String>,
    /// Warnings of the import that are accepted.
    pub accepted_import_warnings: BTreeSet<String>,
    /// Security schemes that stay unenforced on purpose, with the operations that require them, as `GET /orders`.
    pub unenforced_security: BTreeMap<String, BTreeSet<String>>,
    /// Tags.
    pub tags: Tags,
}

impl RestApi {
    /// The document to import, with everything that an import in mode `overwrite` would otherwise take away.
    ///
    /// Source: API Gateway API Reference, `PutRestApi`.
    #[must_use]
    pub fn document(&self, vpc_endpoint_ids: &BTreeSet<String>) -> Value {
        let mut document = self.definition.clone();
        document["x-amazon-apigateway-policy"] = self.policy.document(vpc_endpoint_ids);
        document["x-amazon-apigateway-security-policy"] = json!(self.security_policy);
        if let Some(mode) = &self.endpoint_access_mode {
            document["x-amazon-apigateway-endpoint-access-mode"] = json!(mode);
        }
        associate(&mut document, vpc_endpoint_ids);
        document
    }

    /// Hash of all that a deployment takes a snapshot of: it decides when to write and deploy again. The description serves nobody. Title and version
    /// of a document are the API's name and version, and what an export of the stage tells of it.
    ///
    /// Source: API Gateway API Reference, `RestApi`, `GetExport`.
    #[must_use]
    pub fn content(&self, vpc_endpoint_ids: &BTreeSet<String>) -> String {
        let mut document = self.document(vpc_endpoint_ids);
        document["info"].take();
        let (document, info) = (document.to_string(), self.document_info.as_ref().map(Value::to_string));
        let parts: Vec<&str> = std::iter::once(document.as_str()).chain(info.as_deref()).collect();
        short_hash(&parts, CONTENT_LENGTH)
    }
}

/// Swagger 2.0 has the extension at the top, OpenAPI 3.0 in its servers; `/` is the server of a document that names none.
///
/// Source: API Gateway Developer Guide, "x-amazon-apigateway-endpoint-configuration object".
fn associate(document: &mut Value, vpc_endpoint_ids: &BTreeSet<String>) {
    let endpoints = json!({"vpcEndpointIds": vpc_endpoint_ids});
    if document.get("swagger").is_some() {
        document[ENDPOINT_CONFIGURATION] = endpoints;
        return;
    }
    if document["servers"].as_array().is_none_or(Vec::is_empty) {
        document["servers"] = json!([{"url": "/"}]);
    }
    let servers = document["servers"].as_array_mut().into_iter().flatten();
    for server in servers.filter_map(Value::as_object_mut) {
        server.insert(ENDPOINT_CONFIGURATION.to_owned(), endpoints.clone());
    }
}

/// Endpoints that a document associates.
#[must_use]
pub fn associated(document: &Value) -> BTreeSet<&str> {
    let servers = document.get("servers").and_then(Value::as_array).into_iter().flatten();
    let places = std::iter::once(document).chain(servers);
    let ids = places.filter_map(|place| place.get(ENDPOINT_CONFIGURATION)?.get("vpcEndpointIds")?.as_array());
    ids.flatten().filter_map(Value::as_str).collect()
}

pub(super) fn desired(intent: &Intent) -> Want<RestApi> {
    let create = match &intent.api {
        ApiIntent::Create(create) => create,
        ApiIntent::Existing { id, .. } => return Want::Existing(id.clone()),
    };
    let definition = definition(create);
    let info = |name: &str| definition["info"][name].clone();
    let is_document = matches!(create.definition, Definition::Document(_));
    let document_info = is_document.then(|| json!({"title": info("title"), "version": info("version")}));
    let CreateApi {
        name,
        description,
        definition: _,
        functions: _,
        external_functions: _,
        binary_media_types,
        minimum_compression_size_bytes,
        api_key_source,
        accepted_import_warnings,
        unenforced_security,
        security_policy,
        endpoint_access_mode,
        resource_policy,
    } = create.as_ref();
    Want::Managed(RestApi {
        name: name.clone(),
        description: description.clone(),
        definition,
        document_info,
        binary_media_types: binary_media_types.clone(),
        minimum_compression_size_bytes: *minimum_compression_size_bytes,
        api_key_source: match api_key_source {
            ApiKeySource::Header => "HEADER",
            ApiKeySource::Authorizer => "AUTHORIZER",
        },
        policy: ResourcePolicy::of(resource_policy),
        security_policy: security_policy_name(*security_policy),
        endpoint_access_mode: access_mode(*security_policy, *endpoint_access_mode),
        accepted_import_warnings: accepted_import_warnings.clone(),
        unenforced_security: unenforced_security.clone(),
        tags: intent.owner.tags(Node::RestApi.resource(), &intent.tags),
    })
}

/// The name that the custom resource and AWS share.
fn security_policy_name(policy: SecurityPolicy) -> String {
    match policy {
        SecurityPolicy::Tls12 => "TLS_1_2",
        SecurityPolicy::Tls13 => "SecurityPolicy_TLS13_1_3_2025_09",
        SecurityPolicy::Tls13Fips => "SecurityPolicy_TLS13_1_3_FIPS_2025_09",
        SecurityPolicy::Tls13And12PfsPq => "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
        SecurityPolicy::Tls13And12FipsPfsPq => "SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09",
        SecurityPolicy::Tls13And12FipsPq => "SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09",
        SecurityPolicy::Tls13And12Pq => "SecurityPolicy_TLS13_1_2_PQ_2025_09",
        SecurityPolicy::Tls13And12 => "SecurityPolicy_TLS13_1_2_2021_06",
    }
    .to_owned()
}

/// Only security policies whose name starts with `SecurityPolicy_` have an endpoint access mode.
///
/// Source: API Gateway Developer Guide, "Security policies for REST APIs".
fn access_mode(policy: SecurityPolicy, mode: EndpointAccessMode) -> Option<String> {
    let name = match mode {
        EndpointAccessMode::Basic => "BASIC",
        EndpointAccessMode::Strict => "STRICT",
    };
    (policy != SecurityPolicy::Tls12).then(|| name.to_owned())
}
