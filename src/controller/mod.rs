//! The controller: watches objects, runs a pass for each, reports.
//!
//! A pass is the pipeline of the crate's documentation. [`pass`] runs it without Kubernetes; [`reconcile()`] puts Kubernetes around it, and [`run`]
//! calls that for each object that changed.

mod converge;
mod failure;
mod finalizer;
pub mod pass;
mod reconcile;
mod report;
mod request;
mod requeue;
pub mod retry;
mod settling;
mod unreadable;
mod watch;

pub use converge::Deed;
pub use reconcile::{Context, Settings, reconcile};
pub use requeue::{Intervals, Next};
pub use retry::{Moment, RetrySchedule};
pub use watch::run;
