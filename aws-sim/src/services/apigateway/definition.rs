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
use crate::error::{Answer, AwsError};

/// The settings, policy, resources and methods of an API. Most maps have an entry or two: what is large stands behind a pointer in them, as
/// the nodes of a map have room for eleven.
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
    pub resources: BTreeMap<String, Box<Resource>>,
    /// Models by name.
    pub models: BTreeMap<String, Box<Model>>,
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
        self.resources.values().find(|resource| resource.parent_id.is_none()).map(|resource| &**resource)
    }

    /// A resource by its path.
    #[must_use]
    pub fn by_path(&self, path: &str) -> Option<&Resource> {
        self.resources.values().find(|resource| resource.path == path).map(|resource| &**resource)
    }

    pub(super) fn resource(&self, id: &str) -> Answer<&Resource> {
        self.resources.get(id).map(|resource| &**resource).ok_or_else(no_resource)
    }

    pub(super) fn resource_mut(&mut self, id: &str) -> Answer<&mut Resource> {
        self.resources.get_mut(id).map(|resource| &mut **resource).ok_or_else(no_resource)
    }

    pub(super) fn method(&self, resource: &str, method: &str) -> Answer<&Method> {
        self.resource(resource)?.resource_methods.get(method).map(|method| &**method).ok_or_else(no_method)
    }

    pub(super) fn method_mut(&mut self, resource: &str, method: &str) -> Answer<&mut Method> {
        let methods = &mut self.resource_mut(resource)?.resource_methods;
        methods.get_mut(method).map(|method| &mut **method).ok_or_else(no_method)
    }

    /// Every method with the resource it belongs to.
    pub fn methods(&self) -> impl Iterator<Item = (&Resource, &Method)> {
        self.resources
            .values()
            .flat_map(|resource| resource.resource_methods.values().map(move |method| (&**resource, &**method)))
    }
}

fn no_resource() -> AwsError {
    not_found("Invalid Resource identifier specified")
}

fn no_method() -> AwsError {
    not_found("Invalid Method identifier specified")
}
