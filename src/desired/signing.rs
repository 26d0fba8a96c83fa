//! Methods whose callers sign their requests with SigV4.

use serde_json::{Map, Value};

use crate::api::{Authorization, HttpMethod};
use crate::intent::{ApiIntent, Definition, Intent, member};

/// Field of a document.
const DOCUMENT: &str = "spec.api.openApi.inline";

/// Methods that ask for a signature, behind a load balancer that rewrites the Host header, which is part of what is signed.
///
/// Source: API Gateway Developer Guide, "Control access to a REST API with IAM permissions"; IAM User Guide, "Create a signed AWS API request".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signing {
    /// The fields that ask for it.
    pub fields: Vec<String>,
    /// The methods, for example `GET /orders`.
    pub methods: Vec<String>,
    /// What follows the API's ID in its host name.
    pub host_suffix: String,
    /// Region of the signature.
    pub region: String,
}

impl Signing {
    /// What clients have to know, of an API whose ID may not be known yet.
    #[must_use]
    pub fn explained(&self, api_id: Option<&str>) -> String {
        let Self { fields: _, methods, host_suffix, region } = self;
        let host = format!("{}{host_suffix}", api_id.unwrap_or("<API ID>"));
        format!(
            "{}: clients sign for service execute-api, region {region} and host {host}, not for the host that they connect to: the load balancer replaces the Host header before the signature is checked",
            few(methods)
        )
    }

    /// The fields in short.
    #[must_use]
    pub fn place(&self) -> String {
        few(&self.fields)
    }
}

/// The first three of a list.
fn few(all: &[String]) -> String {
    let more = all.len().saturating_sub(3);
    let first = all.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{first} and {more} more") } else { first }
}

pub(super) fn desired(intent: &Intent) -> Option<Signing> {
    let signed = match intent.load_balancer.as_ref().and(Some(&intent.api))? {
        ApiIntent::Create(create) => in_definition(&create.definition),
        ApiIntent::Existing { signed_methods, .. } => {
            signed_methods.iter().map(|method| ("spec.api.id".to_owned(), method.clone())).collect()
        }
    };
    let (mut fields, methods): (Vec<String>, Vec<String>) = signed.into_iter().unzip();
    fields.dedup();
    (!fields.is_empty()).then(|| Signing {
        fields,
        methods,
        host_suffix: super::host_suffix(&intent.caller),
        region: intent.caller.region.clone(),
    })
}

/// The methods with the fields that ask for a signature.
fn in_definition(definition: &Definition) -> Vec<(String, String)> {
    match definition {
        Definition::Routes(routes) => {
            let signed = routes.iter().enumerate().filter(|(_, route)| route.authorization == Authorization::AwsIam);
            let told =
                |method: HttpMethod| serde_json::to_value(method).ok().and_then(|it| it.as_str().map(str::to_owned));
            signed
                .map(|(index, route)| {
                    let method = told(route.method).unwrap_or_default();
                    (format!("spec.api.routes[{index}].authorization"), format!("{method} {}", route.path))
                })
                .collect()
        }
        Definition::Document(document) => in_document(document),
    }
}

/// The methods of a document with the field that asks for a signature: `x-amazon-apigateway-auth`, or a security scheme of the type `awsSigv4`.
///
/// Source: API Gateway Developer Guide, "x-amazon-apigateway-auth object", "x-amazon-apigateway-authtype property".
fn in_document(document: &Map<String, Value>) -> Vec<(String, String)> {
    let schemes = schemes(document);
    let mut signed = Vec::new();
    for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
        for (key, operation) in item.as_object().into_iter().flatten() {
            let Some(method) = method(key) else { continue };
            let field = member(&member(&format!("{DOCUMENT}.paths"), path), key);
            let asks = |security: Option<&Value>| security.is_some_and(|it| names(it, &schemes));
            let field = if operation["x-amazon-apigateway-auth"]["type"].as_str().is_some_and(is_iam) {
                member(&field, "x-amazon-apigateway-auth")
            } else if asks(operation.get("security")) {
                member(&field, "security")
            } else if operation.get("security").is_none() && asks(document.get("security")) {
                format!("{DOCUMENT}.security")
            } else {
                continue;
            };
            signed.push((field, format!("{method} {path}")));
        }
    }
    signed
}

