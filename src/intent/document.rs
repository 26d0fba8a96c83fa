//! `spec.api.openApi`, checked: what API Gateway's importer would not say, or would say too late.

use serde_json::{Map, Value};

use super::Problem;

/// Field of the document.
pub(super) const FIELD: &str = "spec.api.openApi.inline";

/// Extensions that the controller writes itself, and the field that says it.
const OWN: [(&str, &str); 4] = [
    ("x-amazon-apigateway-policy", "spec.api.resourcePolicy"),
    ("x-amazon-apigateway-endpoint-configuration", "spec.vpcEndpoint"),
    ("x-amazon-apigateway-security-policy", "spec.api.securityPolicy"),
    ("x-amazon-apigateway-endpoint-access-mode", "spec.api.endpointAccessMode"),
];

/// Extensions that a field of the spec may say instead.
const EITHER: [(&str, &str); 3] = [
    ("x-amazon-apigateway-binary-media-types", "binaryMediaTypes"),
    ("x-amazon-apigateway-minimum-compression-size", "minimumCompressionSizeBytes"),
    ("x-amazon-apigateway-api-key-source", "apiKeySource"),
];

/// Checks a document; `set` tells which fields of `spec.api` say something beside it.
pub(super) fn check(document: &Map<String, Value>, set: &[&str], problems: &mut Vec<Problem>) {
    let text = |name: &str| document.get(name).and_then(Value::as_str).unwrap_or_default();
    if !text("openapi").starts_with("3.0") && text("swagger") != "2.0" {
        let message = "API Gateway reads OpenAPI 3.0 and Swagger 2.0: write `openapi: 3.0.1`, with quotes where the value would be a number";
        problems.push(Problem::new(format!("{FIELD}.openapi"), message));
    }
    if document.get("paths").and_then(Value::as_object).is_none_or(Map::is_empty) {
        problems.push(Problem::new(format!("{FIELD}.paths"), "an API without paths cannot be deployed: add one"));
    }
    for (extension, field) in OWN.into_iter().filter(|(extension, _)| document.contains_key(*extension)) {
        problems.push(Problem::new(member(FIELD, extension), format!("the controller writes it: use {field}")));
    }
    for (extension, field) in EITHER {
        if document.contains_key(extension) && set.contains(&field) {
            let message = format!("spec.api.{field} says it, too: remove one of them");
            problems.push(Problem::new(member(FIELD, extension), message));
        }
    }
    let servers = document.get("servers").and_then(Value::as_array).into_iter().flatten().enumerate();
    for (index, _) in servers.filter(|(_, server)| server.get(OWN[1].0).is_some()) {
        let place = member(&format!("{FIELD}.servers[{index}]"), OWN[1].0);
        problems.push(Problem::new(place, "the controller writes it: use spec.vpcEndpoint"));
    }
}

/// The path of a member, as a user would write it.
pub(crate) fn member(parent: &str, name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain { format!("{parent}.{name}") } else { format!("{parent}[\"{name}\"]") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: &Value) -> &Map<String, Value> {
        value.as_object().unwrap()
    }

    fn problems(document: &Value, set: &[&str]) -> Vec<String> {
        let mut problems = Vec::new();
        check(object(document), set, &mut problems);
        problems.into_iter().map(|problem| problem.field).collect()
    }

    #[test]
    fn what_the_controller_writes_is_refused_with_its_place() {
        let document = json!({
            "openapi": "3.0.1", "paths": {"/": {}},
            "x-amazon-apigateway-policy": {},
            "servers": [{}, {"x-amazon-apigateway-endpoint-configuration": {}}],
            "x-amazon-apigateway-binary-media-types": ["*/*"]
        });
        let policy = "spec.api.openApi.inline[\"x-amazon-apigateway-policy\"]";
        let server = "spec.api.openApi.inline.servers[1][\"x-amazon-apigateway-endpoint-configuration\"]";
        assert_eq!(problems(&document, &[]), [policy, server]);
        let media = "spec.api.openApi.inline[\"x-amazon-apigateway-binary-media-types\"]";
        assert_eq!(problems(&document, &["binaryMediaTypes"]), [policy, media, server]);
    }

    #[test]
    fn versions_that_cannot_be_imported_are_refused() {
        let paths = json!({"/": {}});
        for (version, problem) in [("3.0.3", 0), ("3.1.0", 1), ("4", 1)] {
            assert_eq!(problems(&json!({"openapi": version, "paths": paths}), &[]).len(), problem, "{version}");
        }
        assert!(problems(&json!({"swagger": "2.0", "paths": paths}), &[]).is_empty());
        assert_eq!(problems(&json!({"openapi": "3.0.0"}), &[]), ["spec.api.openApi.inline.paths"]);
    }
}
