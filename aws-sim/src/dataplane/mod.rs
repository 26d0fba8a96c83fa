//! The data plane: the way of a request from a client to an API's integration, judged at every hop as AWS judges it.

pub mod network;
