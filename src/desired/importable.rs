//! A document as it is imported: what it asks for in the form that API Gateway enforces.

use serde_json::{Map, Value};

use crate::intent::open_api::document::{Document, METHODS};
use crate::intent::open_api::is_unenforced;
use crate::intent::open_api::scheme::{canonical, enforcement, scheme};

/// Writes the document's security requirements into each operation that has none of its own, leaves out those that nothing enforces, which the spec
/// accepts, and gives the schemes the form that API Gateway documents. A document without security stays as it is.
///
/// AWS's documentation says that "API Gateway doesn't use root level security" (Developer Guide, "Amazon API Gateway important notes"), while AWS has
/// been seen to use it (localstack/localstack, recording of `test_import_with_global_api_key_authorizer`): in each operation it counts either way.
pub(super) fn importable(document: &Map<String, Value>) -> Map<String, Value> {
    let read = Document::new(document);
    let mut written = document.clone();
    let inherited = written.remove("security");
    for item in written.get_mut("paths").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
        for (method, _) in METHODS {
            let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) else { continue };
            if let Some(security) = operation.get("security").or(inherited.as_ref()) {
                let enforced = enforced(read, security);
                operation.insert("security".to_owned(), enforced);
            }
        }
    }
    let schemes = if document.contains_key("swagger") {
        written.get_mut("securityDefinitions")
    } else {
        written.get_mut("components").and_then(|it| it.get_mut("securitySchemes"))
    };
    if let Some(schemes) = schemes.and_then(Value::as_object_mut) {
        *schemes = std::mem::take(schemes).into_iter().filter_map(|(name, _)| imported(read, name)).collect();
    }
    written
}

/// Requirements without the schemes that nothing enforces. An alternative of such schemes only goes: what is left of the list has to be met.
fn enforced(document: Document<'_>, security: &Value) -> Value {
    let alternatives = security.as_array().into_iter().flatten().filter_map(Value::as_object);
    let kept = alternatives.filter_map(|named| {
        let left: Map<String, Value> = named
            .iter()
            .filter(|(name, _)| !is_unenforced(document, name))
            .map(|(name, scopes)| (name.clone(), scopes.clone()))
            .collect();
        (named.is_empty() || !left.is_empty()).then_some(Value::Object(left))
    });
    kept.collect()
}

/// A scheme that is enforced; others only bring warnings.
fn imported(document: Document<'_>, name: String) -> Option<(String, Value)> {
    let scheme = scheme(document, &name)?;
    let enforcement = enforcement(&scheme).ok()?;
    Some((name, canonical(scheme.value, enforcement)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(document: &Value) -> Value {
        Value::Object(importable(document.as_object().unwrap()))
    }

    #[test]
    fn the_security_of_the_document_is_written_into_each_operation() {
        let key = json!({"type": "apiKey", "name": "x-api-key", "in": "header"});
        let document = json!({
            "openapi": "3.0.1", "security": [{"key": []}],
            "paths": {"/a": {"get": {}, "put": {"security": []}, "x-amazon-apigateway-any-method": {}}},
            "components": {"securitySchemes": {"key": key}},
        });
        let of_key = json!({"security": [{"key": []}]});
        let paths = json!({"/a": {"get": of_key, "put": {"security": []}, "x-amazon-apigateway-any-method": of_key}});
        let imported = written(&document);
        assert_eq!((imported.get("security"), &imported["paths"]), (None, &paths));
        assert_eq!(imported["components"], document["components"]);
    }

    #[test]
    fn what_nothing_enforces_is_left_out() {
        let document = json!({
            "swagger": "2.0",
            "paths": {"/a": {"get": {"security": [{"basic": []}, {"key": [], "basic": []}]}, "put": {"security": [{"basic": []}]}, "post": {"security": [{"basic": []}, {}]}}},
            "securityDefinitions": {"key": {"type": "apiKey", "name": "x-api-key", "in": "header"}, "basic": {"type": "basic"}},
        });
        let imported = written(&document);
        let paths =
            json!({"/a": {"get": {"security": [{"key": []}]}, "put": {"security": []}, "post": {"security": [{}]}}});
        assert_eq!(imported["paths"], paths);
        assert_eq!(imported["securityDefinitions"].as_object().unwrap().keys().collect::<Vec<_>>(), ["key"]);
    }

    #[test]
    fn a_document_without_security_stays_as_it_is() {
        let document =
            json!({"openapi": "3.0.1", "paths": {"/a": {"get": {"responses": {}}}}, "components": {"schemas": {}}});
        assert_eq!(written(&document), document);
    }
}
