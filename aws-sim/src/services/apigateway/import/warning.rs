//! What an import leaves out of the API, as its warnings say it. API Gateway documents no list; each text has its source.

use serde_json::Value;

use super::document::Document;

/// Warnings about the document as a whole.
pub(super) fn of_document(document: &Document) -> Vec<String> {
    let mut warnings = Vec::new();
    // Sources: Developer Guide, "Amazon API Gateway important notes" (REST APIs: the type must be `apiKey`); the text is from users' reports.
    for (name, scheme) in document.security_schemes() {
        let kind = scheme.get("type").and_then(Value::as_str).unwrap_or_default();
        if kind != "apiKey" && scheme.get("x-amazon-apigateway-authorizer").is_none() {
            warnings.push(format!("Unsupported security definition type '{kind}' for '{name}'. Ignoring."));
        }
    }
    // Source: users' reports.
    let servers = document.get("servers").and_then(Value::as_array).map_or(0, Vec::len);
    if servers > 1 {
        warnings.push(
            "More than one server provided. Ignoring all but the first for defining endpoint configuration".to_owned(),
        );
    }
    warnings
}

/// Warnings about an operation.
pub(super) fn of_operation(document: &Document, operation: &Value, method: &str, path: &str) -> Vec<String> {
    let mut warnings = Vec::new();
    response_models(document, operation, method, path, &mut warnings);
    request_parameters(document, operation, method, path, &mut warnings);
    warnings
}

/// Sources: Developer Guide, "Amazon API Gateway important notes" (method responses have object types); the text is from users' reports.
fn response_models(document: &Document, operation: &Value, method: &str, path: &str, warnings: &mut Vec<String>) {
    let responses = operation.get("responses").and_then(Value::as_object).into_iter().flatten();
    for (status, response) in responses {
        let contents = document.resolve(response).get("content").and_then(Value::as_object).into_iter().flatten();
        for (_, content) in contents {
            let kind = match content.pointer("/schema/type").and_then(Value::as_str) {
                Some("string") => "StringSchema",
                Some("integer") => "IntegerSchema",
                Some("number") => "NumberSchema",
                Some("boolean") => "BooleanSchema",
                _ => continue,
            };
            warnings.push(format!(
                "Unsupported model type '{kind}' in {status} response to method '{method} {path}'. Ignoring."
            ));
        }
    }
}

/// Source: localstack/localstack, recording of `test_import_rest_api_with_base_path_oas30`.
fn request_parameters(document: &Document, operation: &Value, method: &str, path: &str, warnings: &mut Vec<String>) {
    let integration = operation.get("x-amazon-apigateway-integration").map(|it| document.resolve(it));
    let mapped = integration.and_then(|it| it.get("requestParameters")).and_then(Value::as_object);
    for (name, value) in mapped.into_iter().flatten().filter(|(_, value)| !value.is_string()) {
        warnings.push(format!(
            "Invalid format for 'requestParameters'. Expected type string for property '{name}' of resource '{path}' and method '{method}' but got '{value}'"
        ));
    }
}
