//! Changes of listener rules.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Output;
use crate::model::Operation;
use crate::observed::{Rule, RuleConditions, RuleTransforms, Snapshot};
use crate::tags::Tags;

/// A change of a listener rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum RuleChange {
    /// `CreateRule`.
    Create {
        /// The listener.
        listener_arn: String,
        /// Priority.
        priority: i32,
        /// Which requests it takes.
        conditions: RuleConditions,
        /// How it rewrites them.
        transforms: RuleTransforms,
        /// Where it forwards them.
        target_group_arn: String,
        /// Tags.
        tags: Tags,
    },
    /// `ModifyRule`: conditions, transforms and action, all of them.
    Modify {
        /// The rule.
        arn: String,
        /// Which requests it takes.
        conditions: RuleConditions,
        /// How it rewrites them.
        transforms: RuleTransforms,
        /// Where it forwards them.
        target_group_arn: String,
    },
    /// `SetRulePriorities`: all at once or none.
    SetPriorities {
        /// Priority by rule ARN.
        priorities: BTreeMap<String, i32>,
    },
    /// `DeleteRule`.
    Delete {
        /// The rule.
        arn: String,
    },
}

impl RuleChange {
    pub(super) fn operation(&self) -> Operation {
        match self {
            Self::Create { .. } => Operation::CreateRule,
            Self::Modify { .. } => Operation::ModifyRule,
            Self::SetPriorities { .. } => Operation::SetRulePriorities,
            Self::Delete { .. } => Operation::DeleteRule,
        }
    }

    pub(super) fn apply(&self, snapshot: &mut Snapshot, output: Output) {
        let rules = &mut snapshot.rules;
        match self {
            Self::Create { listener_arn, priority, conditions, transforms, target_group_arn, tags } => {
                rules.extend(output.into_id().map(|arn| Rule {
                    arn,
                    listener_arn: listener_arn.clone(),
                    priority: *priority,
                    conditions: conditions.clone(),
                    transforms: transforms.clone(),
                    target_group_arn: Some(target_group_arn.clone()),
                    tags: tags.clone(),
                }));
            }
            Self::Modify { arn, conditions, transforms, target_group_arn } => {
                for rule in rules.iter_mut().filter(|rule| rule.arn == *arn) {
                    rule.conditions.clone_from(conditions);
                    rule.transforms.clone_from(transforms);
                    rule.target_group_arn = Some(target_group_arn.clone());
                }
            }
            Self::SetPriorities { priorities } => {
                for rule in rules.iter_mut() {
                    rule.priority = priorities.get(&rule.arn).copied().unwrap_or(rule.priority);
                }
            }
            Self::Delete { arn } => rules.retain(|rule| rule.arn != *arn),
        }
    }
}
