//! Roles that API Gateway is given: their ARNs, and whose they are.

use super::common::bad_request;
use crate::error::{Answer, AwsError};

/// The caller's own identity, instead of a role (API Reference, `PutIntegration`).
pub(super) const CALLER: &str = "arn:aws:iam::*:user/*";

/// Whether an ARN may stand where a role is wanted: a role of this account. Stage variables are seen only when the API is called.
///
/// A role of another account is refused as `PutIntegration` refused it on AWS (amazon-archives/aws-apigateway-importer#25).
/// Inferred (cross-account-role): in a document it is one of the errors of the import.
pub(super) fn check(arn: &str, account: &str) -> Answer<()> {
    if arn.contains("${stageVariables.") {
        return Ok(());
    }
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    match fields[..] {
        ["arn", _, "iam", "", owner, resource] if resource.starts_with("role/") => {
            if owner == account {
                return Ok(());
            }
            Err(AwsError::new("AccessDeniedException", "Cross-account pass role is not allowed.").status(403))
        }
        _ => Err(bad_request("Invalid ARN specified in the request")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_of_the_account() {
        for (arn, code) in [
            ("arn:aws:iam::111122223333:role/r", None),
            ("arn:aws-cn:iam::111122223333:role/path/r", None),
            ("arn:aws:iam::111122223333:${stageVariables.role}", None),
            ("arn:aws:iam::444455556666:role/r", Some("AccessDeniedException")),
            ("arn:aws:iam::111122223333:user/u", Some("BadRequestException")),
            ("role/r", Some("BadRequestException")),
            ("arn:aws:lambda:us-east-1:111122223333:function:f", Some("BadRequestException")),
        ] {
            let refusal = check(arn, "111122223333").err().map(|error| error.code.to_string());
            assert_eq!(refusal.as_deref(), code, "{arn}");
        }
    }
}
