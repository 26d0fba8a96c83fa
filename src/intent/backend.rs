//! What an API calls: the backends of its methods and authorizers, with the fields that name them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::document::member;
use super::stage_variables::substitute;
use super::{Definition, FunctionUse};
use crate::api::{RestApi, Route};
use crate::function_arn::{FunctionArn, InvocationUri};

/// Field of the document.
const DOCUMENT: &str = "spec.api.openApi.inline";

/// A text and the field that holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) field: String,
    pub(super) text: String,
}

/// An integration or an authorizer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Backend {
    /// Where it is.
    pub(super) uri: Option<Named>,
    /// As whom it is called.
    pub(super) credentials: Option<Named>,
    /// What else a stage variable may stand in.
    pub(super) others: Vec<Named>,
    /// What a function is called for.
    pub(super) what_for: FunctionUse,
}

impl Backend {
    /// The function that is invoked, and by a URI of which region's Lambda; none for another backend or a URI that cannot be read.
    pub(super) fn function(&self, variables: &BTreeMap<String, String>) -> Option<FunctionArn> {
        let uri = substitute(&self.uri.as_ref()?.text, variables).ok()?;
        FunctionArn::parse(InvocationUri::parse(&uri)?.function)
    }

    /// Whether a role or the caller invokes the function: then no permission of the API's own is asked for.
    ///
    /// Source: API Gateway API Reference, `Integration`, `credentials`.
    pub(super) fn has_credentials(&self) -> bool {
        self.credentials.is_some()
    }
}

/// The backends of a definition.
pub(super) fn backends(definition: &Definition) -> Vec<Backend> {
    match definition {
        Definition::Routes(routes) => of_routes(routes),
        Definition::Document(document) => of_document(document),
    }
}

/// Functions that have to let a spec's API invoke them, and what for, by ARN. What is wrong with the spec is told elsewhere.
pub(super) fn function_uses(wanted: &RestApi) -> BTreeMap<String, FunctionUse> {
    let of_document = wanted.open_api.iter().flat_map(|it| of_document(&it.inline));
    let backends = of_routes(wanted.routes.as_deref().unwrap_or_default()).into_iter().chain(of_document);
    let mut uses = BTreeMap::new();
    for backend in backends.filter(|backend| !backend.has_credentials()) {
        if let Some(arn) = backend.function(&wanted.stage.variables) {
            let merge = |it: &mut FunctionUse| *it = FunctionUse::both(*it, backend.what_for);
            uses.entry(arn.to_string()).and_modify(merge).or_insert(backend.what_for);
        }
    }
    uses
}

fn of_routes(routes: &[Route]) -> Vec<Backend> {
    let backend = |(index, route): (usize, &Route)| {
        let field = |name: &str| format!("spec.api.routes[{index}].integration.{name}");
        let integration = &route.integration;
        let lambda = integration.lambda.as_ref().map(|lambda| {
            let uri = FunctionArn::parse(&lambda.function_arn).map(|arn| arn.invocation_uri());
            Named { field: field("lambda.functionArn"), text: uri.unwrap_or_else(|| lambda.function_arn.clone()) }
        });
        let http = integration.http.as_ref().map(|http| Named { field: field("http.url"), text: http.url.clone() });
        let uri = Some(lambda.or(http)?);
        Some(Backend { uri, credentials: None, others: Vec::new(), what_for: FunctionUse::Methods })
    };
    routes.iter().enumerate().filter_map(backend).collect()
}

fn of_document(document: &Map<String, Value>) -> Vec<Backend> {
    let mut found = Vec::new();
    walk(document, DOCUMENT, &mut found);
    found
}

/// Integrations and authorizers, wherever they stand.
fn walk(members: &Map<String, Value>, field: &str, found: &mut Vec<Backend>) {
    for (name, value) in members {
        let field = member(field, name);
        match (name.as_str(), value) {
            ("x-amazon-apigateway-integration", Value::Object(integration)) => {
                let names = ["uri", "credentials"];
                found.push(read(integration, &field, names, &["connectionId"], FunctionUse::Methods));
            }
            ("x-amazon-apigateway-authorizer", Value::Object(authorizer)) => {
                let names = ["authorizerUri", "authorizerCredentials"];
                found.push(read(authorizer, &field, names, &["providerARNs"], FunctionUse::Authorizer));
            }
            (_, Value::Object(members)) => walk(members, &field, found),
            (_, Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    if let Value::Object(item) = item {
                        walk(item, &format!("{field}[{index}]"), found);
                    }
                }
            }
            _ => {}
        }
    }
}

fn read(
    members: &Map<String, Value>,
    field: &str,
    [uri, credentials]: [&str; 2],
    others: &[&str],
    what_for: FunctionUse,
) -> Backend {
    let named = |name: &str| {
        let text = members.get(name)?.as_str().filter(|text| !text.is_empty())?;
        Some(Named { field: member(field, name), text: text.to_owned() })
    };
    let mut rest = Vec::new();
    for name in others {
        rest.extend(named(name));
        let items = members.get(*name).and_then(Value::as_array).into_iter().flatten().enumerate();
        rest.extend(items.filter_map(|(index, item)| {
            Some(Named { field: format!("{}[{index}]", member(field, name)), text: item.as_str()?.to_owned() })
        }));
    }
    Backend { uri: named(uri), credentials: named(credentials), others: rest, what_for }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn functions_are_found_wherever_they_stand() {
        let arn = "arn:aws:lambda:eu-west-1:111122223333:function:hello";
        let uri =
            |arn: &str| format!("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{arn}/invocations");
        let integration = |uri: &str| json!({"x-amazon-apigateway-integration": {"type": "aws_proxy", "uri": uri}});
        let with_role = json!({"x-amazon-apigateway-integration": {
            "uri": uri("arn:aws:lambda:eu-west-1:111122223333:function:role"), "credentials": "arn:aws:iam::111122223333:role/r"
        }});
        let spec: RestApi = serde_json::from_value(json!({
            "stage": {"variables": {"name": "orders", "version": "7"}},
            "openApi": {"inline": {
                "paths": {"/": {
                    "get": integration(&uri(arn)),
                    "put": integration(&uri("arn:aws:lambda:eu-west-1:111122223333:function:${stageVariables.name}")),
                    "head": integration(&uri("arn:aws:lambda:eu-west-1:111122223333:function:${stageVariables.unset}")),
                    "post": with_role,
                    "patch": {"responses": {"200": {"content": {"text/plain": {"example": {"uri": uri(arn)}}}}}}
                }},
                "components": {"securitySchemes": {"own": {
                    "x-amazon-apigateway-authorizer": {"authorizerUri": uri(&format!("{arn}:${{stageVariables.version}}"))}
                }}}
            }}
        }))
        .unwrap();
        let document = spec.open_api.clone().unwrap().inline;
        let fields: Vec<String> = of_document(&document).into_iter().filter_map(|it| Some(it.uri?.field)).collect();
        assert_eq!(
            fields[..2],
            [
                "spec.api.openApi.inline.components.securitySchemes.own[\"x-amazon-apigateway-authorizer\"].authorizerUri",
                "spec.api.openApi.inline.paths[\"/\"].get[\"x-amazon-apigateway-integration\"].uri",
            ]
        );
        let expected = [
            (arn.to_owned(), FunctionUse::Methods),
            (format!("{arn}:7"), FunctionUse::Authorizer),
            ("arn:aws:lambda:eu-west-1:111122223333:function:orders".to_owned(), FunctionUse::Methods),
        ];
        assert_eq!(function_uses(&spec), BTreeMap::from(expected));
    }
}
