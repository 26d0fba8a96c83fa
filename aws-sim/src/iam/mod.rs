//! IAM policy documents: read, checked and evaluated (IAM User Guide, "IAM JSON policy reference" and "Policy evaluation logic").
//!
//! Used for API Gateway resource policies, VPC endpoint policies, Lambda function policies and the policies of callers.

mod condition;
mod document;
mod evaluate;
mod pattern;
mod principal;
mod statement;

pub use condition::Condition;
pub use document::{Malformed, Policy};
pub use evaluate::{Decision, Keys, Request};
pub use pattern::like;
pub use principal::{Principal, Principals};
pub use statement::{Effect, Kind, Scope, Statement};
