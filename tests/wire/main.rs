//! `src/aws` against the simulator in the same process: what is written comes back as it was meant, with as few calls as promised.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;
mod errors;
mod faults;
mod functions;
mod lab;
mod load_balancing;
mod network;
mod reads;
mod rest_apis;
mod secrets;
mod stages;
mod tags;
