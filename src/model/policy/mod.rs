//! IAM policies attached to resources: read, compared, and evaluated for requests of which not everything is known.
//!
//! Three-valued: a request is allowed, it is denied, or it cannot be told, and then why not. What is allowed or denied is so whatever the unknown parts of
//! the request are. What cannot be read is never taken for granted: it makes the answer "not known".
//!
//! Source: IAM User Guide, "IAM JSON policy element reference", "Policy evaluation logic", "Condition operators", "Single-valued vs. multivalued context
//! keys" and "Variables and tags".

mod canonical;
mod condition;
mod context;
mod document;
mod evaluate;
mod operator;
mod pattern;
mod principal;
#[cfg(test)]
mod tests;
mod truth;

pub use canonical::canonical_policy;
pub use condition::Condition;
pub use context::{Context, KeyValue};
pub use document::{Effect, Policy, Statement};
pub use evaluate::{Application, Denial, Element, Judgement, Request, Verdict};
pub use pattern::{Piece, Text};
pub use principal::Caller;
pub use truth::{Doubt, Truth};
