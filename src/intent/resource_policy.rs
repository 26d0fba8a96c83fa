//! `spec.api.resourcePolicy`, checked.

use serde_json::{Map, Value, json};

use super::Problem;
use crate::api::ResourcePolicy;

/// Most characters of a policy. API Gateway counts the ARN of the API, which is longer than its short form.
///
/// Source: API Gateway Developer Guide, quotas.
const LONGEST: usize = 8192;

pub(super) fn check(wanted: &ResourcePolicy, problems: &mut Vec<Problem>) {
    let field = "spec.api.resourcePolicy";
    for (index, given) in wanted.statements.iter().enumerate() {
        statement(given, &format!("{field}.statements[{index}]"), problems);
    }
    let length = match &wanted.document {
        Some(document) => {
            whole(document, &format!("{field}.document"), problems);
            json!(document).to_string().len()
        }
        None => json!(wanted.statements).to_string().len(),
    };
    if length > LONGEST {
        problems.push(Problem::new(field, format!("it is {length} characters long, a policy holds at most {LONGEST}")));
    }
}

fn whole(document: &Map<String, Value>, field: &str, problems: &mut Vec<Problem>) {
    let field = format!("{field}.Statement");
    match document.get("Statement") {
        Some(Value::Object(single)) => statement(single, &field, problems),
        Some(Value::Array(items)) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                statement(item.as_object().unwrap_or(&Map::new()), &format!("{field}[{index}]"), problems);
            }
        }
        _ => problems.push(Problem::new(field, "a policy without statements admits nobody: add one")),
    }
}

fn statement(statement: &Map<String, Value>, field: &str, problems: &mut Vec<Problem>) {
    let effect = statement.get("Effect").and_then(Value::as_str).unwrap_or_default();
    if !["Allow", "Deny"].contains(&effect) {
        problems.push(Problem::new(format!("{field}.Effect"), "must be Allow or Deny"));
    }
    for names in [["Principal", "NotPrincipal"], ["Action", "NotAction"], ["Resource", "NotResource"]] {
        if names.iter().filter(|name| statement.contains_key(**name)).count() != 1 {
            let message = format!("exactly one of {} and {} must be set", names[0], names[1]);
            problems.push(Problem::new(format!("{field}.{}", names[0]), message));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(policy: Value) -> Vec<String> {
        let mut problems = Vec::new();
        check(&serde_json::from_value(policy).unwrap(), &mut problems);
        problems.into_iter().map(|problem| problem.field).collect()
    }

    #[test]
    fn statements_are_whole() {
        let good =
            json!({"Effect": "Deny", "NotPrincipal": {"AWS": "1"}, "Action": "execute-api:Invoke", "Resource": "*"});
        assert!(problems(json!({"statements": [good]})).is_empty());
        assert!(problems(json!({"document": {"Statement": good}})).is_empty());
        let effect = "spec.api.resourcePolicy.statements[1].Effect";
        let bad = json!({"Effect": "deny", "Principal": "*", "Action": "*", "Resource": "*"});
        assert_eq!(problems(json!({"statements": [good, bad]})), [effect]);
        let open = json!({"Effect": "Allow", "Principal": "*"});
        let document = "spec.api.resourcePolicy.document.Statement";
        let found = problems(json!({"document": {"Statement": [open]}}));
        assert_eq!(found, [format!("{document}[0].Action"), format!("{document}[0].Resource")]);
        assert_eq!(problems(json!({"document": {"Version": "2012-10-17"}})), [document]);
        let long = "x".repeat(9000);
        let long = json!({"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": long});
        assert_eq!(problems(json!({"statements": [long]})), ["spec.api.resourcePolicy"]);
    }
}
