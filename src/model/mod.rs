//! AWS as values: what its documentation says, computed without asking it.

pub mod invocation;
pub mod policy;

mod operation;

pub use operation::{Effect, Operation, Service};
