//! The API's resource policy: whoever comes through one of these endpoints may invoke it, nobody else, or what the user wrote.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::api;

/// Every stage, method and path of the API. The service stores it as the full ARN.
///
/// Source: API Gateway Developer Guide, "API Gateway resource policy examples".
const EVERY_METHOD: &str = "execute-api:/*/*/*";

/// A resource policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResourcePolicy {
    /// One that admits the front door's endpoints and nobody else.
    Generated {
        /// Endpoints that it admits, too.
        additional_vpc_endpoint_ids: Vec<String>,
        /// Further statements.
        statements: Vec<Value>,
    },
    /// The user's.
    Document(Value),
}

impl ResourcePolicy {
    pub(super) fn of(wanted: &api::ResourcePolicy) -> Self {
        match &wanted.document {
            Some(document) => Self::Document(json!(document)),
            None => Self::Generated {
                additional_vpc_endpoint_ids: wanted.additional_vpc_endpoint_ids.clone(),
                statements: wanted.statements.iter().map(|statement| json!(statement)).collect(),
            },
        }
    }

    /// The document, once the front door's endpoints are known.
    #[must_use]
    pub fn document(&self, vpc_endpoint_ids: &BTreeSet<String>) -> Value {
        let (additional, statements) = match self {
            Self::Document(document) => return document.clone(),
            Self::Generated { additional_vpc_endpoint_ids, statements } => (additional_vpc_endpoint_ids, statements),
        };
        let endpoints: BTreeSet<&String> = additional.iter().chain(vpc_endpoint_ids).collect();
        let only = endpoints.first().filter(|_| endpoints.len() == 1);
        let admitted = only.map_or_else(|| json!(endpoints), |only| json!(only));
        let statement = |effect: &str| json!({"Effect": effect, "Principal": "*", "Action": "execute-api:Invoke", "Resource": EVERY_METHOD});
        let mut deny = statement("Deny");
        deny["Condition"] = json!({"StringNotEquals": {"aws:SourceVpce": admitted}});
        let generated = [deny, statement("Allow")];
        let all: Vec<&Value> = generated.iter().chain(statements).collect();
        json!({"Version": "2012-10-17", "Statement": all})
    }
}

/// A policy in the form in which two that mean the same are equal: single values as lists, lists sorted, condition keys in lower case, the full
/// ARN of this API shortened, statement IDs kept.
#[must_use]
pub fn canonical_policy(policy: &Value, api_id: &str) -> Value {
    let Value::Object(document) = policy else { return policy.clone() };
    let mut canonical = document.clone();
    let statements = match document.get("Statement") {
        Some(Value::Array(statements)) => statements.clone(),
        Some(single) => vec![single.clone()],
        None => Vec::new(),
    };
    let mut statements: Vec<Value> =
        statements.iter().map(|statement| canonical_statement(statement, api_id)).collect();
    statements.sort_by_key(Value::to_string);
    canonical.insert("Statement".to_owned(), Value::Array(statements));
    Value::Object(canonical)
}

fn canonical_statement(statement: &Value, api_id: &str) -> Value {
    let Value::Object(fields) = statement else { return statement.clone() };
    let canonical = fields.iter().map(|(key, value)| {
        let value = match key.as_str() {
            "Action" | "NotAction" => sorted_list(value, str::to_owned),
            "Resource" | "NotResource" => sorted_list(value, |resource| short_resource(resource, api_id)),
            "Condition" => canonical_condition(value),
            "Principal" | "NotPrincipal" => canonical_principal(value),
            _ => value.clone(),
        };
        (key.clone(), value)
    });
    Value::Object(canonical.collect())
}

fn canonical_condition(condition: &Value) -> Value {
    let Value::Object(operators) = condition else { return condition.clone() };
    let keys = |value: &Value| match value {
        Value::Object(keys) => {
            let canonical =
                keys.iter().map(|(key, value)| (key.to_ascii_lowercase(), sorted_list(value, str::to_owned)));
            Value::Object(canonical.collect())
        }
        other => other.clone(),
    };
    Value::Object(operators.iter().map(|(operator, value)| (operator.clone(), keys(value))).collect())
}

/// `"*"`, `{"AWS": "*"}` and `{"AWS": ["*"]}` all mean everybody.
fn canonical_principal(principal: &Value) -> Value {
    let is_everybody = |who: &Value| *who == json!("*") || *who == json!(["*"]);
    match principal {
        Value::Object(kinds) if kinds.len() == 1 && kinds.get("AWS").is_some_and(is_everybody) => json!("*"),
        Value::Object(kinds) => Value::Object(
            kinds.iter().map(|(kind, who)| (kind.clone(), sorted_list(who, account))).collect::<Map<_, _>>(),
        ),
        other => other.clone(),
    }
}

/// A principal that is an account is stored as the ARN of its root.
///
/// Source: IAM User Guide, "AWS JSON policy elements: Principal".
fn account(principal: &str) -> String {
    let account = principal.strip_suffix(":root").and_then(|arn| arn.rsplit_once(":iam::"));
    account.map_or(principal, |(_, account)| account).to_owned()
}

