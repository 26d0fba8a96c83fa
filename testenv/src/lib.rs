//! A real `kube-apiserver` and `etcd`, the AWS simulator and the controller, as processes.
//!
//! Everything the end-to-end tests, `make up` and `make demo` stand on. Nothing here knows what the controller does: it starts
//! programs, talks to the API server through the `kubectl` built with it, and to the simulator over plain HTTP.
//!
//! * [`tools`]: the three Kubernetes programs, built once and kept outside the checkout;
//! * [`Cluster`], [`Simulator`], [`Controller`]: one running program each (the cluster is two), stopped when dropped;
//! * [`Stack`]: all of them, as `make up` and `make demo` want them;
//! * [`Kubectl`]: apply, get, wait, delete, describe.
//!
//! Every process started here ends with the one that started it, however that one ends: see [`reaper`].

pub mod binaries;
pub mod cluster;
pub mod controller;
pub mod error;
pub mod given;
pub mod http;
pub mod kubectl;
pub mod poll;
pub mod process;
pub mod progress;
pub mod reaper;
pub mod record;
pub mod simulator;
pub mod stack;
pub mod tools;

pub use cluster::Cluster;
pub use controller::Controller;
pub use error::{Error, Result};
pub use kubectl::Kubectl;
pub use simulator::Simulator;
pub use stack::Stack;
