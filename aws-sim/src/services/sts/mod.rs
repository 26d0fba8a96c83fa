//! Security Token Service (AWS STS API Reference).

pub mod session;

use super::{Inventory, Operation, Service, operation};
use crate::protocol::Protocol;

const OPERATIONS: &[Operation] =
    &[operation!("AssumeRole", session::assume_role, Write), operation!("GetCallerIdentity", session::identity, Read)];

/// The service.
pub static SERVICE: Service = Service {
    name: "sts",
    protocol: Protocol::Query,
    namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    operations: OPERATIONS,
    inventory: |_, _| Inventory::new(),
    tagged: |_, _| Vec::new(),
};
