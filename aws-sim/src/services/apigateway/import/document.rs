//! The document: JSON or YAML, `OpenAPI` 3 or Swagger 2.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::super::common::bad_request;
use crate::error::Answer;

/// A parsed document.
pub(super) struct Document(Value);

static NOTHING: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);

impl Document {
    pub(super) fn parse(body: &[u8]) -> Answer<Self> {
        let refused = || bad_request("Invalid OpenAPI input.");
        let text = std::str::from_utf8(body).map_err(|_| refused())?;
        let value: Value = match serde_json::from_str(text) {
            Ok(value) => value,
            Err(_) => serde_saphyr::from_str(text).map_err(|_| refused())?,
        };
        let version = |name: &str| match value.get(name) {
            Some(Value::String(version)) => version.clone(),
            Some(Value::Number(version)) => version.to_string(),
            _ => String::new(),
        };
        let known = version("openapi").starts_with("3.") || version("swagger").starts_with('2');
        if !known || !value.get("paths").is_none_or(Value::is_object) {
            return Err(bad_request("Invalid OpenAPI input. Unsupported or missing version"));
        }
        Ok(Self(value))
    }

    /// A member of the top level.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// An object of the top level; an empty one if there is none.
    pub(super) fn object(&self, name: &str) -> &Map<String, Value> {
        self.get(name).and_then(Value::as_object).unwrap_or(&NOTHING)
    }

    fn info(&self, name: &str) -> Option<String> {
        match self.get("info")?.get(name)? {
            Value::String(text) => Some(text.clone()),
            // YAML reads `version: 1.0` as a number.
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    pub(super) fn title(&self) -> Option<String> {
        self.info("title")
    }

    pub(super) fn description(&self) -> Option<String> {
        self.info("description")
    }

    pub(super) fn version(&self) -> Option<String> {
        self.info("version")
    }

    /// `x-amazon-apigateway-endpoint-configuration` of the top level, where Swagger 2.0 has it, or of the first server, where `OpenAPI` 3.0 has it.
    /// At the top of `OpenAPI` 3.0 it is not documented but in use.
    pub(super) fn endpoint_configuration(&self) -> Option<&Value> {
        const NAME: &str = "x-amazon-apigateway-endpoint-configuration";
        self.get(NAME).or_else(|| self.get("servers")?.get(0)?.get(NAME))
    }

    /// Whether it says which endpoints reach the API, or its resource policy.
    pub(super) fn touches_access(&self) -> bool {
        self.endpoint_configuration().is_some() || self.get("x-amazon-apigateway-policy").is_some()
    }

    /// Path that all paths are under: Swagger's `basePath`, else the `basePath` variable or the path of the first server.
    pub(super) fn base_path(&self) -> String {
        let server = || {
            let server = self.get("servers")?.get(0)?;
            let variable = server.pointer("/variables/basePath/default").and_then(Value::as_str);
            let of_url = || {
                let (_, rest) = server.get("url")?.as_str()?.split_once("://")?;
                rest.split_once('/').map(|(_, path)| path)
            };
            variable.or_else(of_url)
        };
        let path = self.get("basePath").and_then(Value::as_str).or_else(server).unwrap_or_default();
        let path = path.trim_matches('/');
        if path.is_empty() || path.contains('{') { String::new() } else { format!("/{path}") }
    }

    /// Schemas by name.
    pub(super) fn schemas(&self) -> &Map<String, Value> {
        self.component("schemas").unwrap_or_else(|| self.object("definitions"))
    }

    /// Security schemes by name.
    pub(super) fn security_schemes(&self) -> &Map<String, Value> {
        self.component("securitySchemes").unwrap_or_else(|| self.object("securityDefinitions"))
    }

    fn component(&self, name: &str) -> Option<&Map<String, Value>> {
        self.get("components")?.get(name)?.as_object()
    }

    /// What a `$ref` within the document points at; anything else is itself.
    pub(super) fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let target = value.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#'));
        target.and_then(|pointer| self.0.pointer(pointer)).unwrap_or(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_yaml_say_the_same() {
        let yaml =
            "openapi: 3.0.1\ninfo:\n  title: t\n  version: 1.0\nservers:\n- url: https://example.com/v1\npaths: {}\n";
        let json = r#"{"swagger":"2.0","info":{"title":"t","version":"1.0"},"basePath":"/v1","paths":{}}"#;
        for text in [yaml, json] {
            let document = Document::parse(text.as_bytes()).unwrap();
            assert_eq!((document.title().as_deref(), document.base_path().as_str()), (Some("t"), "/v1"), "{text}");
        }
        assert!(Document::parse(b"just text").is_err());
        assert!(Document::parse(b"{\"openapi\":\"4.0\"}").is_err());
    }
}
