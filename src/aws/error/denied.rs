//! What a refusal says: which permission is missing, on what.

/// The IAM action and the resource that a refusal names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Missing<'a> {
    action: &'a str,
    resource: Option<&'a str>,
    reason: Option<&'a str>,
}

impl<'a> Missing<'a> {
    /// Reads `… is not authorized to perform: <action> on resource: <ARN> because <reason>`.
    ///
    /// Source: IAM User Guide, "Troubleshoot access denied error messages".
    pub(super) fn parse(message: &'a str) -> Option<Self> {
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
    pub(super) fn explain(&self) -> String {
        let resource = self.resource.unwrap_or("*");
        let reason = self.reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
        format!(
            "the controller's AWS identity lacks {} on {resource}{reason}: allow it in the identity's IAM policy",
            self.action
        )
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
            identity-based policy allows the ec2:CreateVpcEndpoint action): allow it in the identity's IAM policy";
        assert_eq!(missing.as_deref(), Some(expected));
    }

    #[test]
    fn a_refusal_without_resource() {
        let missing = Missing::parse("User: u is not authorized to perform: apigateway:GET");
        assert_eq!(missing, Some(Missing { action: "apigateway:GET", resource: None, reason: None }));
        assert_eq!(Missing::parse("The security token is expired"), None);
    }
}
