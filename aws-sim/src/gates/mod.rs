//! What stands between a request and its handler: policies, rate limits, and faults on order.

pub mod consistency;
pub mod fault;
pub mod permission;
pub mod quota;
pub mod refusal;
mod wanted;