fn is_iam(kind: &str) -> bool {
    kind.eq_ignore_ascii_case("AWS_IAM")
}

/// A method by the key of its operation; other members of a path are none.
fn method(key: &str) -> Option<String> {
    let methods = ["delete", "get", "head", "options", "patch", "post", "put"];
    match key {
        "x-amazon-apigateway-any-method" => Some("ANY".to_owned()),
        _ => methods.contains(&key).then(|| key.to_ascii_uppercase()),
    }
}

/// Names of the security schemes of the type `awsSigv4`.
fn schemes(document: &Map<String, Value>) -> Vec<&str> {
    let of_openapi = document.get("components").and_then(|it| it.get("securitySchemes"));
    let all = of_openapi.or_else(|| document.get("securityDefinitions")).and_then(Value::as_object);
    let signed = |scheme: &Value| {
        scheme["x-amazon-apigateway-authtype"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("awsSigv4"))
    };
    all.into_iter().flatten().filter(|(_, scheme)| signed(scheme)).map(|(name, _)| name.as_str()).collect()
}

/// Whether one of the requirements names one of the schemes.
fn names(security: &Value, schemes: &[&str]) -> bool {
    let requirements = security.as_array().into_iter().flatten().filter_map(Value::as_object);
    requirements.flat_map(Map::keys).any(|name| schemes.contains(&name.as_str()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn signed(document: &Value) -> Vec<(String, String)> {
        in_document(document.as_object().unwrap())
    }

    #[test]
    fn documents_ask_for_signatures_in_two_ways() {
        let scheme = json!({"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"});
        let paths = json!({
            "/a": {"get": {"x-amazon-apigateway-auth": {"type": "AWS_IAM"}}, "put": {"x-amazon-apigateway-auth": {"type": "NONE"}}},
            "/b": {"x-amazon-apigateway-any-method": {"security": [{"sigv4": []}]}, "post": {"security": [{"key": []}]}, "parameters": []},
            "/c": {"get": {}, "delete": {"security": []}}
        });
        let document = json!({"components": {"securitySchemes": {"sigv4": scheme, "key": {}}}, "paths": paths});
        let field = |rest: &str| format!("{DOCUMENT}.paths[\"{rest}");
        let mut expected = vec![
            (field("/a\"].get[\"x-amazon-apigateway-auth\"]"), "GET /a".to_owned()),
            (field("/b\"][\"x-amazon-apigateway-any-method\"].security"), "ANY /b".to_owned()),
        ];
        assert_eq!(signed(&document), expected);
        let mut of_all = document.clone();
        of_all["security"] = json!([{"sigv4": []}]);
        let all = format!("{DOCUMENT}.security");
        expected.insert(1, (all.clone(), "PUT /a".to_owned()));
        expected.push((all, "GET /c".to_owned()));
        assert_eq!(signed(&of_all), expected);
        let swagger = json!({"swagger": "2.0", "securityDefinitions": {"sigv4": document["components"]["securitySchemes"]["sigv4"]}, "paths": paths});
        assert_eq!(signed(&swagger).len(), 2);
    }

    #[test]
    fn clients_are_told_what_to_sign() {
        let signing = Signing {
            fields: vec!["f".to_owned()],
            methods: ["GET /a", "GET /b", "GET /c", "GET /d"].map(str::to_owned).to_vec(),
            host_suffix: ".execute-api.eu-west-1.amazonaws.com".to_owned(),
            region: "eu-west-1".to_owned(),
        };
        let told = signing.explained(Some("a1b2c3d4e5"));
        let expected = "GET /a, GET /b, GET /c and 1 more: clients sign for service execute-api, region eu-west-1 and host a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com, not for";
        assert!(told.starts_with(expected), "{told}");
        assert!(signing.explained(None).contains("<API ID>.execute-api"), "{told}");
    }
}
