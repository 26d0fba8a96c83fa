//! Security Token Service (AWS STS API Reference).

pub mod session;

use super::{Operation, Service, operation};
use crate::protocol::Protocol;

const OPERATIONS: &[Operation] =
    &[operation!("AssumeRole", session::assume_role, Write), operation!("GetCallerIdentity", session::identity, Read)];

/// The service.
pub static SERVICE: Service =
    Service::without_resources("sts", Protocol::Query, "https://sts.amazonaws.com/doc/2011-06-15/", OPERATIONS);
