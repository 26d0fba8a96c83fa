//! Lambda functions' resource policies.

use std::collections::{BTreeMap, BTreeSet};

use aws_config::Region;
use aws_sdk_lambda::config::Builder;
use futures::future::try_join_all;
use serde_json::Value;

use crate::aws::error::existing;
use crate::aws::{Aws, AwsError, Class, Pass};
use crate::function_arn::FunctionArn;
use crate::intent::Caller;
use crate::model::Operation;
use crate::observed::{ExternalPolicy, FunctionPolicy, InvokePermission, Unread};

/// The service that invokes functions for an API.
pub(in crate::aws) const PRINCIPAL: &str = "apigateway.amazonaws.com";

impl Aws {
    /// Policies of functions of this account and region by ARN; what does not exist, cannot be read, or is of another account or
    /// region is not in it.
    pub(in crate::aws) async fn function_policies(
        &self,
        arns: &BTreeSet<String>,
        pass: &Pass,
    ) -> Result<BTreeMap<String, FunctionPolicy>, AwsError> {
        let caller = self.caller().await?;
        let read = parsed(arns).filter(|(_, function)| is_here(function, &caller)).map(|(arn, function)| async move {
            let policy = pass.lists.functions.get(arn.clone(), self.function_policy(function)).await;
            Ok((arn.clone(), pass.unless_denied(Unread::FunctionPolicy(arn.clone()), policy)?.flatten()))
        });
        let policies = try_join_all(read).await?;
        Ok(policies.into_iter().filter_map(|(arn, policy)| Some((arn, policy?))).collect())
    }

    /// The same of functions of other accounts and regions, as far as their owners let it be known.
    pub(in crate::aws) async fn external_policies(
        &self,
        arns: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, ExternalPolicy>, AwsError> {
        let caller = self.caller().await?;
        let read = parsed(arns).filter(|(_, function)| !is_here(function, &caller)).map(|(arn, function)| async move {
            let policy = match self.function_policy(function).await {
                Ok(policy) => policy.map_or(ExternalPolicy::Absent, ExternalPolicy::Read),
                Err(error) if matches!(error.class, Class::Throttled | Class::Transient) => return Err(error),
                // Not allowed, a region that the account has not enabled, a host that cannot be reached: no reason to stop.
                Err(_) => ExternalPolicy::Unreadable,
            };
            Ok((arn.clone(), policy))
        });
        Ok(try_join_all(read).await?.into_iter().collect())
    }

    /// Lambda answers with the same code for a function that does not exist and for one without a policy; only its text tells them apart, and of a version
    /// or alias not even that.
    async fn function_policy(&self, arn: FunctionArn) -> Result<Option<FunctionPolicy>, AwsError> {
        let request = self.lambda().get_policy().function_name(arn.unqualified()).set_qualifier(arn.qualifier.clone());
        let sent = request.customize().config_override(in_region(&arn)).send();
        match self.call(Operation::GetPolicy, sent).await {
            Ok(answer) => Ok(Some(answer.policy().map(parse).unwrap_or_default())),
            Err(error) if error.class != Class::NotFound => Err(error),
            Err(error) if error.message.contains("Function not found") => Ok(None),
            Err(_) if arn.qualifier.is_some() => Ok(self.exists(&arn).await?.then(FunctionPolicy::default)),
            Err(_) => Ok(Some(FunctionPolicy::default())),
        }
    }

    /// Whether there is such a version or alias.
    async fn exists(&self, arn: &FunctionArn) -> Result<bool, AwsError> {
        let request = self.lambda().get_function_configuration().function_name(arn.unqualified());
        let request = request.set_qualifier(arn.qualifier.clone());
        let sent = request.customize().config_override(in_region(arn)).send();
        Ok(existing(self.call(Operation::GetFunctionConfiguration, sent).await)?.is_some())
    }
}

/// The ARNs that are those of functions.
fn parsed(arns: &BTreeSet<String>) -> impl Iterator<Item = (&String, FunctionArn)> {
    arns.iter().filter_map(|arn| Some((arn, FunctionArn::parse(arn)?)))
}

/// Whether the controller can change the function's policy.
fn is_here(function: &FunctionArn, caller: &Caller) -> bool {
    (&function.account, &function.region) == (&caller.account, &caller.region)
}

/// Lambda knows the functions of its own region only.
fn in_region(arn: &FunctionArn) -> Builder {
    Builder::new().region(Region::new(arn.region.clone()))
}

/// The statements that admit API Gateway.
fn parse(policy: &str) -> FunctionPolicy {
    let policy: Value = serde_json::from_str(policy).unwrap_or_default();
    let statements = policy["Statement"].as_array().cloned().unwrap_or_default();
    let admits =
        |statement: &&Value| statement["Effect"] == "Allow" && mentions(&statement["Principal"]["Service"], PRINCIPAL);
    let permission = |statement: &Value| {
        let permission = InvokePermission { source_arn: source_arn(&statement["Condition"]) };
        Some((statement["Sid"].as_str()?.to_owned(), permission))
    };
    FunctionPolicy { statements: statements.iter().filter(admits).filter_map(permission).collect() }
}

fn mentions(value: &Value, text: &str) -> bool {
    value == text || value.as_array().is_some_and(|values| values.iter().any(|value| value == text))
}

/// Lambda writes `ArnLike` and `AWS:SourceArn`; others may write it otherwise, and keys ignore case.
fn source_arn(condition: &Value) -> Option<String> {
    let operators = ["ArnLike", "ArnEquals", "StringLike", "StringEquals"];
    let keys = operators.iter().filter_map(|operator| condition[operator].as_object()).flatten();
    let mut arns =
        keys.filter(|(key, _)| key.eq_ignore_ascii_case("aws:SourceArn")).filter_map(|(_, arn)| arn.as_str());
    arns.next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_statements_for_api_gateway_count() {
        let policy = parse(
            r#"{"Version":"2012-10-17","Id":"default","Statement":[
            {"Sid":"a","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":"lambda:InvokeFunction",
             "Resource":"arn:f","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:execute-api:r:1:x/*/*/*"}}},
            {"Sid":"b","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:f"},
            {"Sid":"c","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:f"}]}"#,
        );
        let arn = |id: &str| policy.statements.get(id).map(|statement| statement.source_arn.as_deref());
        assert_eq!(arn("a"), Some(Some("arn:aws:execute-api:r:1:x/*/*/*")));
        assert_eq!(arn("b"), Some(None));
        assert_eq!(arn("c"), None);
    }
}
