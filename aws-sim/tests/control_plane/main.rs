//! The control plane over its wire protocols, in this process and in virtual time.

#![expect(
    clippy::unwrap_used,
    reason = "tests may end in a panic: that is how they fail; helpers outside test functions are theirs too"
)]

mod certificates;
mod client;
mod endpoint_addresses;
mod endpoints;
mod gates;
mod load_balancing;
mod protocols;
mod trust_stores;
