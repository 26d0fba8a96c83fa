//! Which function a call means: by name, partial ARN or ARN, with version or alias or without.

use super::function::Function;
use super::{absent, arn, invalid};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::iam::{Decision, Keys, Principal, Request};
use crate::world::Region;

/// What a text names (API Reference, `FunctionName` and `Qualifier`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    /// Region, where an ARN names one.
    pub(crate) region: Option<String>,
    /// Account, where an ARN or a partial one names one.
    pub(crate) account: Option<String>,
    /// Name of the function.
    pub(crate) name: String,
    /// Version or alias.
    pub(crate) qualifier: Option<String>,
}

impl Reference {
    pub(crate) fn parse(text: &str) -> Self {
        let fields: Vec<&str> = text.split(':').collect();
        let of = |region: Option<&str>, account: Option<&str>, name: &str, qualifier: Option<&&str>| Self {
            region: region.map(str::to_owned),
            account: account.map(str::to_owned),
            name: name.to_owned(),
            qualifier: qualifier.map(|&text| text.to_owned()),
        };
        match fields[..] {
            ["arn", _, "lambda", region, account, "function", name, ref rest @ ..] => {
                of(Some(region), Some(account), name, rest.first())
            }
            [account, "function", name, ref rest @ ..] => of(None, Some(account), name, rest.first()),
            [name, ref rest @ ..] => of(None, None, name, rest.first()),
            [] => of(None, None, text, None),
        }
    }

    /// The same with the call's own qualifier, which must not contradict the name's.
    pub(super) fn of(text: &str, qualifier: Option<&str>) -> Answer<Self> {
        let mut reference = Self::parse(text);
        match (reference.qualifier.as_deref(), qualifier) {
            (Some(derived), Some(given)) if derived != given => {
                let message = "The derived qualifier from the function name does not match the specified qualifier.";
                return Err(invalid(message));
            }
            (None, Some(given)) => reference.qualifier = Some(given.to_owned()),
            _ => {}
        }
        Ok(reference)
    }

    /// The ARN, in this region and account where the text names none.
    pub(crate) fn arn(&self, here: &Region) -> String {
        let region = self.region.as_deref().unwrap_or(&here.name);
        let account = self.account.as_deref().unwrap_or(&here.account);
        let function = format!("arn:{}:lambda:{region}:{account}:function:{}", here.partition(), self.name);
        self.qualifier.iter().fold(function, |arn, qualifier| format!("{arn}:{qualifier}"))
    }

    /// Whether the function is the caller's own.
    pub(crate) fn is_own(&self, here: &Region) -> bool {
        self.account.as_ref().is_none_or(|account| *account == here.account)
    }
}

/// The function that a name means for this action: of another account only where its policy lets the caller. An ARN means no namesake of another
/// region (localstack/localstack, `test_lambda_api`, checked against AWS) or of another account.
///
/// Inferred (other-accounts-functions): without such a statement functions of others are refused, whether they are there or not.
pub(super) fn find_for<'a>(ctx: &'a mut Context<'_>, reference: &Reference, action: &str) -> Answer<&'a mut Function> {
    let here = &ctx.here.name;
    if let Some(region) = reference.region.as_ref().filter(|region| *region != here) {
        return Err(absent(format!("Functions from '{region}' are not reachable in this region ('{here}')")));
    }
    let resource = reference.arn(ctx.here);
    if !reference.is_own(ctx.here) {
        let (caller, region) = (ctx.caller.arn.clone(), ctx.here.name.clone());
        let account = reference.account.clone().unwrap_or_default();
        let owner = ctx.elsewhere(&account, &region);
        let lets = owner.is_some_and(|owner| {
            owner.lambda.functions.get(&reference.name).is_some_and(|function| {
                let request = Request {
                    principal: &Principal::Aws(caller.clone()),
                    action,
                    resource: &resource,
                    keys: &Keys::default(),
                };
                function.decide(reference.qualifier.as_deref(), &request) == Decision::Allow
            })
        });
        if !lets {
            let message = format!(
                "User: {caller} is not authorized to perform: {action} on resource: {resource} because no resource-based policy allows the {action} action"
            );
            return Err(AwsError::new("AccessDeniedException", message).status(403));
        }
    }
    let region = ctx.here.name.clone();
    let account = reference.account.clone().unwrap_or_else(|| ctx.here.account.clone());
    let missing = format!("Function not found: {}", Reference { qualifier: None, ..reference.clone() }.arn(ctx.here));
    let owner = ctx.elsewhere(&account, &region).ok_or_else(|| absent(&missing))?;
    owner.lambda.functions.get_mut(&reference.name).ok_or_else(|| absent(missing))
}

/// The function of this account that a name means, whatever version or alias.
pub(super) fn find<'a>(ctx: &'a mut Context<'_>, text: &str) -> Answer<&'a mut Function> {
    find_for(ctx, &Reference::parse(text), "lambda:GetFunction")
}

impl Function {
    /// Refuses a version or an alias that is not there.
    pub(super) fn must_have(&self, region: &Region, qualifier: &str) -> Answer<()> {
        if self.handler_of(Some(qualifier)).is_some() {
            return Ok(());
        }
        let arn = format!("{}:{qualifier}", arn(region, &self.name));
        let is_version = qualifier.chars().all(|c| c.is_ascii_digit());
        Err(absent(if is_version {
            format!("Function not found: {arn}")
        } else {
            format!("Cannot find alias arn: {arn}")
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_go_by_name_partial_arn_or_arn() {
        let own = |qualifier: Option<&str>| Reference {
            region: None,
            account: None,
            name: "hello".to_owned(),
            qualifier: qualifier.map(str::to_owned),
        };
        let account = Some("111122223333".to_owned());
        let region = Some("us-east-1".to_owned());
        for (text, expected) in [
            ("hello", own(None)),
            ("hello:prod", own(Some("prod"))),
            ("111122223333:function:hello", Reference { account: account.clone(), ..own(None) }),
            ("arn:aws:lambda:us-east-1:111122223333:function:hello:1", Reference { region, account, ..own(Some("1")) }),
        ] {
            assert_eq!(Reference::parse(text), expected, "{text}");
        }
        assert!(Reference::of("hello:prod", Some("beta")).is_err());
        assert_eq!(Reference::of("hello", Some("beta")).unwrap(), own(Some("beta")));
    }
}
