//! Permission of the API to invoke a Lambda function: what the console does silently.

use crate::intent::{ApiIntent, FunctionUse, Intent};
use crate::names::statement_id;

/// A statement to keep in a function's policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionPermission {
    /// The function.
    pub function_arn: String,
    /// ID of the statement.
    pub statement_id: String,
    /// What stands before the API's ID in the source ARN.
    source_prefix: String,
    /// What stands after it.
    source_suffix: &'static str,
}

impl FunctionPermission {
    /// ARN pattern of the API's methods, on any stage, or of its authorizers, once its ID is known.
    ///
    /// Source: API Gateway Developer Guide, "Lambda function permissions": `<api>/<stage>/<method>/<path>`, `<api>/authorizers/<authorizer>`.
    #[must_use]
    pub fn source_arn(&self, api_id: &str) -> String {
        format!("{}{api_id}{}", self.source_prefix, self.source_suffix)
    }
}

pub(super) fn desired(intent: &Intent) -> Vec<FunctionPermission> {
    let ApiIntent::Create(create) = &intent.api else { return Vec::new() };
    let caller = &intent.caller;
    let source_prefix = format!("arn:{}:execute-api:{}:{}:", caller.partition, caller.region, caller.account);
    let permission = |(arn, what_for): (&String, &FunctionUse)| FunctionPermission {
        function_arn: arn.clone(),
        statement_id: statement_id(&intent.owner),
        source_prefix: source_prefix.clone(),
        source_suffix: match what_for {
            FunctionUse::Methods => "/*/*/*",
            FunctionUse::Authorizer => "/authorizers/*",
            FunctionUse::Both => "/*",
        },
    };
    create.functions.iter().map(permission).collect()
}
