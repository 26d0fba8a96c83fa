//! Resource policies: checked, expanded and read back the way API Gateway does.

use serde_json::{Map, Value};

use super::common::bad_request;
use crate::error::Answer;
use crate::iam::{Kind, Policy};

/// Quota "Length of API Gateway resource policy" (API Gateway Developer Guide, quotas).
const LONGEST: usize = 8192;

/// Order of a statement's members in what API Gateway reads back.
const MEMBERS: [&str; 9] =
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

/// The policy as API Gateway keeps it: `execute-api:/…` became the ARN of the API's methods (Developer Guide, "API Gateway resource policy
/// examples"). An empty text is no policy. `arn` is `arn:aws:execute-api:<region>:<account>:<api>`.
pub(super) fn normalised(text: &str, arn: &str) -> Answer<Option<String>> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let refused =
        || bad_request("Invalid policy document. Please check the policy syntax and ensure that Principals are valid.");
    if text.len() > LONGEST {
        return Err(bad_request(format!("The policy is longer than {LONGEST} characters")));
    }
    let document: Value = serde_json::from_str(text).map_err(|_| refused())?;
    Policy::of(&document, Kind::Resource).map_err(|_| refused())?;
    let members = document.as_object().ok_or_else(refused)?;
    let statements = match members.get("Statement") {
        Some(Value::Array(statements)) => statements.clone(),
        Some(one) => vec![one.clone()],
        None => return Err(refused()),
    };
    let expanded: Vec<Value> = statements.into_iter().map(|statement| expand(statement, arn)).collect();
    if expanded.iter().any(|statement| !about_invoke(statement)) {
        return Err(refused());
    }
    Ok(Some(written(members, &expanded)))
}

/// Only `execute-api` actions on `execute-api` resources make sense here; API Gateway refuses others.
fn about_invoke(statement: &Value) -> bool {
    let all = |name: &str, good: fn(&str) -> bool| match statement.get(name) {
        Some(Value::Array(values)) => values.iter().all(|value| value.as_str().is_some_and(good)),
        Some(value) => value.as_str().is_some_and(good),
        None => true,
    };
    let action = |text: &str| text == "*" || text.to_ascii_lowercase().starts_with("execute-api:");
    let resource = |text: &str| text == "*" || text.starts_with("arn:");
    all("Action", action) && all("NotAction", action) && all("Resource", resource) && all("NotResource", resource)
}

fn expand(mut statement: Value, arn: &str) -> Value {
    for name in ["Resource", "NotResource"] {
        match statement.get_mut(name) {
            Some(Value::String(one)) => *one = expanded(one, arn),
            Some(Value::Array(all)) => {
                for one in all {
                    if let Value::String(one) = one {
                        *one = expanded(one, arn);
                    }
                }
            }
            _ => {}
        }
    }
    statement
}

fn expanded(resource: &str, arn: &str) -> String {
    match resource.strip_prefix("execute-api:") {
        Some(path) => format!("{arn}/{}", path.trim_start_matches('/')),
        None => resource.to_owned(),
    }
}

/// Compact JSON in AWS's order of members.
fn written(members: &Map<String, Value>, statements: &[Value]) -> String {
    let mut out = Vec::new();
    for name in ["Version", "Id"] {
        if let Some(value) = members.get(name) {
            out.push(format!("\"{name}\":{value}"));
        }
    }
    let statements: Vec<String> = statements.iter().map(statement).collect();
    out.push(format!("\"Statement\":[{}]", statements.join(",")));
    format!("{{{}}}", out.join(","))
}

fn statement(statement: &Value) -> String {
    let members: Vec<String> =
        MEMBERS.iter().filter_map(|name| Some(format!("\"{name}\":{}", statement.get(*name)?))).collect();
    format!("{{{}}}", members.join(","))
}

/// The policy as `GetRestApi` answers it: JSON escaped once more, slashes too (hashicorp/terraform-provider-aws, `flattenAPIPolicy`).
pub(super) fn escaped(policy: &str) -> String {
    let quoted = Value::String(policy.to_owned()).to_string();
    quoted[1..quoted.len() - 1].replace('/', "\\/")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:execute-api:us-east-1:111122223333:abcdefghij";

    #[test]
    fn short_resources_become_arns() {
        let text = r#"{"Statement":[{"Action":"execute-api:Invoke","Principal":"*","Effect":"Allow","Resource":["execute-api:/*/*/*","execute-api:/test/GET/"]}],"Version":"2012-10-17"}"#;
        let policy = normalised(text, ARN).unwrap().unwrap();
        let expected = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":["{ARN}/*/*/*","{ARN}/test/GET/"]}}]}}"#
        );
        assert_eq!(policy, expected);
        let wire = escaped(&policy);
        assert!(wire.starts_with(r#"{\"Version\""#) && wire.contains(r"\/*\/*\/*"), "{wire}");
    }

    #[test]
    fn refuses_what_is_no_policy_for_invoking() {
        for bad in [
            "{nope",
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}]}"#,
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"execute-api:/*"}]}"#,
        ] {
            assert_eq!(normalised(bad, ARN).unwrap_err().code, "BadRequestException", "{bad}");
        }
        assert_eq!(normalised("", ARN), Ok(None));
    }
}
