//! Elastic Compute Cloud (EC2 API Reference; its error codes: "Error codes for the Amazon EC2 API").
pub mod defaults;
use super::{Inventory, Operation, Service};
use crate::clock::Timestamp;
use crate::protocol::Protocol;
const OPERATIONS: &[Operation] = &[];
/// The service.
pub static SERVICE: Service = Service {
    name: "ec2",
    protocol: Protocol::Ec2,
    namespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
    operations: OPERATIONS,
    inventory: |_, _| Inventory::new(),
    tagged: |_, _| Vec::new(),
};
/// State
#[derive(Clone, Debug, Default)]
pub struct State {}
impl State {
    /// Settle
    pub fn settle(&mut self, _now: Timestamp) {}
}
