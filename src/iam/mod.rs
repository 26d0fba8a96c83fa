//! What the controller's identity must be allowed in AWS: the one table of its calls, and the least policy made of it.
//!
//! Sources: Service Authorization Reference, the pages "Actions, resources, and condition keys" of each service; where it is silent, the row
//! names its own.

mod calls;
mod need;
mod policy;
mod statement;

use crate::model::Operation;

pub use calls::{Call, calls};
pub use need::{Condition, Need};
pub use policy::{Policy, Scope, Statement, Values, policy};

/// What a call takes. The table has each operation.
#[must_use]
pub fn needs(operation: Operation) -> &'static [Need] {
    calls().find(|call| call.operation == operation).map_or(&[], |call| call.needs)
}

/// The actions that a call takes, as a person would list them.
#[must_use]
pub fn actions(operation: Operation) -> Vec<&'static str> {
    let mut actions: Vec<&str> = needs(operation).iter().map(|need| need.action).collect();
    actions.dedup();
    actions
}

#[cfg(test)]
mod tests;
