//! A simulator of the AWS services on the path of a private API: EC2's VPC endpoints, Elastic Load Balancing, API Gateway, Lambda, and
//! what they need. It speaks the real wire protocols, so that any AWS client works against it unchanged.
//!
//! ```
//! use aws_sim::{Config, Simulator};
//!
//! let simulator = Simulator::new(Config::default());
//! let request = http::Request::get("http://localhost/_sim/").body(bytes::Bytes::new()).unwrap_or_default();
//! assert_eq!(simulator.handle(request).status(), 200);
//! ```
//!
//! A call goes one way: `protocol` finds service, operation and input, `simulator` runs it past the gates, the handler in `services`
//! changes the caller's [`world::Region`], `protocol` renders the answer. [`services`] says how to add to it.

mod auth;
pub mod calls;
pub mod clock;
pub mod config;
pub mod context;
mod control;
pub mod dataplane;
pub mod error;
pub mod gates;
pub mod iam;
pub mod ids;
pub mod inferred;
mod pipeline;
pub mod protocol;
mod server;
pub mod services;
mod simulator;
pub mod world;

pub use config::Config;
pub use simulator::{Outcome, Simulator};
