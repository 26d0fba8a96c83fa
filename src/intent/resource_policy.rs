//! `spec.api.resourcePolicy`, checked.

use serde_json::json;

use super::{Problem, policy};
use crate::api::ResourcePolicy;

/// Most characters of a policy. API Gateway counts the ARN of the API, which is longer than its short form.
///
/// Source: API Gateway Developer Guide, quotas.
const LONGEST: usize = 8192;

pub(super) fn check(wanted: &ResourcePolicy, problems: &mut Vec<Problem>) {
    let field = "spec.api.resourcePolicy";
    for (index, given) in wanted.statements.iter().enumerate() {
        policy::check_statement(given, &format!("{field}.statements[{index}]"), problems);
    }
    match &wanted.document {
        Some(document) => policy::check_document(document, &format!("{field}.document"), LONGEST, problems),
        None => policy::check_length(json!(wanted.statements).to_string().len(), field, LONGEST, problems),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

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
