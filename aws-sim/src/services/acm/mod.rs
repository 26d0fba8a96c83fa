//! Certificate Manager
use super::{Inventory, Operation, Service};
use crate::protocol::Protocol;
const OPERATIONS: &[Operation] = &[];
/// The service.
pub static SERVICE: Service = Service {
    name: "acm",
    protocol: Protocol::Json,
    namespace: "CertificateManager",
    operations: OPERATIONS,
    inventory: |_, _| Inventory::new(),
    tagged: |_, _| Vec::new(),
};
/// State
#[derive(Clone, Debug, Default)]
pub struct State {}
pub(crate) fn defaults(_: &mut crate::world::Region) {}
