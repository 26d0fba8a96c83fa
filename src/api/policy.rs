//! What the controller may do to AWS, and what stays when the object goes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether the controller makes AWS as the spec says.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ManagementPolicy {
    /// It does, and keeps it so.
    #[default]
    Manage,
    /// It only looks: `status.plan` and the conditions tell what differs. Nothing is written to AWS, and deleting the object leaves AWS as it is.
    Observe,
}

/// What becomes of AWS resources when the object is deleted.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeletionPolicy {
    /// They are deleted, too.
    #[default]
    Delete,
    /// They stay, and lose the tags that say whose they are: another front door can name them by ID or ARN.
    Retain,
}
