//! Needs put together into as few statements as grant nothing more.

use std::collections::{BTreeMap, BTreeSet};

use super::calls::calls;
use super::need::{Condition, Need};

/// Actions on resources under a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Grant {
    pub(super) condition: Condition,
    pub(super) service: &'static str,
    pub(super) actions: BTreeSet<&'static str>,
    pub(super) resources: BTreeSet<&'static str>,
}

/// The needs as grants, in the order of their conditions.
pub(super) fn merged(needs: impl Iterator<Item = &'static Need>) -> Vec<Grant> {
    let mut resources: BTreeMap<(Condition, &str), BTreeSet<&str>> = BTreeMap::new();
    for need in needs {
        resources.entry((need.condition, need.action)).or_default().extend(need.resources);
    }
    let mut grants: Vec<Grant> = Vec::new();
    for ((condition, action), resources) in resources {
        let service = action.split(':').next().unwrap_or_default();
        let grant = Grant { condition, service, actions: BTreeSet::from([action]), resources };
        match grants.iter_mut().find(|present| present.takes_in(&grant)) {
            Some(present) => {
                present.actions.extend(grant.actions);
                present.resources.extend(grant.resources);
            }
            None => grants.push(grant),
        }
    }
    grants.sort_by_key(|grant| !grant.is_read());
    grants
}

impl Grant {
    /// Whether its actions know no resources.
    pub(super) fn is_read(&self) -> bool {
        self.condition == Condition::Always && self.resources.contains("*")
    }

    /// Whether both together grant no more than each of them. In one statement each action is allowed on each resource: that is nothing new where the
    /// action knows no resources of that type. The methods of API Gateway know all of them, so there the resources have to be the same.
    fn takes_in(&self, other: &Self) -> bool {
        if self.condition != other.condition || self.is_read() != other.is_read() {
            return false;
        }
        let same = self.resources == other.resources;
        self.is_read()
            || self.service == other.service
                && (same || self.is_apart(other) && !self.widened_by(other) && !other.widened_by(self))
    }

    /// Whether an action of one of them knows no resource types of the other. Methods of API Gateway know all of them, `UpdateRestApiPolicy` knows REST
    /// APIs only (Service Authorization Reference, "Amazon API Gateway Management").
    fn is_apart(&self, other: &Self) -> bool {
        let policies_only = other.actions.iter().all(|action| *action == "apigateway:UpdateRestApiPolicy");
        self.service != "apigateway" || policies_only && other.resources.is_subset(&self.resources)
    }

    /// Whether an action would be allowed on what it needs another condition for.
    fn widened_by(&self, other: &Self) -> bool {
        let guarded = |need: &&Need| ![Condition::Always, self.condition].contains(&need.condition);
        let mut needs = calls().flat_map(|call| call.needs).filter(guarded);
        needs.any(|need| {
            self.actions.contains(need.action) && need.resources.iter().any(|known| other.resources.contains(known))
        })
    }
}
