//! What API Gateway makes of a security scheme.
//!
//! Sources: API Gateway Developer Guide, "Amazon API Gateway important notes" (REST APIs: the type of a scheme must be `apiKey`, the rest is told by
//! extensions), "x-amazon-apigateway-authorizer object", "x-amazon-apigateway-authtype property" and "Configure a method to use API keys with an
//! OpenAPI definition". Other schemes are left out of an import with a warning: "Unsupported security definition type 'oauth2' for 'oauth'. Ignoring."

use serde_json::Value;

use super::document::{At, Document};

/// The extension that makes an authorizer of a scheme.
pub(crate) const AUTHORIZER: &str = "x-amazon-apigateway-authorizer";
/// The extension that names the kind of an authorizer; `awsSigv4` stands for IAM.
pub(crate) const AUTH_TYPE: &str = "x-amazon-apigateway-authtype";

/// What enforces a scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Enforcement {
    /// API Gateway's own API keys.
    ApiKey,
    /// IAM, by the signature of the request.
    Iam,
    /// A Lambda function.
    Lambda,
    /// A Cognito user pool.
    Cognito,
}

impl Enforcement {
    /// Whether it becomes the authorization of a method, of which each has one. An API key comes on top.
    pub(super) fn authorizes(self) -> bool {
        self != Self::ApiKey
    }
}

/// The scheme of that name, references followed.
pub(crate) fn scheme<'a>(document: Document<'a>, name: &str) -> Option<At<'a>> {
    document.resolve(document.security_schemes()?.get(name)?).filter(|scheme| scheme.value.is_object())
}

/// What enforces a scheme, or why nothing does and what to write.
pub(crate) fn enforcement(scheme: &At<'_>) -> Result<Enforcement, String> {
    let auth_type = scheme.text(AUTH_TYPE);
    let signed = auth_type.is_some_and(|it| it.eq_ignore_ascii_case("awsSigv4"));
    match (scheme.get(AUTHORIZER), signed) {
        (Some(_), true) => Err(format!("it has both {AUTHORIZER} and {AUTH_TYPE} awsSigv4: keep one of them")),
        (None, true) => Ok(Enforcement::Iam),
        (Some(authorizer), false) => of_authorizer(scheme, &authorizer),
        (None, false) if scheme.value.get(AUTH_TYPE).is_some() => {
            Err(format!("it has {AUTH_TYPE} without {AUTHORIZER}: add {AUTHORIZER}"))
        }
        (None, false) => of_type(scheme),
    }
}

fn of_authorizer(scheme: &At<'_>, authorizer: &At<'_>) -> Result<Enforcement, String> {
    if scheme.text("type") == Some("mutualTLS") {
        return Err("type mutualTLS takes no authorizer: have the load balancer verify client certificates (spec.loadBalancer.listener.mutualAuthentication)".to_owned());
    }
    let kind = authorizer.text("type").unwrap_or_default();
    match kind.to_ascii_lowercase().as_str() {
        "token" | "request" => Ok(Enforcement::Lambda),
        "cognito_user_pools" => Ok(Enforcement::Cognito),
        "jwt" => Err("authorizers of type jwt belong to HTTP APIs: write type cognito_user_pools with providerARNs, or type token with the authorizerUri of a Lambda function that verifies the token".to_owned()),
        _ => Err(format!("{kind:?} is not a type of {AUTHORIZER}: write token, request or cognito_user_pools")),
    }
}

fn of_type(scheme: &At<'_>) -> Result<Enforcement, String> {
    let text = |name| scheme.text(name).unwrap_or_default();
    match text("type") {
        "apiKey" if text("in") == "header" && text("name").eq_ignore_ascii_case("x-api-key") => Ok(Enforcement::ApiKey),
        "apiKey" => Err(format!(
            "API Gateway takes API keys from the header x-api-key only: write name x-api-key and in header, or add {AUTHORIZER} with a Lambda function that checks the key"
        )),
        "mutualTLS" => Err("type mutualTLS: have the load balancer verify client certificates (spec.loadBalancer.listener.mutualAuthentication), and leave the scheme out".to_owned()),
        kind => Err(format!(
            "it is of type {} and has no {AUTHORIZER}: add {AUTHORIZER} with a Lambda function or a Cognito user pool",
            if kind.is_empty() { "none" } else { kind }
        )),
    }
}

