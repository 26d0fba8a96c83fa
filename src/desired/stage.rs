//! The stage and what it should serve.

use crate::intent::{ApiIntent, Intent};

/// A stage that serves the API's present content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Name.
    pub name: String,
}

pub(super) fn desired(intent: &Intent) -> Option<Stage> {
    match intent.api {
        ApiIntent::Create(_) => Some(Stage { name: intent.stage.clone() }),
        ApiIntent::Existing(_) => None,
    }
}
