//! Security schemes become authorizers and the API key requirement.

use serde_json::Value;

use super::super::authorizer::Authorizer;
use super::super::definition::Definition;
use super::super::method::Method;
use super::document::Document;
use crate::ids::Ids;

/// Every scheme with `x-amazon-apigateway-authorizer` becomes an authorizer of the scheme's name.
///
/// Inferred (import-authorizer-refusals): what `CreateAuthorizer` refuses is refused here too, in the form that other parts have.
pub(super) fn authorizers(
    document: &Document,
    definition: &mut Definition,
    ids: &mut Ids,
    account: &str,
) -> Vec<String> {
    let mut errors = Vec::new();
    for (name, scheme) in document.security_schemes() {
        let Some(extension) = scheme.get("x-amazon-apigateway-authorizer") else {
            continue;
        };
        let text = |member: &str| extension.get(member).and_then(Value::as_str).map(str::to_owned);
        let known = definition.authorizers.values().find(|authorizer| authorizer.name == *name);
        let id = known.map_or_else(|| ids.alphanumeric(6), |authorizer| authorizer.id.clone());
        let header = scheme.get("name").and_then(Value::as_str).map(|header| format!("method.request.header.{header}"));
        let arns = extension.get("providerARNs").and_then(Value::as_array).into_iter().flatten();
        let authorizer = Authorizer {
            id: id.clone(),
            name: name.clone(),
            kind: text("type").unwrap_or_default().to_ascii_uppercase(),
            provider_arns: arns.filter_map(Value::as_str).map(str::to_owned).collect(),
            auth_type: scheme.get("x-amazon-apigateway-authtype").and_then(Value::as_str).map(str::to_owned),
            authorizer_uri: text("authorizerUri"),
            authorizer_credentials: text("authorizerCredentials"),
            identity_source: text("identitySource").or(header),
            identity_validation_expression: text("identityValidationExpression"),
            authorizer_result_ttl_in_seconds: extension
                .get("authorizerResultTtlInSeconds")
                .and_then(Value::as_i64)
                .or(Some(300)),
        };
        match authorizer.checked(account) {
            Ok(authorizer) => drop(definition.authorizers.insert(id, authorizer)),
            Err(error) => errors.push(format!("Unable to create authorizer for '{name}': {}", error.message)),
        }
    }
    errors
}

/// What the operation's `security`, else the document's, asks of callers.
pub(super) fn apply(
    document: &Document,
    definition: &Definition,
    operation: &Value,
    method: &mut Method,
    warnings: &mut Vec<String>,
) {
    let asked = operation.get("security").or_else(|| document.get("security")).and_then(Value::as_array);
    let names = asked.into_iter().flatten().filter_map(Value::as_object).flatten();
    for (name, scopes) in names {
        let Some(scheme) = document.security_schemes().get(name) else {
            warnings.push(format!("Unable to find security definition '{name}'"));
            continue;
        };
        let of_scheme = |member: &str| scheme.get(member).and_then(Value::as_str).unwrap_or_default();
        if let Some(authorizer) = definition.authorizers.values().find(|authorizer| authorizer.name == *name) {
            let cognito = authorizer.kind == "COGNITO_USER_POOLS";
            let kind = if cognito { "COGNITO_USER_POOLS" } else { "CUSTOM" };
            kind.clone_into(&mut method.authorization_type);
            method.authorizer_id = Some(authorizer.id.clone());
            method.authorization_scopes =
                scopes.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
        } else if of_scheme("x-amazon-apigateway-authtype").eq_ignore_ascii_case("awsSigv4") {
            "AWS_IAM".clone_into(&mut method.authorization_type);
        } else if of_scheme("type") == "apiKey" && of_scheme("name").eq_ignore_ascii_case("x-api-key") {
            method.api_key_required = true;
        }
    }
    let auth = operation.get("x-amazon-apigateway-auth").and_then(|auth| auth.get("type")).and_then(Value::as_str);
    if auth.is_some_and(|kind| kind.eq_ignore_ascii_case("AWS_IAM")) {
        "AWS_IAM".clone_into(&mut method.authorization_type);
    }
}
