//! What others say to the same request.

use aws_sim::iam;
use iam_rs::{Arn, ContextValue, IAMPolicy, IAMRequest, PrincipalId, evaluate_policy};
use serde_json::Value;

use super::Decision;
use super::cases::{ACTION, Case, MANY};

/// The simulator's evaluator.
pub fn simulator(case: &Case) -> Decision {
    let policy = iam::Policy::of(&case.policy(), iam::Kind::Resource).unwrap();
    let keys = case.keys.iter().fold(iam::Keys::default(), |keys, (key, values)| {
        keys.with_all(key, values.iter().map(|value| (*value).to_owned()).collect())
    });
    let principal = case.caller.clone().map_or(iam::Principal::Anonymous, iam::Principal::Aws);
    let resource = case.resource();
    match policy.decide(&iam::Request { principal: &principal, action: ACTION, resource: &resource, keys: &keys }) {
        iam::Decision::Allow => Decision::Allow,
        iam::Decision::ExplicitDeny => Decision::ExplicitDeny,
        iam::Decision::ImplicitDeny => Decision::ImplicitDeny,
    }
}

/// The crate's evaluator.
pub fn iam_rs(case: &Case) -> Decision {
    let policy: IAMPolicy = serde_json::from_value(case.policy()).unwrap();
    let caller = case.caller.clone().expect("a caller that signs");
    let principal = iam_rs::Principal::Aws(PrincipalId::String(caller));
    let mut request = IAMRequest::new(principal, ACTION, Arn::parse(&case.resource()).unwrap());
    for (key, values) in &case.keys {
        let value = match values[..] {
            _ if *key == MANY => ContextValue::StringList(values.iter().map(|value| (*value).to_owned()).collect()),
            [single] if *key == "aws:SecureTransport" => ContextValue::Boolean(single == "true"),
            _ => ContextValue::String(values[0].to_owned()),
        };
        request.context.insert((*key).to_owned(), value);
    }
    match evaluate_policy(&policy, &request).unwrap() {
        iam_rs::Decision::Allow => Decision::Allow,
        iam_rs::Decision::Deny => Decision::ExplicitDeny,
        iam_rs::Decision::NotApplicable => Decision::ImplicitDeny,
    }
}

/// What iam-rs 0.8.0 does otherwise than AWS documents it, by name. All sources are pages of the IAM User Guide.
pub fn wrong_in_iam_rs(case: &Case) -> Option<&'static str> {
    if case.caller.is_none() {
        return Some("it has no anonymous callers (\"AWS JSON policy elements: Principal\", All principals)");
    }
    case.statements().iter().find_map(wrong_statement)
}

fn wrong_statement(statement: &Value) -> Option<&'static str> {
    let has = |element: &str, text: &str| statement[element].to_string().contains(text);
    if ["Principal", "NotPrincipal"].iter().any(|element| has(element, "\"111122223333\"")) {
        return Some(
            "an account is its root user only (\"AWS JSON policy elements: Principal\", AWS account principals)",
        );
    }
    if ["Resource", "NotResource"].iter().any(|element| has(element, "${")) {
        return Some(
            "a variable without a value is empty text (\"Variables and tags\", Policy variables with no value)",
        );
    }
    let mut operators = statement["Condition"].as_object().into_iter().flatten();
    operators.find_map(|(operator, keys)| wrong_condition(operator, keys))
}

fn wrong_condition(operator: &str, keys: &Value) -> Option<&'static str> {
    let (base, values) = (operator.trim_end_matches("IfExists"), keys.to_string());
    if values.contains("${") {
        return Some("conditions have no variables (\"Variables and tags\", Where you can use policy variables)");
    }
    if base.starts_with("Arn") && values.contains('*') {
        return Some("ArnEquals takes no wildcards, and components are not told apart (\"Condition operators\", ARN)");
    }
    if operator.starts_with("For") && operator.ends_with("IfExists") {
        return Some("set operators have no IfExists (\"Condition operators\", ...IfExists)");
    }
    if base == "StringNotEquals" && keys.get(MANY).is_some() {
        return Some(
            "negated without a set operator, one value of several is enough (\"Conditions with multiple context keys or values\", NOR)",
        );
    }
    None
}
