//! What went wrong in a call, in one form for all services.

mod class;
mod convert;
mod denied;

use crate::model::Operation;
use std::time::Duration;

pub use class::Class;

/// A call that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{operation}: {}{message}", code.as_ref().map(|code| format!("{code}: ")).unwrap_or_default())]
pub struct AwsError {
    /// The operation, as IAM names it: `ec2:CreateVpcEndpoint`.
    pub operation: Operation,
    /// AWS's error code; none when no answer came.
    pub code: Option<String>,
    /// What happened, and what to do about it where that is known.
    pub message: String,
    /// What it means for the controller.
    pub class: Class,
    /// How long AWS wants to be left alone.
    pub retry_after: Option<Duration>,
    /// AWS's ID of the request, for its support.
    pub request_id: Option<String>,
}

impl AwsError {
    /// An error that AWS reports inside of an answer.
    pub(super) fn reported(operation: Operation, code: &str, message: &str) -> Self {
        let class = class::classify(Some(code), message, 400);
        Self { code: Some(code.to_owned()), class, ..Self::bug(operation, message) }
    }

    /// An answer that lacks what it must hold.
    pub(super) fn incomplete(operation: Operation, what: &str) -> Self {
        Self::bug(operation, &format!("the answer lacks {what}"))
    }

    fn bug(operation: Operation, message: &str) -> Self {
        Self {
            operation,
            code: None,
            message: message.to_owned(),
            class: Class::Bug,
            retry_after: None,
            request_id: None,
        }
    }
}

/// What exists of it: not found is an answer, too.
pub(super) fn existing<T>(result: Result<T, AwsError>) -> Result<Option<T>, AwsError> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.class == Class::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
