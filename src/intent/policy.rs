//! Policy documents, checked as far as one document tells.

use serde_json::{Map, Value, json};

use super::Problem;

/// A whole document of at most so many characters.
pub(super) fn check_document(document: &Map<String, Value>, field: &str, longest: usize, problems: &mut Vec<Problem>) {
    let statements = format!("{field}.Statement");
    match document.get("Statement") {
        Some(Value::Object(single)) => check_statement(single, &statements, problems),
        Some(Value::Array(items)) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                check_statement(item.as_object().unwrap_or(&Map::new()), &format!("{statements}[{index}]"), problems);
            }
        }
        _ => problems.push(Problem::new(statements, "a policy without statements allows no request: add one")),
    }
    check_length(json!(document).to_string().len(), field, longest, problems);
}

pub(super) fn check_length(length: usize, field: &str, longest: usize, problems: &mut Vec<Problem>) {
    if length > longest {
        problems.push(Problem::new(field, format!("it is {length} characters long, a policy holds at most {longest}")));
    }
}

pub(super) fn check_statement(statement: &Map<String, Value>, field: &str, problems: &mut Vec<Problem>) {
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
