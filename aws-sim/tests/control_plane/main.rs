//! The control plane over its wire protocols, in this process and in virtual time.

mod client;
mod endpoints;
mod gates;
mod load_balancing;
mod protocols;
