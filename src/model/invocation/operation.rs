//! The methods of an API, as far as policies tell them apart.

use serde_json::Value;

/// A method on a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// HTTP method; none where the path takes several.
    pub method: Option<String>,
    /// Path of the resource, with its parameters: `/orders/{id}`.
    pub path: String,
    /// How callers are authorized.
    pub authorization: Authorization,
}

/// How the callers of a method are authorized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authorization {
    /// By the resource policy alone.
    None,
    /// By IAM.
    Iam,
    /// By a Lambda authorizer.
    Lambda,
    /// By an Amazon Cognito user pool.
    Cognito,
    /// By one of these, it is not known which.
    Unknown,
}

impl Authorization {
    /// Whether something else than the resource policy may allow a request: then a policy that says nothing of it denies nothing. Callers are of the API's
    /// account where they are not known: those of others need both.
    ///
    /// Source: API Gateway Developer Guide, "How API Gateway resource policies affect authorization workflow", tables A and B.
    pub(super) fn may_allow(self) -> bool {
        match self {
            Self::None | Self::Cognito => false,
            Self::Iam | Self::Lambda | Self::Unknown => true,
        }
    }

    /// Whether requests are certain to have no IAM identity for the resource policy.
    pub(super) fn is_anonymous(self) -> bool {
        match self {
            Self::None | Self::Lambda | Self::Cognito => true,
            Self::Iam | Self::Unknown => false,
        }
    }
}

/// Methods of a path item in OpenAPI, and API Gateway's for all others.
const METHODS: [&str; 7] = ["delete", "get", "head", "options", "patch", "post", "put"];
const ANY: &str = "x-amazon-apigateway-any-method";

/// The methods of an OpenAPI document.
#[must_use]
pub fn operations(document: &Value) -> Vec<Operation> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(path, item)| {
        let named = METHODS.iter().chain([&ANY]).filter_map(|name| Some((*name, item.get(*name)?)));
        named.map(|(name, operation)| Operation {
            method: (name != ANY).then(|| name.to_ascii_uppercase()),
            path: path.clone(),
            authorization: authorization(document, operation),
        })
    });
    operations.collect()
}

/// Source: API Gateway Developer Guide, `x-amazon-apigateway-auth`, `x-amazon-apigateway-authtype` and `x-amazon-apigateway-authorizer`.
fn authorization(document: &Value, operation: &Value) -> Authorization {
    if let Some(kind) = operation["x-amazon-apigateway-auth"]["type"].as_str() {
        return if kind.eq_ignore_ascii_case("AWS_IAM") { Authorization::Iam } else { Authorization::None };
    }
    let required = operation.get("security").or_else(|| document.get("security")).and_then(Value::as_array);
    let names = required.into_iter().flatten().filter_map(Value::as_object).flat_map(|schemes| schemes.keys());
    let mut kinds: Vec<Authorization> = names.map(|name| of_scheme(scheme(document, name))).collect();
    kinds.retain(|kind| *kind != Authorization::None);
    kinds.dedup();
    match kinds[..] {
        [] => Authorization::None,
        [kind] => kind,
        _ => Authorization::Unknown,
    }
}

fn scheme<'a>(document: &'a Value, name: &str) -> &'a Value {
    let of_openapi = &document["components"]["securitySchemes"][name];
    if of_openapi.is_null() { &document["securityDefinitions"][name] } else { of_openapi }
}

fn of_scheme(scheme: &Value) -> Authorization {
    let kind = scheme["x-amazon-apigateway-authtype"].as_str().unwrap_or_default();
    let authorizer = &scheme["x-amazon-apigateway-authorizer"];
    match authorizer["type"].as_str() {
        Some("token" | "request") => Authorization::Lambda,
        Some("cognito_user_pools") => Authorization::Cognito,
        _ if kind.eq_ignore_ascii_case("awsSigv4") => Authorization::Iam,
        None if authorizer.is_null() && kind.is_empty() => Authorization::None,
        _ => Authorization::Unknown,
    }
}
