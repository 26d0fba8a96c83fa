//! The stage and what it should serve.

use crate::api::Management;
use crate::intent::{ApiIntent, Intent, StageIntent};
use crate::observed::StageSettings;

/// A stage that serves the API's present content, or an earlier deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Name.
    pub name: String,
    /// Everything but what it serves.
    pub settings: StageSettings,
    /// The earlier deployment.
    pub rollback_to: Option<String>,
}

pub(super) fn desired(intent: &Intent) -> Option<Stage> {
    let kept = match intent.api {
        ApiIntent::Create(_) => true,
        ApiIntent::Existing { manage, .. } => manage.stage == Management::Managed,
    };
    let StageIntent { name, settings, rollback_to } = intent.stage.clone();
    kept.then_some(Stage { name, settings, rollback_to })
}
