//! ARNs of Lambda functions, and the URIs by which API Gateway invokes them.

use std::fmt;

/// Longest name of a function.
const LONGEST_NAME: usize = 64;
/// Longest version or alias.
const LONGEST_QUALIFIER: usize = 128;

/// A Lambda function, or a version or an alias of it: `arn:<partition>:lambda:<region>:<account>:function:<name>[:<version or alias>]`.
///
/// Source: Lambda API Reference, `AddPermission`, `FunctionName` and `Qualifier`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FunctionArn {
    /// Partition, for example `aws`.
    pub partition: String,
    /// Region.
    pub region: String,
    /// Account number.
    pub account: String,
    /// Name of the function.
    pub name: String,
    /// Version or alias; none for the function itself.
    pub qualifier: Option<String>,
}

impl FunctionArn {
    /// Reads an ARN; none where the text is not the ARN of a function.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let mut next = || parts.next().map(str::to_owned);
        let (arn, partition, service, region) = (next()?, next()?, next()?, next()?);
        let (account, kind, name, qualifier) = (next()?, next()?, next()?, next());
        let is_word = |text: &str, longest: usize| {
            let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
            (1..=longest).contains(&text.len()) && text.chars().all(is_letter)
        };
        let is_qualifier = |text: &str| is_word(text.strip_prefix('$').unwrap_or(text), LONGEST_QUALIFIER);
        let is_place = |text: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        let valid = (arn.as_str(), service.as_str(), kind.as_str()) == ("arn", "lambda", "function")
            && partition.starts_with("aws")
            && is_place(&partition)
            && is_place(&region)
            && account.len() == 12
            && account.chars().all(|digit| digit.is_ascii_digit())
            && is_word(&name, LONGEST_NAME)
            && qualifier.as_deref().is_none_or(is_qualifier)
            && parts.next().is_none();
        valid.then_some(Self { partition, region, account, name, qualifier })
    }

    /// The ARN of the function without version or alias.
    #[must_use]
    pub fn unqualified(&self) -> String {
        let Self { partition, region, account, name, qualifier: _ } = self;
        format!("arn:{partition}:lambda:{region}:{account}:function:{name}")
    }

    /// The URI of an integration or authorizer that invokes the function. Its first region is the one whose Lambda is called: the function's.
    ///
    /// Source: API Gateway Developer Guide, "Set up Lambda custom integrations in API Gateway", where an API in `us-west-2` invokes a function in
    /// `us-east-1`.
    #[must_use]
    pub fn invocation_uri(&self) -> String {
        format!("arn:{}:apigateway:{}:lambda:path/2015-03-31/functions/{self}/invocations", self.partition, self.region)
    }
}

impl FunctionArn {
    /// The command with which the function's owner lets an API invoke it, for any shell.
    ///
    /// Source: AWS CLI Command Reference, `lambda add-permission`.
    #[must_use]
    pub fn permission_command(&self, statement_id: &str, source_arn: &str) -> String {
        let (function, region) = (self.unqualified(), &self.region);
        let qualifier =
            self.qualifier.as_ref().map(|qualifier| format!(" --qualifier {qualifier}")).unwrap_or_default();
        format!(
            "aws lambda add-permission --function-name {function}{qualifier} --statement-id {statement_id} --action lambda:InvokeFunction --principal apigateway.amazonaws.com --source-arn '{source_arn}' --region {region}"
        )
    }
}

impl fmt::Display for FunctionArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.unqualified())?;
        self.qualifier.iter().try_for_each(|qualifier| write!(f, ":{qualifier}"))
    }
}

/// An integration's or authorizer's URI that calls Lambda.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvocationUri<'a> {
    /// Region whose Lambda is called.
    pub region: &'a str,
    /// What is invoked; an ARN, if the URI is right.
    pub function: &'a str,
}

impl<'a> InvocationUri<'a> {
    /// Reads `arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/<function ARN>/invocations`; none where the URI is another one.
    ///
    /// Source: API Gateway Developer Guide, "x-amazon-apigateway-integration object".
    #[must_use]
    pub fn parse(uri: &'a str) -> Option<Self> {
        let (start, rest) = uri.split_once(":lambda:path/")?;
        let (_, rest) = rest.split_once("/functions/")?;
        let function =
            rest.strip_suffix("/invocations").or_else(|| rest.strip_suffix("/response-streaming-invocations"))?;
        Some(Self { region: start.rsplit(':').next().unwrap_or_default(), function })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_whole_arns_of_functions_are_read() {
        for text in [
            "hello",
            "111122223333:function:hello",
            "arn:aws:lambda:eu-west-1:111122223333:function:",
            "arn:aws:lambda:eu-west-1:111122223333:function:hello:",
            "arn:aws:lambda:eu-west-1:111122223333:function:hello:live:more",
            "arn:aws:lambda:eu-west-1:1111:function:hello",
            "arn:aws:lambda::111122223333:function:hello",
            "arn:aws:lambda:eu-west-1:111122223333:layer:hello",
            "arn:aws:s3:eu-west-1:111122223333:function:hello",
            "arn:aws:lambda:eu-west-1:111122223333:function:${stageVariables.name}",
        ] {
            assert_eq!(FunctionArn::parse(text), None, "{text}");
        }
    }

    #[test]
    fn version_and_alias_are_told_from_the_function() {
        let base = "arn:aws-cn:lambda:cn-north-1:111122223333:function:hello";
        for (text, qualifier) in [
            (base.to_owned(), None),
            (format!("{base}:7"), Some("7")),
            (format!("{base}:live"), Some("live")),
            (format!("{base}:$LATEST"), Some("$LATEST")),
        ] {
            let arn = FunctionArn::parse(&text).unwrap();
            assert_eq!(
                (arn.qualifier.as_deref(), arn.unqualified().as_str(), arn.to_string()),
                (qualifier, base, text)
            );
        }
    }

    #[test]
    fn uris_that_invoke_nothing_name_no_function() {
        for uri in [
            "https://backend.example.com/functions/hello/invocations",
            "arn:aws:apigateway:eu-west-1:sqs:path/111122223333/queue",
            "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/hello",
            "arn:aws:apigateway:eu-west-1:lambda:action/Invoke",
        ] {
            assert_eq!(InvocationUri::parse(uri), None, "{uri}");
        }
        let streaming =
            "arn:aws:apigateway:eu-west-1:lambda:path/2021-11-15/functions/f/response-streaming-invocations";
        assert_eq!(InvocationUri::parse(streaming), Some(InvocationUri { region: "eu-west-1", function: "f" }));
    }

    proptest! {
        #[test]
        fn what_a_uri_invokes_is_what_it_was_made_of(
            partition in "aws(-cn|-us-gov)?",
            region in "[a-z]{2}-[a-z]{4,9}-[1-9]",
            account in "[0-9]{12}",
            name in "[A-Za-z0-9_-]{1,64}",
            qualifier in prop::option::of("[A-Za-z0-9_-]{1,128}"),
        ) {
            let arn = FunctionArn { partition, region, account, name, qualifier };
            let uri = arn.invocation_uri();
            let read = InvocationUri::parse(&uri).unwrap();
            prop_assert_eq!(read.region, arn.region.as_str());
            let again = FunctionArn::parse(read.function).unwrap();
            prop_assert_eq!(again.invocation_uri(), uri.clone());
            prop_assert_eq!(again, arn);
        }
    }
}
