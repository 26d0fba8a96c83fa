//! `spec.api`, checked.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{ApiIntent, CreateApi, Definition, FunctionUse, Problem, References};
use super::{document, existing_api as existing, open_api, resource_policy, route};
use crate::api::{ApiKeySource, PrivateApiFrontDoorSpec, RestApi, Route};
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
    functions(&definition, found, problems);
    resource_policy::check(&wanted.resource_policy.clone().unwrap_or_default(), problems);
    Some(ApiIntent::Create(Box::new(create(wanted, definition, owner))))
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

/// Functions that a spec's API invokes, and what for.
pub(super) fn function_uses(wanted: &RestApi) -> BTreeMap<String, FunctionUse> {
    let of_routes = wanted.routes.as_deref().map(of_routes).unwrap_or_default();
    let of_document = wanted.open_api.as_ref().map(|it| document::uses(&it.inline)).unwrap_or_default();
    of_routes.into_iter().chain(of_document).collect()
}

fn of_routes(routes: &[Route]) -> BTreeMap<String, FunctionUse> {
    let lambdas = routes.iter().filter_map(|route| route.integration.lambda.as_ref());
    lambdas.map(|lambda| (lambda.function_arn.clone(), FunctionUse::Methods)).collect()
}

fn functions(definition: &Definition, found: &References, problems: &mut Vec<Problem>) {
    for (arn, field) in mentions(definition) {
        let region = &found.caller.region;
        if arn.split(':').nth(3) != Some(region) {
            problems.push(Problem::new(
                field,
                format!("Lambda function {arn} is not in {region}: name one in the region of the API"),
            ));
        } else if arn.ends_with(":$LATEST") {
            let message = "Lambda lets nobody be allowed to invoke $LATEST by that name: leave `:$LATEST` out, which means the same";
            problems.push(Problem::new(field, message));
        } else if !found.functions.contains(&arn) {
            problems.push(Problem::new(field, format!("Lambda function {arn} does not exist")));
        }
    }
}

/// Each function with the field that names it.
fn mentions(definition: &Definition) -> Vec<(String, String)> {
    match definition {
        Definition::Routes(routes) => {
            let named = routes.iter().enumerate().filter_map(|(index, route)| {
                let arn = route.integration.lambda.as_ref()?.function_arn.clone();
                Some((arn, format!("spec.api.routes[{index}].integration.lambda.functionArn")))
            });
            named.collect()
        }
        Definition::Document(document) => {
            document::mentions(document).into_iter().map(|mention| (mention.arn, mention.field)).collect()
        }
    }
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

fn create(wanted: &RestApi, definition: Definition, owner: &Owner) -> CreateApi {
    let nothing = Map::new();
    let document = wanted.open_api.as_ref().map_or(&nothing, |open_api| &open_api.inline);
    let info = |name: &str| document.get("info")?.get(name)?.as_str().filter(|it| !it.is_empty()).map(str::to_owned);
    let types = document.get("x-amazon-apigateway-binary-media-types").and_then(Value::as_array).into_iter().flatten();
    let types: BTreeSet<String> = types.filter_map(Value::as_str).map(str::to_owned).collect();
    let size = document.get("x-amazon-apigateway-minimum-compression-size").and_then(Value::as_u64);
    CreateApi {
        name: wanted.name.clone().or_else(|| info("title")).unwrap_or_else(|| default_name(owner)),
        description: wanted.description.clone().or_else(|| info("description")),
        functions: function_uses(wanted),
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
