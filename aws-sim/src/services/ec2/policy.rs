//! Endpoint policies (AWS `PrivateLink` Guide, "Control access using endpoint policies").

use crate::error::{Answer, AwsError};
use crate::iam::{Kind, Policy};

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
    let policy = Policy::parse(document, Kind::Resource).map_err(|why| invalid(&why.to_string()))?;
    // Unlike a resource's own policy it says what it is about (Guide, same page).
    if policy.statements.is_empty() || policy.statements.iter().any(|statement| statement.resources.is_none()) {
        return Err(invalid("Policy document must have statements, each with its resources"));
    }
    Ok(document.to_owned())
}
