//! Lambda functions' resource policies.

use std::collections::BTreeMap;

/// Who may invoke a function, by statement ID: only statements that admit API Gateway.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FunctionPolicy {
    /// Statements by ID.
    pub statements: BTreeMap<String, InvokePermission>,
}

/// A statement that lets API Gateway invoke the function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvokePermission {
    /// ARN pattern of the methods that may; none for all.
    pub source_arn: Option<String>,
}
