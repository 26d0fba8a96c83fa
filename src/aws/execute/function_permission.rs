//! Changes of Lambda functions' policies.

use super::{done, gone};
use crate::aws::inventory::function::PRINCIPAL;
use crate::aws::{Aws, AwsError};
use crate::change::{FunctionPermissionChange, Output};
use crate::function_arn::FunctionArn;
use crate::model::Operation;

/// The error of a statement whose ID is taken. Lambda uses it for functions that are being updated, too.
const CONFLICT: &str = "ResourceConflictException";

impl Aws {
    pub(super) async fn change_function_permission(
        &self,
        operation: Operation,
        change: &FunctionPermissionChange,
    ) -> Result<Output, AwsError> {
        match change {
            FunctionPermissionChange::Add { function_arn, statement_id, source_arn } => {
                let (name, qualifier) = name_and_qualifier(function_arn);
                let request = self.lambda().add_permission().function_name(name).set_qualifier(qualifier);
                let request = request
                    .statement_id(statement_id)
                    .action("lambda:InvokeFunction")
                    .principal(PRINCIPAL)
                    .source_arn(source_arn);
                match self.call(operation, request.send()).await {
                    // The ID is the object's own, so the statement is what an earlier attempt wrote.
                    Err(error) if error.code.as_deref() == Some(CONFLICT) && error.message.contains(statement_id) => {
                        Ok(Output::Done)
                    }
                    answer => done(answer),
                }
            }
            FunctionPermissionChange::Remove { function_arn, statement_id } => {
                let (name, qualifier) = name_and_qualifier(function_arn);
                let request = self.lambda().remove_permission().function_name(name).set_qualifier(qualifier);
                let request = request.statement_id(statement_id);
                gone(self.call(operation, request.send()).await)
            }
        }
    }
}

/// A version or alias has a policy of its own, which only the qualifier names.
fn name_and_qualifier(arn: &str) -> (String, Option<String>) {
    match FunctionArn::parse(arn) {
        Some(arn) => (arn.unqualified(), arn.qualifier),
        None => (arn.to_owned(), None),
    }
}
