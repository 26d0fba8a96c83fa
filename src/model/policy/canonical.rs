//! Policies in one form, so that two that mean the same are equal.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::operator::{Operator, Test, range};

/// The action of requests to an API, as AWS spells it.
const INVOKE: &str = "execute-api:Invoke";

/// A policy in the form in which two that mean the same are equal, whatever the service that stores it makes of it: single values as lists, lists sorted,
/// action names and condition keys without regard to case, everybody and accounts as principals in their short form, the full ARN of this API shortened,
/// values of conditions as their operator reads them. Statement IDs are kept.
///
/// Source: IAM User Guide, "IAM JSON policy element reference", and "Condition": key names ignore case; "Action": so do actions.
#[must_use]
pub fn canonical_policy(policy: &Value, api_id: &str) -> Value {
    let Value::Object(document) = policy else { return policy.clone() };
    let mut canonical = document.clone();
    let statements = match document.get("Statement") {
        Some(Value::Array(statements)) => statements.clone(),
        Some(single) => vec![single.clone()],
        None => Vec::new(),
    };
    let mut statements: Vec<Value> = statements.iter().map(|it| canonical_statement(it, api_id)).collect();
    statements.sort_by_key(Value::to_string);
    canonical.insert("Statement".to_owned(), Value::Array(statements));
    Value::Object(canonical)
}

fn canonical_statement(statement: &Value, api_id: &str) -> Value {
    let Value::Object(fields) = statement else { return statement.clone() };
    let says_nothing = |key: &str, value: &Value| match key {
        "Sid" => value.as_str() == Some(""),
        "Condition" => value.as_object().is_some_and(Map::is_empty),
        _ => false,
    };
    let canonical = fields.iter().filter(|(key, value)| !says_nothing(key, value)).map(|(key, value)| {
        let value = match key.as_str() {
            "Action" | "NotAction" => sorted_list(value, action),
            "Resource" | "NotResource" => sorted_list(value, |resource| short_resource(resource, api_id)),
            "Condition" => canonical_condition(value),
            "Principal" | "NotPrincipal" => canonical_principal(value),
            _ => value.clone(),
        };
        (key.clone(), value)
    });
    Value::Object(canonical.collect())
}

/// Action names ignore case.
fn action(name: &str) -> String {
    if name.eq_ignore_ascii_case(INVOKE) { INVOKE.to_owned() } else { name.to_ascii_lowercase() }
}

fn canonical_condition(condition: &Value) -> Value {
    let Value::Object(operators) = condition else { return condition.clone() };
    let canonical = operators.iter().map(|(operator, keys)| {
        let keys = keys.as_object().map_or_else(|| keys.clone(), |keys| canonical_keys(operator, keys));
        (operator.clone(), keys)
    });
    Value::Object(canonical.collect())
}

/// Key names ignore case. One that stands twice in different spellings is two conditions, of which both have to hold.
fn canonical_keys(operator: &str, keys: &Map<String, Value>) -> Value {
    let test = Operator::parse(operator).map(|operator| operator.test);
    let mut spellings: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (key, values) in keys {
        let values = sorted_list(values, |value| condition_value(test, value));
        spellings.entry(key.to_ascii_lowercase()).or_default().push(values);
    }
    let mut canonical = Map::new();
    let written: Vec<String> = spellings.keys().cloned().collect();
    for (key, mut all) in spellings {
        all.sort_by_key(Value::to_string);
        all.dedup();
        let further = (2..).map(|place: usize| format!("{key} ({place})")).filter(|name| !written.contains(name));
        canonical.extend(std::iter::once(key.clone()).chain(further).zip(all));
    }
    Value::Object(canonical)
}

