//! Writes status and Events: from one place, whichever way a pass ended, and only when there is something new to say.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use k8s_openapi::jiff::Timestamp;
use kube::api::{Patch, PatchParams};
use kube::core::DeserializeGuard;
use kube::runtime::events::{Event, EventType, Recorder};
use kube::{Api, Resource, ResourceExt};
use serde_json::json;
use tracing::{info, warn};

use super::converge::Deed;
use super::pass::PassResult;
use super::reconcile::Context;
use crate::api::{GROUP, PrivateApiFrontDoor, PrivateApiFrontDoorStatus};
use crate::intent::Problem;
use crate::status::{ConditionType, Finding, Report, status};

/// Field manager of the status.
const MANAGER: &str = "frontdoor";
/// Longest note of an Event, in bytes.
///
/// Source: Kubernetes API reference, `events.k8s.io/v1 Event`.
const LONGEST_NOTE: usize = 1024;

/// Writes what a pass found and did.
pub(super) async fn report(
    object: &PrivateApiFrontDoor,
    context: &Context,
    result: &PassResult,
) -> Result<(), kube::Error> {
    let previous = object.status.clone().unwrap_or_default();
    let cause = cause(object, &previous);
    for deed in &result.deeds {
        publish(object, context, deed_event(deed, cause)).await;
        for event in warning_events(deed) {
            publish(object, context, event).await;
        }
    }
    let report = found(object, result.finding.clone());
    let status = status(&report, &previous);
    if status == previous {
        return Ok(());
    }
    if let Some(event) = verdict_event(&status, &previous) {
        publish(object, context, event).await;
    }
    write(object, context, &status, &report.finding).await
}

/// Writes why an object cannot be read whose status was `previous`.
pub(super) async fn report_unreadable(
    object: &impl Resource<DynamicType = ()>,
    context: &Context,
    problem: Problem,
    previous: &PrivateApiFrontDoorStatus,
) -> Result<(), kube::Error> {
    let report = found(object, Finding::Unreadable(problem));
    let status = status(&report, previous);
    if status == *previous {
        return Ok(());
    }
    if let Some(event) = verdict_event(&status, previous) {
        publish(object, context, event).await;
    }
    write(object, context, &status, &report.finding).await
}

fn found(object: &impl Resource<DynamicType = ()>, finding: Finding) -> Report {
    Report {
        object: (object.namespace().unwrap_or_default(), object.name_any()),
        generation: object.meta().generation,
        now: Time(Timestamp::now()),
        finding,
    }
}

async fn write(
    object: &impl Resource<DynamicType = ()>,
    context: &Context,
    status: &PrivateApiFrontDoorStatus,
    finding: &Finding,
) -> Result<(), kube::Error> {
    // The answer holds the whole object, and need not be read for the write to have succeeded.
    let api: Api<DeserializeGuard<PrivateApiFrontDoor>> =
        Api::namespaced(context.client.clone(), &object.namespace().unwrap_or_default());
    let patch = json!({
        "apiVersion": format!("{GROUP}/v1alpha1"),
        "kind": "PrivateApiFrontDoor",
        "metadata": {"name": object.name_any(), "uid": object.uid()},
        "status": status,
    });
    match api.patch_status(&object.name_any(), &PatchParams::apply(MANAGER).force(), &Patch::Apply(patch)).await {
        Ok(_) => Ok(()),
        // The object went away meanwhile: nothing to report to.
        Err(kube::Error::Api(answer)) if answer.code == 404 && matches!(finding, Finding::Deleting(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Why something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// The spec, or a deletion.
    User,
    /// Somebody else changed AWS.
    Drift,
}

/// What is done to an object that has stood as its present spec says is done because AWS has changed, however many passes that takes.
fn cause(object: &PrivateApiFrontDoor, previous: &PrivateApiFrontDoorStatus) -> Cause {
    let stood = previous.ready_generation.is_some() && previous.ready_generation == object.metadata.generation;
    if stood && object.metadata.deletion_timestamp.is_none() { Cause::Drift } else { Cause::User }
}

fn deed_event(deed: &Deed, cause: Cause) -> Event {
    let Deed { step, id, warnings: _ } = deed;
    let reason = match (cause, step.change.deletes(), id) {
        (Cause::Drift, ..) => "DriftCorrected",
        (Cause::User, true, _) => "Deleted",
        (Cause::User, false, Some(_)) => "Created",
        (Cause::User, false, None) => "Updated",
    };
    let operation = step.change.operation();
    let fields: Vec<String> = step.differences.iter().map(|it| it.without_secrets().to_string()).collect();
    let fields = fields.into_iter().chain(step.replaces.iter().map(|replaces| format!("replaces {replaces}")));
    let fields: Vec<String> = fields.collect();
    let fields = if fields.is_empty() { String::new() } else { format!(" ({})", fields.join("; ")) };
    let id = id.as_deref().map(|id| format!(" {id}")).unwrap_or_default();
    event(EventType::Normal, reason, operation.name(), format!("{}{id}: {operation}{fields}", step.node))
}

/// Most warnings of one call that have an Event of their own; the status has them all.
const MOST_WARNINGS: usize = 20;

/// An Event for each thing that AWS warned of.
fn warning_events(deed: &Deed) -> Vec<Event> {
    let (node, operation) = (&deed.step.node, deed.step.change.operation());
    let warning = |text: String| {
        event(EventType::Warning, "ImportWarning", operation.name(), format!("{node}: {operation}: {text}"))
    };
    let more = deed.warnings.len().saturating_sub(MOST_WARNINGS);
    let more = (more > 0).then(|| format!("and {more} warnings more: see status.api.importWarnings"));
    deed.warnings.iter().take(MOST_WARNINGS).cloned().chain(more).map(warning).collect()
}

/// An Event when readiness changes or its reason does.
fn verdict_event(status: &PrivateApiFrontDoorStatus, previous: &PrivateApiFrontDoorStatus) -> Option<Event> {
    let ready = |status: &PrivateApiFrontDoorStatus| {
        let condition = status.conditions.iter().find(|condition| condition.type_ == ConditionType::Ready.as_str())?;
        Some((condition.status.clone(), condition.reason.clone(), condition.message.clone()))
    };
    let (now, reason, message) = ready(status)?;
    let changed = ready(previous).is_none_or(|(before, why, _)| before != now || why != reason);
    let stalled = status.conditions.iter().any(|condition| condition.type_ == ConditionType::Stalled.as_str());
    let kind = if stalled || now == "Unknown" { EventType::Warning } else { EventType::Normal };
    changed.then(|| event(kind, &reason, "Reconcile", message))
}

fn event(type_: EventType, reason: &str, action: &str, mut note: String) -> Event {
    if note.len() > LONGEST_NOTE {
        let end = (0..LONGEST_NOTE).rev().find(|end| note.is_char_boundary(*end)).unwrap_or_default();
        note.truncate(end);
    }
    Event { type_, reason: reason.to_owned(), note: Some(note), action: action.to_owned(), secondary: None }
}

/// Events help people; a lost one must not hold up the work.
async fn publish(object: &impl Resource<DynamicType = ()>, context: &Context, event: Event) {
    let note = event.note.as_deref().unwrap_or_default();
    info!(object = %object.name_any(), reason = %event.reason, "{note}");
    // A recorder takes Events of one reason and action for a series of the same, and keeps only the first one's note.
    let recorder = Recorder::new(context.client.clone(), context.reporter.clone());
    if let Err(error) = recorder.publish(&event, &object.object_ref(&())).await {
        warn!(object = %object.name_any(), %error, "the Event could not be written");
    }
}
