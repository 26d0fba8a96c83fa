//! Lambda functions' resource policies.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::try_join_all;
use serde_json::Value;

use crate::aws::{Aws, AwsError, Class, Pass};
use crate::observed::{FunctionPolicy, InvokePermission};

/// The service that invokes functions for an API.
pub(in crate::aws) const PRINCIPAL: &str = "apigateway.amazonaws.com";

impl Aws {
    /// Policies by function ARN; a function that does not exist in this region is not in it. An API invokes none of another one.
    pub(in crate::aws) async fn function_policies(
        &self,
        arns: &BTreeSet<String>,
        pass: &Pass,
    ) -> Result<BTreeMap<String, FunctionPolicy>, AwsError> {
        let region = &self.caller().await?.region;
        let here = arns.iter().filter(|arn| arn.split(':').nth(3) == Some(region));
        let read =
            here.map(|arn| async move { Ok((arn.clone(), pass.functions.get(arn, self.function_policy(arn)).await?)) });
        let policies = try_join_all(read).await?;
        Ok(policies.into_iter().filter_map(|(arn, policy)| Some((arn, policy?))).collect())
    }

    /// Lambda answers with the same code for a function that does not exist and for one without a policy; only its text tells them apart.
    async fn function_policy(&self, arn: &str) -> Result<Option<FunctionPolicy>, AwsError> {
        match self.call("lambda:GetPolicy", self.lambda().get_policy().function_name(arn).send()).await {
            Ok(answer) => Ok(Some(answer.policy().map(parse).unwrap_or_default())),
            Err(error) if error.class != Class::NotFound => Err(error),
            Err(error) if error.message.contains("Function not found") => Ok(None),
            Err(_) => Ok(Some(FunctionPolicy::default())),
        }
    }
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
