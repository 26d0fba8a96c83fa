//! What the object's status says: derived from what the pass found, whichever way it ended.

mod access;
mod concern;
mod condition;
mod pattern;
mod reason;
mod refusals;
mod resources;
#[cfg(test)]
mod tests;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;

use crate::api::PrivateApiFrontDoorStatus;
use crate::desired::Graph;
use crate::intent::{Intent, Problem};
use crate::node::Node;
use crate::observed::Snapshot;
use crate::plan::Plan;

pub use condition::ConditionType;
pub use reason::Reason;

/// How a pass ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Namespace and name of the object, for the commands that a message tells.
    pub object: (String, String),
    /// The `metadata.generation` that the pass read.
    pub generation: Option<i64>,
    /// When it ended.
    pub now: Time,
    /// What it found.
    pub finding: Finding,
}

/// What a pass found.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// The spec cannot be had, for all these reasons.
    Invalid(Vec<Problem>),
    /// The spec cannot be had, and AWS was not asked.
    Unasked(Problem),
    /// The object cannot be read, and AWS was not asked.
    Unreadable(Problem),
    /// What AWS has could not be learnt.
    Unknown {
        /// Why.
        failure: Failure,
        /// Whether AWS answered at all.
        answered: bool,
    },
    /// The object is kept.
    Kept(Box<Kept>),
    /// The object is being deleted.
    Deleting(Box<Remains>),
    /// The object rests: AWS was not asked.
    Suspended,
}

/// What a pass found of an object that is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// What should be.
    pub intent: Intent,
    /// The same as a graph.
    pub graph: Graph,
    /// What is.
    pub snapshot: Snapshot,
    /// What is still to do.
    pub plan: Plan,
    /// What went wrong on the way.
    pub failures: Vec<Failure>,
}

/// What a pass found of an object that is being deleted.
#[derive(Debug, Clone, PartialEq)]
pub struct Remains {
    /// What is still to do.
    pub plan: Plan,
    /// What went wrong on the way.
    pub failures: Vec<Failure>,
}

/// An AWS call that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The part it was about; none for a read that serves several.
    pub node: Option<Node>,
    /// What kind of failure it is.
    pub reason: Reason,
    /// The operation, what AWS said and what to do.
    pub message: String,
    /// When it is tried again, where AWS has refused it.
    pub next_attempt: Option<Time>,
}

/// The status after a pass.
#[must_use]
pub fn status(report: &Report, previous: &PrivateApiFrontDoorStatus) -> PrivateApiFrontDoorStatus {
    let mut status = match &report.finding {
        Finding::Kept(kept) => with_warnings(resources::resources(kept), kept, previous),
        Finding::Invalid(_)
        | Finding::Unasked(_)
        | Finding::Unreadable(_)
        | Finding::Unknown { .. }
        | Finding::Deleting(_)
        | Finding::Suspended => previous.clone(),
    };
    status.observed_generation = report.generation;
    status.conditions = condition::conditions(report, &previous.conditions);
    status.ready_generation = if is_ready(&status) && matches!(report.finding, Finding::Kept(_)) {
        report.generation
    } else {
        previous.ready_generation
    };
    status
}

/// API Gateway tells the warnings of an import once: those of the last one stay known.
fn with_warnings(
    mut status: PrivateApiFrontDoorStatus,
    kept: &Kept,
    previous: &PrivateApiFrontDoorStatus,
) -> PrivateApiFrontDoorStatus {
    if let (Some(api), Some(before)) = (&mut status.api, &previous.api) {
        let imported = kept.snapshot.rest_apis.iter().any(|it| it.id == api.id && it.definition.is_some());
        if !imported && api.id == before.id {
            api.import_warnings.clone_from(&before.import_warnings);
        }
    }
    status
}

fn is_ready(status: &PrivateApiFrontDoorStatus) -> bool {
    status.conditions.iter().any(|it| it.type_ == ConditionType::Ready.as_str() && it.status == "True")
}
