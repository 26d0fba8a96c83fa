//! What the controller's identity must be allowed in AWS: the one table of its calls, and the least policy made of it.
//!
//! Sources: Service Authorization Reference, the pages "Actions, resources, and condition keys" of each service; where it is silent, the row
//! names its own.

mod calls;
mod need;
mod policy;
mod statement;

pub use calls::{Call, calls};
pub use need::{Condition, Need};
pub use policy::{Policy, Scope, Statement, Values, policy};

/// What a call takes; none for one that the table lacks. `operation` is named as [`crate::change::Change::operation`] does.
#[must_use]
pub fn needs(operation: &str) -> Option<&'static [Need]> {
    calls().find(|call| call.operation == operation).map(|call| call.needs)
}

/// The actions that a call takes, as a person would list them; empty for a call that the table lacks.
#[must_use]
pub fn actions(operation: &str) -> Vec<&'static str> {
    let mut actions: Vec<&str> = needs(operation).unwrap_or_default().iter().map(|need| need.action).collect();
    actions.dedup();
    actions
}

#[cfg(test)]
mod tests;