fn sorted_list(value: &Value, canonical: impl Fn(&str) -> String) -> Value {
    let items = match value {
        Value::Array(items) => items.clone(),
        single => vec![single.clone()],
    };
    let text = |item: &Value| match item {
        Value::String(text) => canonical(text),
        other => other.to_string(),
    };
    let mut items: Vec<String> = items.iter().map(text).collect();
    items.sort();
    items.dedup();
    json!(items)
}

/// `arn:aws:execute-api:<region>:<account>:<this API>/x` as `execute-api:/x`.
fn short_resource(resource: &str, api_id: &str) -> String {
    let path = resource.split_once(":execute-api:").and_then(|(_, rest)| rest.splitn(3, ':').nth(2));
    let own = path.and_then(|path| path.strip_prefix(api_id)).filter(|rest| rest.is_empty() || rest.starts_with('/'));
    own.map_or_else(|| resource.to_owned(), |rest| format!("execute-api:{rest}"))
}

/// The statements of a policy, one line each.
#[must_use]
pub fn statements(policy: &Value) -> Vec<String> {
    let statements = match policy.get("Statement") {
        Some(Value::Array(statements)) => statements.clone(),
        Some(single) => vec![single.clone()],
        None => Vec::new(),
    };
    statements.iter().map(sentence).collect()
}

fn sentence(statement: &Value) -> String {
    let part = |word: &str, key: &str| statement.get(key).map(|value| format!("{word}{}", words(value)));
    let parts = [
        part("", "Effect"),
        part("", "Action"),
        part("not ", "NotAction"),
        part("on ", "Resource"),
        part("on all but ", "NotResource"),
        part("to ", "Principal"),
        part("to all but ", "NotPrincipal"),
        part("if ", "Condition"),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(" or "),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| format!("{key} {}", words(value))).collect::<Vec<_>>().join(" and ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(endpoint: &str) -> Value {
        ResourcePolicy::of(&api::ResourcePolicy::default()).document(&BTreeSet::from([endpoint.to_owned()]))
    }

    #[test]
    fn statements_read_as_sentences() {
        assert_eq!(
            statements(&document("vpce-1")),
            [
                "Deny execute-api:Invoke on execute-api:/*/*/* to * if StringNotEquals aws:SourceVpce vpce-1",
                "Allow execute-api:Invoke on execute-api:/*/*/* to *",
            ]
        );
        assert!(statements(&Value::Null).is_empty());
    }

    #[test]
    fn what_the_service_returns_equals_what_was_written() {
        let written = document("vpce-1");
        let returned = json!({
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["execute-api:Invoke"],
                 "Resource": "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/*/*/*"},
                {"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke",
                 "Resource": ["arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/*/*/*"],
                 "Condition": {"StringNotEquals": {"aws:sourceVpce": ["vpce-1"]}}}
            ]
        });
        assert_eq!(canonical_policy(&returned, "a1b2c3d4e5"), canonical_policy(&written, "a1b2c3d4e5"));
    }

    #[test]
    fn statements_of_the_user_stand_beside_the_generated_ones_and_a_document_instead() {
        let deny = json!({"Effect": "Deny", "Principal": {"AWS": "111122223333"}, "Action": "*", "Resource": "*"});
        let policy = |policy: Value| ResourcePolicy::of(&serde_json::from_value(policy).unwrap());
        let widened = policy(json!({"additionalVpcEndpointIds": ["vpce-2"], "statements": [deny]}));
        let mut written = widened.document(&BTreeSet::from(["vpce-1".to_owned()]));
        assert_eq!(
            statements(&written),
            [
                "Deny execute-api:Invoke on execute-api:/*/*/* to * if StringNotEquals aws:SourceVpce vpce-1 or vpce-2",
                "Allow execute-api:Invoke on execute-api:/*/*/* to *",
                "Deny * on * to AWS 111122223333",
            ]
        );
        let before = canonical_policy(&written, "a");
        written["Statement"][2]["Principal"]["AWS"] = json!("arn:aws:iam::111122223333:root");
        assert_eq!(canonical_policy(&written, "a"), before);
        let whole = json!({"Version": "2012-10-17", "Statement": deny});
        assert_eq!(policy(json!({"document": whole})).document(&BTreeSet::new()), whole);
    }

    #[test]
    fn another_endpoint_or_api_is_a_difference() {
        let written = document("vpce-1");
        let other = document("vpce-2");
        assert_ne!(canonical_policy(&written, "a"), canonical_policy(&other, "a"));
        assert_eq!(short_resource("arn:aws:execute-api:r:1:bbb/*", "aaa"), "arn:aws:execute-api:r:1:bbb/*");
        assert_eq!(short_resource("arn:aws:execute-api:r:1:aaaa/*", "aaa"), "arn:aws:execute-api:r:1:aaaa/*");
        assert_eq!(short_resource("arn:aws:execute-api:r:1:aaa/*", "aaa"), "execute-api:/*");
    }

    #[test]
    fn everybody_is_the_same_however_it_is_written() {
        let policy =
            |principal: Value| canonical_policy(&json!({"Statement": [{"Principal": principal}]}), "a1b2c3d4e5");
        for principal in [json!({"AWS": "*"}), json!({"AWS": ["*"]})] {
            assert_eq!(policy(principal.clone()), policy(json!("*")), "{principal}");
        }
        assert_ne!(policy(json!({"AWS": ["*"], "Service": "a"})), policy(json!("*")));
    }
}
