//! `UpdateRestApi`: the paths of an API that may be patched (API Gateway API Reference, "Patch operations", `RestApi`).

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::api_status::to_change;
use super::definition::Definition;
use super::endpoint_configuration::EndpointConfiguration;
use super::patch::{Kind, PatchOperation, Path, parts, patched, path};
use super::policy;
use super::rest_api::{check, execute_api_arn, find};
use crate::context::Context;
use crate::error::Answer;

const PATHS: &[Path] = &[
    path("replace", "/name", Kind::Text),
    path("replace", "/description", Kind::Text),
    path("replace", "/apiKeySource", Kind::Text),
    path("replace", "/disableExecuteApiEndpoint", Kind::Flag),
    path("add remove replace", "/minimumCompressionSize", Kind::Whole),
    path("replace", "/policy", Kind::Text),
    path("replace", "/securityPolicy", Kind::Text),
    path("replace remove", "/endpointAccessMode", Kind::Text),
    path("replace", "/endpointConfiguration/ipAddressType", Kind::Text),
    path("add remove", "/endpointConfiguration/vpcEndpointIds", Kind::Value),
    path("add remove replace", "/binaryMediaTypes/{}", Kind::Element),
];

/// The members that may be patched, under their names in paths.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Patchable {
    name: String,
    description: Option<String>,
    api_key_source: String,
    disable_execute_api_endpoint: bool,
    minimum_compression_size: Option<i64>,
    #[serde(default)]
    policy: Option<String>,
    security_policy: String,
    #[serde(default)]
    endpoint_access_mode: Option<String>,
    endpoint_configuration: EndpointConfiguration,
    binary_media_types: Vec<String>,
}

impl Patchable {
    fn of(definition: &Definition) -> Self {
        Self {
            name: definition.name.clone(),
            description: definition.description.clone(),
            api_key_source: definition.api_key_source.clone(),
            disable_execute_api_endpoint: definition.disable_execute_api_endpoint,
            minimum_compression_size: definition.minimum_compression_size,
            policy: definition.policy.clone(),
            security_policy: definition.security_policy.clone(),
            endpoint_access_mode: definition.endpoint_access_mode.clone(),
            endpoint_configuration: definition.endpoint.clone(),
            binary_media_types: definition.binary_media_types.clone(),
        }
    }

    fn apply(self, definition: &mut Definition) {
        definition.name = self.name;
        definition.description = self.description;
        definition.api_key_source = self.api_key_source;
        definition.disable_execute_api_endpoint = self.disable_execute_api_endpoint;
        definition.minimum_compression_size = self.minimum_compression_size;
        definition.policy = self.policy;
        definition.security_policy = self.security_policy;
        definition.endpoint_access_mode = self.endpoint_access_mode;
        definition.endpoint = self.endpoint_configuration;
        definition.binary_media_types = self.binary_media_types;
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateRestApiRequest {
    restapi_id: String,
    #[serde(default, rename = "patchOperations")]
    patch_operations: Vec<PatchOperation>,
}

pub(super) fn update(ctx: &mut Context<'_>, request: UpdateRestApiRequest) -> Answer<Value> {
    let id = request.restapi_id;
    let before = to_change(ctx, &id)?.definition.clone();
    let mut definition = Definition::clone(&before);
    let touched = request.patch_operations.iter().any(|operation| touches_access(&operation.path));
    let (types, others): (Vec<_>, Vec<_>) =
        request.patch_operations.into_iter().partition(|operation| names_type(&definition, operation));
    let mut wanted: Patchable = patched(&Patchable::of(&definition), PATHS, &others)?;
    if let Some(operation) = types.last() {
        wanted.endpoint_configuration.types = vec![operation.value.clone().unwrap_or_default()];
    }
    wanted.endpoint_access_mode = wanted.endpoint_access_mode.filter(|mode| !mode.is_empty());
    wanted.policy = policy::normalised(&wanted.policy.unwrap_or_default(), &execute_api_arn(ctx.here, &id))?;
    wanted.endpoint_configuration = retyped(&definition.endpoint, wanted.endpoint_configuration).checked(ctx)?;
    wanted.apply(&mut definition);
    check(&definition)?;
    let (now, config) = (ctx.now, ctx.config);
    let api = find(ctx, &id)?;
    api.definition = Arc::new(definition);
    let told = api.begin_change(&before, touched, config, now);
    Ok(api.answer(now, told))
}

/// Whether a path is that of the endpoints or of the resource policy.
fn touches_access(path: &str) -> bool {
    path.starts_with("/endpointConfiguration") || path == "/policy"
}

/// `/endpointConfiguration/types/EDGE` names the type that is there, `/endpointConfiguration/types/0` its index (same reference).
fn names_type(definition: &Definition, operation: &PatchOperation) -> bool {
    let parts = parts(&operation.path);
    let [first, second, kind] = &parts[..] else {
        return false;
    };
    let there = kind == "0" || definition.endpoint.types.contains(kind);
    operation.op == "replace" && first == "endpointConfiguration" && second == "types" && there
}

/// A changed type brings its own default address type.
fn retyped(before: &EndpointConfiguration, mut after: EndpointConfiguration) -> EndpointConfiguration {
    if before.types != after.types && before.ip_address_type == after.ip_address_type {
        after.ip_address_type = None;
    }
    after
}
