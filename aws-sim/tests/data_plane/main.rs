//! The way of a request from the client to the integration: one test for each way in which AWS answers, refuses or redirects.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may end in a panic: that is how they fail; helpers outside test functions are theirs too"
)]

mod api;
mod authorization;
mod cloud;
mod endpoint;
mod integrations;
mod load_balancer;
mod mutual_tls;
mod private_link;
mod sockets;
mod tls;
