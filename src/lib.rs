//! One manifest opens the front door of a private API Gateway API, and keeps it open.

pub mod api;
pub mod change;
pub mod desired;
pub mod intent;
pub mod names;
pub mod node;
pub mod observed;
pub mod plan;
pub mod status;
pub mod tags;
