//! What an API is made of: everything that a deployment takes a snapshot of.

use std::collections::BTreeMap;

use super::authorizer::Authorizer;
use super::common::not_found;
use super::endpoint_configuration::EndpointConfiguration;
use super::gateway_response::GatewayResponse;
use super::method::Method;
use super::model::Model;
use super::request_validator::RequestValidator;
use super::resource::Resource;
use crate::error::Answer;

/// The settings, policy, resources and methods of an API.
#[derive(Clone, Debug, Default)]
pub struct Definition {
    /// Name; not unique.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Version given by its author.
    pub version: Option<String>,
    /// Media types whose bodies are binary.
    pub binary_media_types: Vec<String>,
    /// From which size on answers are compressed.
    pub minimum_compression_size: Option<i64>,
    /// `HEADER` or `AUTHORIZER`.
    pub api_key_source: String,
    /// Who reaches it.
    pub endpoint: EndpointConfiguration,
    /// Resource policy, expanded.
    pub policy: Option<String>,
    /// Whether `{api}.execute-api…` serves nothing.
    pub disable_execute_api_endpoint: bool,
    /// TLS security policy.
    pub security_policy: String,
    /// `BASIC` or `STRICT`; only with an enhanced security policy.
    pub endpoint_access_mode: Option<String>,
    /// Resources by ID.
    pub resources: BTreeMap<String, Resource>,
    /// Models by name.
    pub models: BTreeMap<String, Model>,
    /// Authorizers by ID.
    pub authorizers: BTreeMap<String, Authorizer>,
    /// Request validators by ID.
    pub request_validators: BTreeMap<String, RequestValidator>,
    /// Gateway responses by type, where they differ from the default.
    pub gateway_responses: BTreeMap<String, GatewayResponse>,
}

impl Definition {
    /// The root resource.
    #[must_use]
    pub fn root(&self) -> Option<&Resource> {
        self.resources.values().find(|resource| resource.parent_id.is_none())
    }

    /// A resource by its path.
    #[must_use]
    pub fn by_path(&self, path: &str) -> Option<&Resource> {
        self.resources.values().find(|resource| resource.path == path)
    }

    pub(super) fn resource(&mut self, id: &str) -> Answer<&mut Resource> {
        self.resources.get_mut(id).ok_or_else(|| not_found("Invalid Resource identifier specified"))
    }

    pub(super) fn method(&mut self, resource: &str, method: &str) -> Answer<&mut Method> {
        self.resource(resource)?
            .resource_methods
            .get_mut(method)
            .ok_or_else(|| not_found("Invalid Method identifier specified"))
    }

    /// Every method with the resource it belongs to.
    pub fn methods(&self) -> impl Iterator<Item = (&Resource, &Method)> {
        self.resources
            .values()
            .flat_map(|resource| resource.resource_methods.values().map(move |method| (resource, method)))
    }
}