/// A scheme in the form that API Gateway documents for what enforces it: of type `apiKey`, the kind of authorizer in lower case and named.
/// Schemes of type `http`, `oauth2` and `openIdConnect` send their token in the header `Authorization`.
pub(crate) fn canonical(scheme: &Value, enforcement: Enforcement) -> Value {
    let mut scheme = scheme.clone();
    let Some(members) = scheme.as_object_mut() else { return scheme };
    if members.get("type").and_then(Value::as_str) != Some("apiKey") {
        members.retain(|name, _| name.starts_with("x-") || name == "description");
        members.extend([("type", "apiKey"), ("name", "Authorization"), ("in", "header")].map(text));
    }
    let auth_type = match enforcement {
        Enforcement::Lambda => Some("custom"),
        Enforcement::Cognito => Some("cognito_user_pools"),
        Enforcement::ApiKey | Enforcement::Iam => None,
    };
    if let Some(auth_type) = auth_type {
        members.entry(AUTH_TYPE).or_insert_with(|| auth_type.into());
    }
    if let Some(kind) = members.get_mut(AUTHORIZER).and_then(|it| it.get_mut("type"))
        && let Some(text) = kind.as_str().map(str::to_ascii_lowercase)
    {
        *kind = text.into();
    }
    scheme
}

fn text((name, value): (&str, &str)) -> (String, Value) {
    (name.to_owned(), value.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(scheme: &Value) -> Result<Enforcement, String> {
        enforcement(&At { value: scheme, place: String::new() })
    }

    fn with(kind: &str) -> Value {
        json!({"type": "apiKey", "name": "Authorization", "in": "header", AUTHORIZER: {"type": kind}})
    }

    #[test]
    fn what_api_gateway_documents_is_enforced() {
        let cases = [
            (json!({"type": "apiKey", "name": "X-API-Key", "in": "header"}), Enforcement::ApiKey),
            (
                json!({"type": "apiKey", "name": "Authorization", "in": "header", AUTH_TYPE: "awsSigv4"}),
                Enforcement::Iam,
            ),
            (with("token"), Enforcement::Lambda),
            (with("REQUEST"), Enforcement::Lambda),
            (with("cognito_user_pools"), Enforcement::Cognito),
            (json!({"type": "oauth2", "flows": {}, AUTHORIZER: {"type": "cognito_user_pools"}}), Enforcement::Cognito),
            (json!({"type": "http", "scheme": "bearer", AUTHORIZER: {"type": "token"}}), Enforcement::Lambda),
        ];
        for (scheme, expected) in cases {
            assert_eq!(of(&scheme), Ok(expected), "{scheme}");
        }
    }

    #[test]
    fn nothing_else_is_and_what_to_write_is_told() {
        let cases = [
            (json!({"type": "http", "scheme": "bearer"}), "it is of type http and has no"),
            (json!({"type": "basic"}), "it is of type basic"),
            (json!({"type": "oauth2", "flows": {}}), "it is of type oauth2"),
            (json!({"type": "openIdConnect", "openIdConnectUrl": "https://a"}), "it is of type openIdConnect"),
            (json!({"type": "mutualTLS"}), "type mutualTLS: have the load balancer"),
            (json!({}), "it is of type none"),
            (json!({"type": "apiKey", "name": "token", "in": "header"}), "API Gateway takes API keys from"),
            (json!({"type": "apiKey", "name": "x-api-key", "in": "query"}), "API Gateway takes API keys from"),
            (json!({"type": "apiKey", "name": "x-api-key", "in": "cookie"}), "API Gateway takes API keys from"),
            (
                json!({"type": "apiKey", "name": "x-api-key", "in": "header", AUTH_TYPE: "custom"}),
                "it has x-amazon-apigateway-authtype without",
            ),
            (with("jwt"), "authorizers of type jwt belong to HTTP APIs"),
            (with("magic"), "\"magic\" is not a type"),
            (json!({"type": "apiKey", AUTH_TYPE: "awsSigv4", AUTHORIZER: {"type": "token"}}), "it has both"),
        ];
        for (scheme, expected) in cases {
            let said = of(&scheme).unwrap_err();
            assert!(said.starts_with(expected), "{scheme}: {said}");
        }
    }

    #[test]
    fn a_scheme_is_imported_in_the_documented_form() {
        let scheme = json!({"type": "http", "scheme": "bearer", "description": "d", AUTHORIZER: {"type": "TOKEN", "authorizerUri": "u"}});
        let expected = json!({
            "type": "apiKey", "name": "Authorization", "in": "header", "description": "d", AUTH_TYPE: "custom",
            AUTHORIZER: {"type": "token", "authorizerUri": "u"},
        });
        assert_eq!(canonical(&scheme, Enforcement::Lambda), expected);
        assert_eq!(canonical(&expected, Enforcement::Lambda), expected);
        let key = json!({"type": "apiKey", "name": "x-api-key", "in": "header"});
        assert_eq!(canonical(&key, Enforcement::ApiKey), key);
    }
}
