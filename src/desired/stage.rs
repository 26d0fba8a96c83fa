//! The stage and what it should serve.

use crate::api::Management;
use crate::intent::{ApiIntent, Intent, StageIntent};
use crate::node::Node;
use crate::observed::StageSettings;
use crate::tags::Tags;

/// A stage that serves the API's present content, or an earlier deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Name.
    pub name: String,
    /// Everything but what it serves.
    pub settings: StageSettings,
    /// The earlier deployment.
    pub rollback_to: Option<String>,
    /// Tags, where the API is the controller's own.
    pub tags: Tags,
}

pub(super) fn desired(intent: &Intent) -> Option<Stage> {
    let kept = match intent.api {
        ApiIntent::Create(_) => true,
        ApiIntent::Existing { manage, .. } => manage.stage == Management::Managed,
    };
    let StageIntent { name, settings, rollback_to } = intent.stage.clone();
    let tags = intent.owner.tags(Node::Stage.resource(), &intent.tags);
    kept.then_some(Stage { name, settings, rollback_to, tags })
}
