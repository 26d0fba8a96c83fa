//! `spec.api`, checked.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::function::{Functions, Surroundings};
use super::{ApiIntent, CreateApi, Definition, Problem, References};
use super::{backend, document, existing_api as existing, function, open_api, resource_policy, route};
use crate::api::{ApiKeySource, PrivateApiFrontDoorSpec, RestApi};
use crate::tags::Owner;

pub(super) fn resolve(
    spec: &PrivateApiFrontDoorSpec,
    owner: &Owner,
    found: &References,
    problems: &mut Vec<Problem>,
) -> Option<ApiIntent> {
    let wanted = &spec.api;
    let definition = match (&wanted.id, &wanted.routes, &wanted.open_api) {
        (Some(id), None, None) => return existing::resolve(id, spec, found, problems),
        (None, Some(routes), None) => {
            route::check(routes, problems);
            Definition::Routes(routes.clone())
        }
        (None, None, Some(open_api)) => {
            document::check(&open_api.inline, &set_beside(wanted), problems);
            open_api::check(open_api, key_source(wanted), problems);
            Definition::Document(open_api.inline.clone())
        }
        _ => {
            problems.push(Problem::new("spec.api", "exactly one of id, routes or openApi must be set"));
            return None;
        }
    };
    let on = Surroundings {
        variables: &wanted.stage.variables,
        permitted: &wanted.externally_permitted_function_arns,
        owner,
        found,
    };
    let functions = function::check(&backend::backends(&definition), &on, problems);
    resource_policy::check(&wanted.resource_policy.clone().unwrap_or_default(), problems);
    Some(ApiIntent::Create(Box::new(create(wanted, definition, functions, owner))))
}

/// Fields beside a document that say what an extension of it could say, too.
fn set_beside(wanted: &RestApi) -> Vec<&'static str> {
    let fields = [
        ("binaryMediaTypes", !wanted.binary_media_types.is_empty()),
        ("minimumCompressionSizeBytes", wanted.minimum_compression_size_bytes.is_some()),
        ("apiKeySource", wanted.api_key_source.is_some()),
    ];
    fields.into_iter().filter_map(|(field, set)| set.then_some(field)).collect()
}

/// Where API keys are looked for, by the field or by the document.
fn key_source(wanted: &RestApi) -> ApiKeySource {
    let document = wanted.open_api.as_ref().map(|it| &it.inline);
    let said = document.and_then(|it| it.get("x-amazon-apigateway-api-key-source")?.as_str());
    let default = if said == Some("AUTHORIZER") { ApiKeySource::Authorizer } else { ApiKeySource::Header };
    wanted.api_key_source.unwrap_or(default)
}

/// The operations that each scheme leaves open that the spec accepts as unenforced.
fn unenforced_security(wanted: &RestApi) -> BTreeMap<String, BTreeSet<String>> {
    let Some(open_api) = &wanted.open_api else { return BTreeMap::new() };
    let mut unenforced = open_api::unenforced(open_api::document::Document::new(&open_api.inline));
    unenforced.retain(|name, _| open_api.unenforced_security_schemes.contains(name));
    unenforced
}

fn create(wanted: &RestApi, definition: Definition, functions: Functions, owner: &Owner) -> CreateApi {
    let nothing = Map::new();
    let document = wanted.open_api.as_ref().map_or(&nothing, |open_api| &open_api.inline);
    let info = |name: &str| document.get("info")?.get(name)?.as_str().filter(|it| !it.is_empty()).map(str::to_owned);
    let types = document.get("x-amazon-apigateway-binary-media-types").and_then(Value::as_array).into_iter().flatten();
    let types: BTreeSet<String> = types.filter_map(Value::as_str).map(str::to_owned).collect();
    let size = document.get("x-amazon-apigateway-minimum-compression-size").and_then(Value::as_u64);
    CreateApi {
        name: wanted.name.clone().or_else(|| info("title")).unwrap_or_else(|| default_name(owner)),
        description: wanted.description.clone().or_else(|| info("description")),
        functions: functions.own,
        external_functions: functions.external,
        definition,
        binary_media_types: wanted.binary_media_types.iter().cloned().chain(types).collect(),
        minimum_compression_size_bytes: wanted
            .minimum_compression_size_bytes
            .or_else(|| size.and_then(|size| u32::try_from(size).ok())),
        api_key_source: key_source(wanted),
        accepted_import_warnings: wanted.accepted_import_warnings.iter().cloned().collect(),
        unenforced_security: unenforced_security(wanted),
        security_policy: wanted.security_policy.unwrap_or_default(),
        endpoint_access_mode: wanted.endpoint_access_mode.unwrap_or_default(),
        resource_policy: wanted.resource_policy.clone().unwrap_or_default(),
    }
}

/// The name where the user gives none: API Gateway takes 255 characters, and Kubernetes names may be longer together.
fn default_name(owner: &Owner) -> String {
    format!("{}-{}", owner.namespace, owner.name).chars().take(255).collect()
}
