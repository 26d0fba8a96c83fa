//! The policy that `frontdoor iam-policy` prints, in the simulator: the controller can do all it does under it, and nothing in it can be left out.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;
mod door;
mod foreign;
mod needed;
mod scenario;
mod scenarios;
