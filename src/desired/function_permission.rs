//! Permission of the API to invoke a Lambda function: what the console does silently.

use crate::intent::{ApiIntent, ExternalFunction, FunctionUse, Intent};
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
    /// ARN pattern of what of the API calls the function, once its ID is known.
    #[must_use]
    pub fn source_arn(&self, api_id: &str) -> String {
        format!("{}{api_id}{}", self.source_prefix, self.source_suffix)
    }
}

/// A statement that only its function's owner can write. Where it cannot be looked for it is taken for given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalPermission {
    /// The statement.
    pub permission: FunctionPermission,
    /// The field of the spec that names the function.
    pub field: String,
}

pub(super) fn desired(intent: &Intent) -> Vec<FunctionPermission> {
    let ApiIntent::Create(create) = &intent.api else { return Vec::new() };
    create.functions.iter().map(|(arn, what_for)| permission(intent, arn, *what_for)).collect()
}

pub(super) fn external(intent: &Intent) -> Vec<ExternalPermission> {
    let ApiIntent::Create(create) = &intent.api else { return Vec::new() };
    let external = |(arn, function): (&String, &ExternalFunction)| ExternalPermission {
        permission: permission(intent, arn, function.what_for),
        field: function.field.clone(),
    };
    create.external_functions.iter().map(external).collect()
}

/// The statement's source is the API in its own account and region, wherever the function is.
fn permission(intent: &Intent, arn: &str, what_for: FunctionUse) -> FunctionPermission {
    FunctionPermission {
        function_arn: arn.to_owned(),
        statement_id: statement_id(&intent.owner),
        source_prefix: intent.caller.execute_api(),
        source_suffix: what_for.source_suffix(),
    }
}
