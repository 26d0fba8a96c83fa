//! Every kind of change of the spec converges, and clients get their answer all the while.

mod api;
mod client;
mod given_api;
mod given_targets;
mod load_balancing;
mod network;
mod restart;
mod under_load;
