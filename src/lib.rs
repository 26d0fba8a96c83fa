//! One manifest opens the front door of a private API Gateway API, and keeps it open.
//!
//! ```text
//! spec ─lookup→ References ─resolve→ Intent ─desired→ Graph ┐
//!                                                           ├─ plan → Plan ─execute→ Outcome ─status→ status, Events
//! AWS ──────────observe──────────────────────→ Snapshot ────┘
//! ```
//!
//! [`intent::resolve`], [`desired::desired`], [`plan::plan`] and [`status::status`] are pure: no I/O, no clock, no randomness, no SDK types. The
//! compiler proves it: without the default feature `controller` nothing with effects is built.

pub mod api;
#[cfg(feature = "controller")]
pub mod aws;
pub mod change;
#[cfg(feature = "controller")]
pub mod controller;
pub mod desired;
#[cfg(feature = "controller")]
pub mod elapsed;
pub mod function_arn;
pub mod function_tags;
pub mod iam;
pub mod intent;
pub mod model;
pub mod names;
pub mod node;
pub mod observed;
pub mod plan;
#[cfg(feature = "controller")]
pub mod runtime;
pub mod status;
pub mod tags;
