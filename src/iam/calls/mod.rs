//! The AWS calls of the controller, one table a service.

mod api_gateway;
mod ec2;
mod elastic_load_balancing;
mod others;

use super::Need;
use crate::model::Operation;

/// A call and what it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// The operation.
    pub operation: Operation,
    /// All of them are needed.
    pub needs: &'static [Need],
}

/// Every call.
pub fn calls() -> impl Iterator<Item = &'static Call> {
    [ec2::CALLS, elastic_load_balancing::CALLS, api_gateway::CALLS, others::CALLS].into_iter().flatten()
}

const fn call(operation: Operation, needs: &'static [Need]) -> Call {
    Call { operation, needs }
}
