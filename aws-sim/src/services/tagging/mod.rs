//! Tagging
use super::{Inventory, Operation, Service};
use crate::protocol::Protocol;
const OPERATIONS: &[Operation] = &[];
/// The service.
pub static SERVICE: Service = Service {
    name: "tagging",
    protocol: Protocol::Json,
    namespace: "ResourceGroupsTaggingAPI_20170126",
    operations: OPERATIONS,
    inventory: |_, _| Inventory::new(),
    tagged: |_, _| Vec::new(),
};
