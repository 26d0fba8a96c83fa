//! The real controller, under the rights of `deploy/`, on a real API server, against the AWS simulator as a process.
//!
//! All tests share one API server and one simulator; each has a namespace, an AWS account and a controller of its own.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod api_updates;
mod aws;
mod backend;
mod bad_input;
mod changes;
#[path = "../common/mod.rs"]
mod common;
mod conditions;
mod create;
mod delete;
mod denied;
mod deploy;
mod door;
mod drift;
mod examples;
mod foreign;
mod functions;
#[path = "../generated/mod.rs"]
mod generated;
mod given;
mod identity;
mod kstatus;
mod lab;
mod merge;
mod nulls;
mod older_crd;
mod open_api;
mod outage;
mod plan;
mod policies;
mod quiet;
mod refused;
mod refused_step;
mod restart;
mod secrets;
mod specs;
