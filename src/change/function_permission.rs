//! Changes of Lambda functions' policies.

use serde::Serialize;

use crate::model::Operation;
use crate::observed::{InvokePermission, Snapshot};

/// A change of a function's policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FunctionPermissionChange {
    /// `AddPermission` for `apigateway.amazonaws.com`.
    Add {
        /// The function.
        function_arn: String,
        /// ID of the statement.
        statement_id: String,
        /// Methods that may invoke it.
        source_arn: String,
    },
    /// `RemovePermission`.
    Remove {
        /// The function.
        function_arn: String,
        /// ID of the statement.
        statement_id: String,
    },
}

impl FunctionPermissionChange {
    pub(super) fn operation(&self) -> Operation {
        match self {
            Self::Add { .. } => Operation::AddPermission,
            Self::Remove { .. } => Operation::RemovePermission,
        }
    }

    pub(super) fn apply(&self, snapshot: &mut Snapshot) {
        match self {
            Self::Add { function_arn, statement_id, source_arn } => {
                let policy = snapshot.function_policies.entry(function_arn.clone()).or_default();
                let permission = InvokePermission { source_arn: Some(source_arn.clone()) };
                policy.statements.insert(statement_id.clone(), permission);
            }
            Self::Remove { function_arn, statement_id } => {
                if let Some(policy) = snapshot.function_policies.get_mut(function_arn) {
                    policy.statements.remove(statement_id);
                }
            }
        }
    }
}
