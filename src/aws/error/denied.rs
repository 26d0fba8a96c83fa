//! What a refusal says: which permission is missing, on what.

use crate::iam;
use crate::model::Operation;

/// Codes of refusals for want of a permission, as opposed to those for want of credentials.
///
/// Sources: EC2 API Reference, "Error codes"; "Common errors" of the other services' API References.
const CODES: [&str; 3] = ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"];

/// What to do about it.
const REMEDY: &str = "allow it in the identity's IAM policy (frontdoor iam-policy prints the least one; for spec.api.manage with --managed-api and the API's ID)";

/// The action of passing a role to a service, for which the policy has a statement only when it is asked for.
const PASS_ROLE: &str = "iam:PassRole";

/// What is missing for a call and what to do about it: by the refusal's own words, else by the table of calls. None where permissions are not what it
/// is about.
pub(super) fn explain(operation: Operation, code: Option<&str>, message: &str) -> Option<String> {
    if let Some(missing) = Missing::parse(message) {
        return Some(missing.explain());
    }
    code.filter(|code| CODES.contains(code))?;
    let actions = iam::actions(operation);
    (!actions.is_empty())
        .then(|| format!("the controller's AWS identity lacks one of {}: {REMEDY} ({message})", actions.join(", ")))
}

/// The IAM action and the resource that a refusal names.
#[derive(Debug, PartialEq, Eq)]
struct Missing<'a> {
    action: &'a str,
    resource: Option<&'a str>,
    reason: Option<&'a str>,
}

impl<'a> Missing<'a> {
    /// Reads `… is not authorized to perform: <action> on resource: <ARN> because <reason>`.
    ///
    /// Source: IAM User Guide, "Troubleshoot access denied error messages".
    fn parse(message: &'a str) -> Option<Self> {
        let (_, rest) = message.split_once("not authorized to perform: ")?;
        let action = rest.split_whitespace().next()?.trim_end_matches(['.', ',']);
        let word_after = |text: &str| {
            let (_, rest) = rest.split_once(text)?;
            Some(rest.split_whitespace().next()?.trim_end_matches(['.', ',']))
        };
        let reason = rest.split_once(" because ").map(|(_, reason)| first_sentence(reason));
        Some(Self { action, resource: word_after("on resource: "), reason })
    }

    /// What is missing and what to do about it.
    fn explain(&self) -> String {
        let resource = self.resource.unwrap_or("*");
        let reason = self.reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
        let lacks = format!("the controller's AWS identity lacks {} on {resource}{reason}", self.action);
        match self.resource.filter(|_| self.action == PASS_ROLE) {
            Some(role) => format!(
                "{lacks}: allow it in the identity's IAM policy (frontdoor iam-policy --pass-role {role} prints the statement)"
            ),
            None => format!("{lacks}: {REMEDY}"),
        }
    }
}

/// EC2 appends an encoded copy of the refusal, which nobody can read.
fn first_sentence(text: &str) -> &str {
    text.split(". ").next().unwrap_or(text).trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_action_resource_and_reason() {
        let message = "You are not authorized to perform this operation. User: arn:aws:sts::111122223333:assumed-role/frontdoor/s is not \
            authorized to perform: ec2:CreateVpcEndpoint on resource: arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1 because no identity-based \
            policy allows the ec2:CreateVpcEndpoint action. Encoded authorization failure message: abc";
        let missing = Missing::parse(message).map(|missing| missing.explain());
        let expected = "the controller's AWS identity lacks ec2:CreateVpcEndpoint on arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1 (no \
            identity-based policy allows the ec2:CreateVpcEndpoint action): allow it in the identity's IAM policy (frontdoor iam-policy prints the \
            least one; for spec.api.manage with --managed-api and the API's ID)";
        assert_eq!(missing.as_deref(), Some(expected));
    }

    #[test]
    fn a_role_that_may_not_be_passed_is_named_with_the_flag_that_prints_its_statement() {
        let message = "User: arn:aws:sts::111122223333:assumed-role/frontdoor/s is not authorized to perform: iam:PassRole on resource: \
            arn:aws:iam::111122223333:role/invoke because no identity-based policy allows the iam:PassRole action";
        let text = explain(Operation::PutRestApi, Some("AccessDeniedException"), message).unwrap_or_default();
        let expected = "the controller's AWS identity lacks iam:PassRole on arn:aws:iam::111122223333:role/invoke (no identity-based policy \
            allows the iam:PassRole action): allow it in the identity's IAM policy (frontdoor iam-policy --pass-role \
            arn:aws:iam::111122223333:role/invoke prints the statement)";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_refusal_without_resource() {
        let missing = Missing::parse("User: u is not authorized to perform: apigateway:GET");
        assert_eq!(missing, Some(Missing { action: "apigateway:GET", resource: None, reason: None }));
        assert_eq!(Missing::parse("The security token is expired"), None);
    }

    #[test]
    fn a_refusal_that_names_nothing_is_explained_by_the_call() {
        let message = "You are not authorized to perform this operation. Encoded authorization failure message: abc";
        let text = explain(Operation::CreateVpcEndpoint, Some("UnauthorizedOperation"), message).unwrap_or_default();
        assert!(
            text.contains("lacks one of ec2:CreateVpcEndpoint, ec2:CreateTags, ec2:DescribeSecurityGroups"),
            "{text}"
        );
        assert!(text.contains("route53:AssociateVPCWithHostedZone: allow it"), "{text}");
        let text =
            explain(Operation::CreateRestApi, Some("AccessDeniedException"), "Access denied").unwrap_or_default();
        assert!(text.contains("apigateway:POST, apigateway:UpdateRestApiPolicy, apigateway:PUT"), "{text}");
        assert_eq!(explain(Operation::CreateVpcEndpoint, Some("ExpiredToken"), "The security token is expired"), None);
        assert_eq!(explain(Operation::GetCallerIdentity, Some("AccessDenied"), "Access denied"), None, "it takes none");
    }
}
