//! What an API does, as an OpenAPI document: the one way in which an API is built.

use serde_json::{Map, Value, json};

use super::importable::importable;
use crate::api::{
    ApiKey, ApiKeySource, Authorization, HttpIntegration, HttpMethod, Integration, LambdaIntegration, MockIntegration,
    Route,
};
use crate::function_arn::FunctionArn;
use crate::intent::{CreateApi, Definition};

/// Name of the security scheme of API keys.
const API_KEY: &str = "api_key";

/// The OpenAPI document of an API, without what depends on other resources.
pub(super) fn definition(api: &CreateApi) -> Value {
    let mut document = match &api.definition {
        Definition::Routes(routes) => of_routes(routes),
        Definition::Document(document) => Value::Object(importable(document)),
    };
    // An import takes name and description from here.
    if !document["info"].is_object() {
        document["info"] = json!({"version": "1.0"});
    }
    document["info"]["title"] = json!(api.name);
    if let Some(description) = &api.description {
        document["info"]["description"] = json!(description);
    }
    if !api.binary_media_types.is_empty() {
        document["x-amazon-apigateway-binary-media-types"] = json!(api.binary_media_types);
    }
    if let Some(size) = api.minimum_compression_size_bytes {
        document["x-amazon-apigateway-minimum-compression-size"] = json!(size);
    }
    if api.api_key_source == ApiKeySource::Authorizer {
        document["x-amazon-apigateway-api-key-source"] = json!(api.api_key_source);
    }
    document
}

/// The methods. Those that ask for an API key share one security scheme.
fn of_routes(routes: &[Route]) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for route in routes {
        let item = paths.entry(route.path.clone()).or_insert_with(|| json!({}));
        item[method_key(route.method)] = operation(route);
    }
    let mut document = json!({"openapi": "3.0.1", "info": {"version": "1.0"}, "paths": paths});
    if routes.iter().any(|route| route.api_key == ApiKey::Required) {
        let scheme = json!({"type": "apiKey", "name": "x-api-key", "in": "header"});
        document["components"] = json!({"securitySchemes": {API_KEY: scheme}});
    }
    document
}

/// Source: API Gateway Developer Guide, "x-amazon-apigateway-any-method object".
fn method_key(method: HttpMethod) -> &'static str {
    match method {
        HttpMethod::Any => "x-amazon-apigateway-any-method",
        HttpMethod::Delete => "delete",
        HttpMethod::Get => "get",
        HttpMethod::Head => "head",
        HttpMethod::Options => "options",
        HttpMethod::Patch => "patch",
        HttpMethod::Post => "post",
        HttpMethod::Put => "put",
    }
}

fn operation(route: &Route) -> Value {
    let parameters = path_parameters(&route.path);
    let mut operation =
        json!({"responses": {}, "x-amazon-apigateway-integration": integration(&route.integration, &parameters)});
    if !parameters.is_empty() {
        let declared = parameters
            .iter()
            .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}));
        operation["parameters"] = declared.collect();
    }
    if route.authorization == Authorization::AwsIam {
        operation["x-amazon-apigateway-auth"] = json!({"type": "AWS_IAM"});
    }
    if route.api_key == ApiKey::Required {
        operation["security"] = json!([{API_KEY: []}]);
    }
    if let Some(mock) = &route.integration.mock {
        operation["responses"] = json!({mock.status_code.to_string(): {"description": "The fixed answer"}});
    }
    operation
}

/// Names between the braces of a path, without the `+` of a greedy one.
fn path_parameters(path: &str) -> Vec<String> {
    let segments = path.split('/');
    let names = segments.filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    names.map(|name| name.trim_end_matches('+').to_owned()).collect()
}

fn integration(integration: &Integration, parameters: &[String]) -> Value {
    let Integration { lambda, mock, http } = integration;
    let lambda = lambda.as_ref().map(|lambda| lambda_proxy(lambda, parameters));
    let mock = || mock.as_ref().map(mock_answer);
    let http = || http.as_ref().map(|http| http_proxy(http, parameters));
    // Exactly one is set: the schema and `resolve` see to it.
    lambda.or_else(mock).or_else(http).unwrap_or_default()
}

fn lambda_proxy(lambda: &LambdaIntegration, parameters: &[String]) -> Value {
    let arn = FunctionArn::parse(&lambda.function_arn);
    // `resolve` has let pass no other text than an ARN.
    let uri = arn.map(|arn| arn.invocation_uri()).unwrap_or_default();
    let integration =
        json!({"type": "aws_proxy", "httpMethod": "POST", "uri": uri, "passthroughBehavior": "when_no_match"});
    timed(cached_by(integration, parameters), lambda.timeout_milliseconds)
}

/// A stage's cache tells requests apart by these parameters only: without them every path of a route would get the first one's answer.
///
/// Source: API Gateway Developer Guide, "Cache settings for REST APIs in API Gateway".
fn cached_by(mut integration: Value, parameters: &[String]) -> Value {
    if !parameters.is_empty() {
        let keys = parameters.iter().map(|name| json!(format!("method.request.path.{name}")));
        integration["cacheKeyParameters"] = keys.collect();
    }
    integration
}

/// Media types of the bodies that a mock takes. The template is chosen by them, and a body that reaches a mock without one gets 500; so others get 415.
const MOCK_TYPES: [&str; 6] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "application/xml",
    "multipart/form-data",
    "text/plain",
    "text/xml",
];

/// Bodies become text: a mock answers 500 to binary ones, which `binaryMediaTypes` makes of them.
///
/// Source: API Gateway Developer Guide, "Mock integrations for REST APIs" and "Content type conversions in API Gateway".
fn mock_answer(mock: &MockIntegration) -> Value {
    let status = mock.status_code.to_string();
    let template = json!({"statusCode": mock.status_code}).to_string();
    let templates: Map<String, Value> =
        MOCK_TYPES.into_iter().map(|media_type| (media_type.to_owned(), json!(template))).collect();
    json!({
        "type": "mock",
        "contentHandling": "CONVERT_TO_TEXT",
        "passthroughBehavior": "never",
        "requestTemplates": templates,
        "responses": {"default": {"statusCode": status, "responseTemplates": {"application/json": mock.body}}}
    })
}

fn http_proxy(http: &HttpIntegration, parameters: &[String]) -> Value {
    let mut integration =
        json!({"type": "http_proxy", "httpMethod": "ANY", "uri": http.url, "passthroughBehavior": "when_no_match"});
    if !parameters.is_empty() {
        let mapped = parameters
            .iter()
            .map(|name| (format!("integration.request.path.{name}"), json!(format!("method.request.path.{name}"))));
        integration["requestParameters"] = Value::Object(mapped.collect());
    }
    timed(cached_by(integration, parameters), http.timeout_milliseconds)
}

fn timed(mut integration: Value, timeout_milliseconds: Option<u32>) -> Value {
    if let Some(timeout) = timeout_milliseconds {
        integration["timeoutInMillis"] = json!(timeout);
    }
    integration
}
