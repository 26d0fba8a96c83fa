//! What the controller may do to AWS, and what stays when the object goes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether the controller makes AWS as the spec says.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ManagementPolicy {
    /// It does, and keeps it so.
    #[default]
    Manage,
    /// It only reports: `status.plan` and the conditions show what differs. Nothing is written to AWS, and deleting the object leaves AWS as it is.
    Observe,
}

/// What happens to AWS resources when the object is deleted.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
// No description: it would take the place of the field's own wherever the field is optional.
#[schemars(description = "")]
pub enum DeletionPolicy {
    /// They are deleted, too.
    #[default]
    Delete,
    /// They stay, and lose the tags that say whose they are: another front door can name them by ID or ARN.
    Retain,
}