/// A value as its operator reads it.
fn condition_value(test: Option<Test>, value: &str) -> String {
    match test {
        Some(Test::Bool | Test::Null | Test::EqualsIgnoreCase) => value.to_ascii_lowercase(),
        Some(Test::Address) => range(value).map_or_else(|| value.to_owned(), |range| range.trunc().to_string()),
        _ => value.to_owned(),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    const API: &str = "a1b2c3d4e5";

    fn statement(changes: &[(&str, Value)]) -> Value {
        let mut statement =
            json!({"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"});
        for (element, value) in changes {
            statement[*element] = value.clone();
        }
        json!({"Version": "2012-10-17", "Statement": [statement]})
    }

    fn same(this: &[(&str, Value)], that: &[(&str, Value)]) -> bool {
        canonical_policy(&statement(this), API) == canonical_policy(&statement(that), API)
    }

    #[test]
    fn what_iam_reads_alike_is_the_same() {
        let condition = |operator: &str, key: &str, values: Value| ("Condition", json!({operator: {key: values}}));
        let long = "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/*";
        for (this, that) in [
            (("Action", json!("EXECUTE-API:invoke")), ("Action", json!(["execute-api:Invoke"]))),
            (("Action", json!(["b:X", "a:Y"])), ("Action", json!(["A:y", "b:x"]))),
            (("NotAction", json!("b:X")), ("NotAction", json!(["B:x", "b:X"]))),
            (("Resource", json!(long)), ("Resource", json!(["execute-api:/*"]))),
            (("Principal", json!({"AWS": ["*"]})), ("Principal", json!("*"))),
            (
                ("Principal", json!({"AWS": "arn:aws:iam::111122223333:root"})),
                ("Principal", json!({"AWS": ["111122223333"]})),
            ),
            (("Sid", json!("")), ("Effect", json!("Allow"))),
            (("Condition", json!({})), ("Effect", json!("Allow"))),
            (
                condition("StringEquals", "aws:SourceVpce", json!("vpce-1")),
                condition("StringEquals", "AWS:sourcevpce", json!(["vpce-1", "vpce-1"])),
            ),
            (
                condition("Bool", "aws:SecureTransport", json!(true)),
                condition("Bool", "aws:SecureTransport", json!("True")),
            ),
            (condition("Null", "aws:SourceVpc", json!("false")), condition("Null", "aws:SourceVpc", json!([false]))),
            (condition("NumericLessThan", "a:b", json!(10)), condition("NumericLessThan", "a:b", json!("10"))),
            (
                condition("IpAddress", "aws:VpcSourceIp", json!(["10.0.0.1", "10.0.1.7/24"])),
                condition("IpAddress", "aws:VpcSourceIp", json!(["10.0.1.0/24", "10.0.0.1/32"])),
            ),
            (
                condition("StringEqualsIgnoreCase", "aws:UserAgent", json!("Curl")),
                condition("StringEqualsIgnoreCase", "aws:UserAgent", json!("curl")),
            ),
        ] {
            assert!(same(std::slice::from_ref(&this), std::slice::from_ref(&that)), "{this:?} {that:?}");
        }
    }

    #[test]
    fn what_iam_tells_apart_is_a_difference() {
        let condition = |operator: &str, key: &str, values: Value| ("Condition", json!({operator: {key: values}}));
        for (this, that) in [
            (("Resource", json!("execute-api:/A")), ("Resource", json!("execute-api:/a"))),
            (("Action", json!("execute-api:*")), ("Action", json!("execute-api:Invoke"))),
            (("Sid", json!("a")), ("Sid", json!("b"))),
            (("Principal", json!({"AWS": "*", "Service": "a.b"})), ("Principal", json!("*"))),
            (
                condition("StringEquals", "aws:SourceVpce", json!("vpce-A")),
                condition("StringEquals", "aws:SourceVpce", json!("vpce-a")),
            ),
            (
                condition("StringEquals", "aws:SourceVpce", json!("vpce-1")),
                condition("StringNotEquals", "aws:SourceVpce", json!("vpce-1")),
            ),
            (
                ("Condition", json!({"StringEquals": {"aws:SourceVpce": "vpce-1", "aws:sourceVpce": "vpce-2"}})),
                condition("StringEquals", "aws:sourcevpce", json!(["vpce-1"])),
            ),
            (
                ("Condition", json!({"StringEquals": {"aws:SourceVpce": "vpce-1", "aws:sourceVpce": "vpce-2"}})),
                condition("StringEquals", "aws:sourcevpce", json!(["vpce-1", "vpce-2"])),
            ),
        ] {
            assert!(!same(std::slice::from_ref(&this), std::slice::from_ref(&that)), "{this:?} {that:?}");
        }
    }

    #[test]
    fn the_order_of_statements_does_not_matter() {
        let statements = |order: [&str; 2]| {
            let statements = order.map(|sid| json!({"Sid": sid, "Effect": "Allow", "Action": "*"}));
            canonical_policy(&json!({"Statement": statements}), API)
        };
        assert_eq!(statements(["a", "b"]), statements(["b", "a"]));
        let single = json!({"Statement": {"Effect": "Allow", "Action": "*"}});
        let list = json!({"Statement": [{"Effect": "Allow", "Action": ["*"]}]});
        assert_eq!(canonical_policy(&single, API), canonical_policy(&list, API));
    }

    #[test]
    fn only_the_api_itself_has_a_short_form() {
        assert_eq!(short_resource("arn:aws:execute-api:r:1:bbb/*", "aaa"), "arn:aws:execute-api:r:1:bbb/*");
        assert_eq!(short_resource("arn:aws:execute-api:r:1:aaaa/*", "aaa"), "arn:aws:execute-api:r:1:aaaa/*");
        assert_eq!(short_resource("arn:aws:execute-api:r:1:aaa/*", "aaa"), "execute-api:/*");
    }
}
