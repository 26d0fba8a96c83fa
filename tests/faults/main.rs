//! Nothing lost, doubled or leaked: the real controller against the AWS simulator and a Kubernetes API in the same process, in virtual time, under
//! every fault.
//!
//! `docs/reliability.md` says what is run and how.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod answers;
mod cloud;
#[path = "../common/mod.rs"]
mod common;
mod crash;
mod digest;
mod doors;
mod foreign;
mod fuse;
mod golden;
mod guard;
mod kubernetes;
mod lag;
mod mishap;
mod process;
mod random;
mod refuse;
mod refused;
mod resync;
mod share;
mod time;
mod troubles;
mod unread;
mod watched;
mod wire;
