//! Resource Groups Tagging API (its API Reference): every taggable resource of the region, whatever its service.

mod change;
pub mod resource;

use super::{Operation, Service, operation};
use crate::protocol::Protocol;

const OPERATIONS: &[Operation] = &[
    operation!("GetResources", resource::get, Read),
    operation!("GetTagKeys", resource::keys, Read),
    operation!("GetTagValues", resource::values, Read),
    operation!("TagResources", change::tag, Write),
    operation!("UntagResources", change::untag, Write),
];

/// The service.
pub static SERVICE: Service =
    Service::without_resources("tagging", Protocol::Json, "ResourceGroupsTaggingAPI_20170126", OPERATIONS);
