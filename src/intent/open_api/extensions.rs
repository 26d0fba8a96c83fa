//! Extensions of API Gateway: names that it does not know it ignores without a word.

use serde_json::Value;

use super::document::{At, Document};
use crate::intent::Problem;

/// Extensions of REST APIs.
///
/// Source: API Gateway Developer Guide, "OpenAPI extensions for API Gateway".
const KNOWN: [&str; 18] = [
    "any-method",
    "api-key-source",
    "auth",
    "authorizer",
    "authtype",
    "binary-media-types",
    "documentation",
    "endpoint-access-mode",
    "endpoint-configuration",
    "gateway-responses",
    "importexport-version",
    "integration",
    "minimum-compression-size",
    "policy",
    "request-validator",
    "request-validators",
    "security-policy",
    "tag-value",
];

/// Extensions that other kinds of APIs have, and what to write instead.
const OTHERS: [(&str, &str); 2] = [
    ("cors", "HTTP APIs have it: write an options method with a mock integration that answers the headers"),
    ("integrations", "HTTP APIs have it: write the integration in each method"),
];

const PREFIX: &str = "x-amazon-apigateway-";

/// Types of gateway responses.
///
/// Source: API Gateway Developer Guide, "Gateway response types for API Gateway".
const GATEWAY_RESPONSES: [&str; 21] = [
    "ACCESS_DENIED",
    "API_CONFIGURATION_ERROR",
    "AUTHORIZER_CONFIGURATION_ERROR",
    "AUTHORIZER_FAILURE",
    "BAD_REQUEST_BODY",
    "BAD_REQUEST_PARAMETERS",
    "DEFAULT_4XX",
    "DEFAULT_5XX",
    "EXPIRED_TOKEN",
    "INTEGRATION_FAILURE",
    "INTEGRATION_TIMEOUT",
    "INVALID_API_KEY",
    "INVALID_SIGNATURE",
    "MISSING_AUTHENTICATION_TOKEN",
    "QUOTA_EXCEEDED",
    "REQUEST_TOO_LARGE",
    "RESOURCE_NOT_FOUND",
    "THROTTLED",
    "UNAUTHORIZED",
    "UNSUPPORTED_MEDIA_TYPE",
    "WAF_FILTERED",
];

/// Largest value of `x-amazon-apigateway-minimum-compression-size`, in bytes.
const LARGEST_SIZE: u64 = 10_485_760;

pub(super) fn check(document: Document<'_>, problems: &mut Vec<Problem>) {
    document.members().for_each(|(name, at)| names(name, &at, problems));
    let top = |name: &str| document.get(&format!("{PREFIX}{name}"));
    for (kind, at) in top("gateway-responses").into_iter().flat_map(|it| it.members()) {
        if !GATEWAY_RESPONSES.contains(&kind) {
            problems.push(at.problem(format!("{kind} is not a type of gateway response: write one like DEFAULT_4XX")));
        }
    }
    let source = top("api-key-source").filter(|at| !matches!(at.value.as_str(), Some("HEADER" | "AUTHORIZER")));
    problems.extend(source.map(|at| at.problem("is not a source of API keys: write HEADER or AUTHORIZER")));
    let size = top("minimum-compression-size").filter(|at| at.value.as_u64().is_none_or(|size| size > LARGEST_SIZE));
    problems.extend(size.map(|at| at.problem("is not a number of bytes from 0 to 10485760: write one")));
    let types = top("binary-media-types").into_iter();
    let lists = types.clone().filter(|at| !at.value.is_array());
    problems.extend(lists.map(|at| at.problem("is not a list of media types: write one like [image/png]")));
    let media = |at: &At<'_>| {
        at.value.as_str().and_then(|it| it.split_once('/')).is_some_and(|(a, b)| !a.is_empty() && !b.is_empty())
    };
    let items = types.flat_map(|it| it.items()).filter(|at| !media(at));
    problems.extend(items.map(|at| at.problem("is not a media type: write one like image/png or */*")));
}

fn names(name: &str, at: &At<'_>, problems: &mut Vec<Problem>) {
    if let Some(short) = name.strip_prefix(PREFIX).filter(|short| !KNOWN.contains(short)) {
        let other = OTHERS.iter().find(|(other, _)| *other == short).map(|(_, what)| (*what).to_owned());
        let message = other.unwrap_or_else(|| {
            format!("API Gateway has no extension {name} and would ignore it: correct its name, or leave it out")
        });
        return problems.push(at.problem(message));
    }
    if matches!(at.value, Value::Object(_)) && matches!(name, "example" | "examples" | "default" | "properties") {
        // Names of the user's.
        return;
    }
    at.members().for_each(|(name, inner)| names(name, &inner, problems));
    at.items().for_each(|inner| names("", &inner, problems));
}
