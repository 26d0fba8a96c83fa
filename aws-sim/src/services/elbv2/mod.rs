//! Elastic Load Balancing
pub mod load_balancer;
use super::{Inventory, Operation, Service};
use crate::protocol::Protocol;
const OPERATIONS: &[Operation] = &[];
/// The service.
pub static SERVICE: Service = Service {
    name: "elasticloadbalancing",
    protocol: Protocol::Query,
    namespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
    operations: OPERATIONS,
    inventory: |_, _| Inventory::new(),
    tagged: |_, _| Vec::new(),
};
/// State
#[derive(Clone, Debug, Default)]
pub struct State {}
