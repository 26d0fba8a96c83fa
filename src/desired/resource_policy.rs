//! The API's resource policy: whoever comes through one of these endpoints may invoke it, nobody else, or what the user wrote.

use std::collections::BTreeSet;

use serde_json::{Value, json};

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
    pub(crate) fn of(wanted: &api::ResourcePolicy) -> Self {
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
    use crate::model::policy::canonical_policy;

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
    fn another_endpoint_is_a_difference() {
        let written = document("vpce-1");
        let other = document("vpce-2");
        assert_ne!(canonical_policy(&written, "a"), canonical_policy(&other, "a"));
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
