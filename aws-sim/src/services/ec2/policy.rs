//! Endpoint policies (AWS `PrivateLink` Guide, "Control access using endpoint policies").

use serde_json::Value;

use crate::error::{Answer, AwsError};

/// The policy of an endpoint that was given none (AWS CLI Reference, `describe-vpc-endpoints`).
pub const FULL_ACCESS: &str = r#"{
  "Statement": [
    {
      "Action": "*",
      "Effect": "Allow",
      "Principal": "*",
      "Resource": "*"
    }
  ]
}"#;

/// Most characters of an endpoint policy (AWS `PrivateLink` Guide, "Quotas").
const LONGEST: usize = 20_480;

/// The policy, if it is one.
pub(super) fn checked(document: &str) -> Answer<String> {
    let invalid = |why: &str| AwsError::new("InvalidPolicyDocument", why);
    if document.chars().count() > LONGEST {
        return Err(invalid("Policy document is too long"));
    }
    let policy: Value =
        serde_json::from_str(document).map_err(|_| invalid("Policy document should not be malformed JSON"))?;
    let statements = match policy.get("Statement") {
        Some(Value::Array(statements)) => statements.as_slice(),
        Some(statement @ Value::Object(_)) => std::slice::from_ref(statement),
        _ => return Err(invalid("The policy is missing its statements")),
    };
    if statements.is_empty() || !statements.iter().all(is_statement) {
        return Err(invalid("The policy has a statement without effect, principal, action or resource"));
    }
    Ok(document.to_owned())
}

fn is_statement(statement: &Value) -> bool {
    let has = |names: [&str; 2]| names.iter().any(|name| statement.get(*name).is_some());
    matches!(statement.get("Effect").and_then(Value::as_str), Some("Allow" | "Deny"))
        && has(["Principal", "NotPrincipal"])
        && has(["Action", "NotAction"])
        && has(["Resource", "NotResource"])
}
