//! `spec.api.openApi`, checked: what API Gateway's importer would not say, or would say too late.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{FunctionUse, Problem};

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

/// A function that a document names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    pub(super) arn: String,
    pub(super) field: String,
    pub(super) what_for: FunctionUse,
}

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

/// Functions that the document's integrations and authorizers name in full and call without a role of their own.
pub(super) fn mentions(document: &Map<String, Value>) -> Vec<Mention> {
    let mut found = Vec::new();
    document.iter().for_each(|(name, value)| walk(value, &member(FIELD, name), &mut found));
    found
}

/// What the functions of a document are for, by ARN.
pub(super) fn uses(document: &Map<String, Value>) -> BTreeMap<String, FunctionUse> {
    let mut uses = BTreeMap::new();
    for Mention { arn, what_for, .. } in mentions(document) {
        uses.entry(arn).and_modify(|it| *it = FunctionUse::both(*it, what_for)).or_insert(what_for);
    }
    uses
}

fn walk(value: &Value, field: &str, found: &mut Vec<Mention>) {
    match value {
        Value::Object(members) => {
            let roles = [("uri", "credentials", FunctionUse::Methods)];
            let roles = roles.into_iter().chain([("authorizerUri", "authorizerCredentials", FunctionUse::Authorizer)]);
            for (name, _, what_for) in roles.filter(|(_, role, _)| !members.contains_key(*role)) {
                let arn = members.get(name).and_then(Value::as_str).and_then(function_arn);
                found.extend(arn.map(|arn| Mention { arn, field: member(field, name), what_for }));
            }
            members.iter().for_each(|(name, value)| walk(value, &member(field, name), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| walk(item, &format!("{field}[{index}]"), found));
        }
        _ => {}
    }
}

/// The function in `arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/<function ARN>/invocations`; none where a stage variable decides.
///
/// Source: API Gateway Developer Guide, "x-amazon-apigateway-integration object".
fn function_arn(uri: &str) -> Option<String> {
    let (_, rest) = uri.split_once(":lambda:path/")?;
    let (_, rest) = rest.split_once("/functions/")?;
    let arn = rest.strip_suffix("/invocations").or_else(|| rest.strip_suffix("/response-streaming-invocations"))?;
    (arn.contains(":function:") && !arn.contains("${")).then(|| arn.to_owned())
}

/// The path of a member, as a user would write it.
pub(super) fn member(parent: &str, name: &str) -> String {
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

    #[test]
    fn functions_are_found_wherever_they_stand() {
        let arn = "arn:aws:lambda:eu-west-1:111122223333:function:hello";
        let uri =
            |arn: &str| format!("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{arn}/invocations");
        let integration = |uri: &str| json!({"x-amazon-apigateway-integration": {"type": "aws_proxy", "uri": uri}});
        let document = json!({
            "paths": {"/": {
                "get": integration(&uri(arn)),
                "put": integration(&uri("arn:aws:lambda:eu-west-1:111122223333:function:${stageVariables.name}")),
                "post": {"x-amazon-apigateway-integration": {"uri": uri("arn:aws:lambda:r:1:function:role"), "credentials": "arn:aws:iam::1:role/r"}}
            }},
            "components": {"securitySchemes": {"own": {"x-amazon-apigateway-authorizer": {"authorizerUri": uri(&format!("{arn}:live"))}}}}
        });
        let found = mentions(object(&document));
        let fields: Vec<&str> = found.iter().map(|it| it.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "spec.api.openApi.inline.components.securitySchemes.own[\"x-amazon-apigateway-authorizer\"].authorizerUri",
                "spec.api.openApi.inline.paths[\"/\"].get[\"x-amazon-apigateway-integration\"].uri",
            ]
        );
        let expected = [(arn.to_owned(), FunctionUse::Methods), (format!("{arn}:live"), FunctionUse::Authorizer)];
        assert_eq!(uses(object(&document)), BTreeMap::from(expected));
    }
}
