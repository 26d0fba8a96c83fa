//! Reconciles one object: a pass, with Kubernetes around it.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_config::SdkConfig;
use k8s_openapi::jiff::Timestamp;
use kube::runtime::events::Reporter;
use kube::runtime::reflector::ObjectRef;
use kube::{Client, ResourceExt};
use tracing::{info, warn};

use super::pass::{Memory, PassResult, Rollout, Subject, keep, rest, tear_down};
use super::requeue::{Intervals, Next};
use super::retry::{Moment, RetrySchedule};
use super::settling::Settling;
use super::{finalizer, report, request};
use crate::api::{ManagementPolicy, PrivateApiFrontDoor};
use crate::aws::Aws;
use crate::elapsed::Elapsed;
use crate::status::Finding;
use crate::tags::Owner;

/// What the controller is told at its start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Stable ID of the cluster, part of every ownership tag.
    pub cluster_id: String,
    /// How long to wait.
    pub intervals: Intervals,
}

/// What every reconcile shares.
pub struct Context {
    pub(super) client: Client,
    pub(super) reporter: Reporter,
    pub(super) settings: Settings,
    sdk: SdkConfig,
    /// One for each region, made on first use.
    regions: Mutex<HashMap<String, Aws>>,
    /// Waits that go on, and refused steps with their waits: nothing that could not be asked again.
    progress: Mutex<HashMap<ObjectRef<PrivateApiFrontDoor>, Progress>>,
    settling: Settling,
    elapsed: Elapsed,
}

/// So many times in a row only what is waited for is read again; then everything is.
const MOST_REFRESHES: u32 = 5;

/// What is remembered of an object between two passes.
#[derive(Debug, Default)]
struct Progress {
    generation: Option<i64>,
    deleting: bool,
    requested: Option<String>,
    attempt: u32,
    rollout: Option<Rollout>,
    retries: RetrySchedule,
    /// Whether the last pass found everything as it should be and changed nothing.
    calm: bool,
}

impl Progress {
    /// Whether the object has not changed since.
    fn is_of(&self, object: &PrivateApiFrontDoor) -> bool {
        self.generation == object.metadata.generation
            && self.deleting == is_deleting(object)
            && self.requested.as_deref() == request::of(object)
    }
}

impl Context {
    /// A context that acts with these clients.
    #[must_use]
    pub fn new(client: Client, reporter: Reporter, sdk: SdkConfig, settings: Settings) -> Self {
        let elapsed = Elapsed::default();
        let settling = Settling::new(elapsed.now());
        let (regions, progress) = (Mutex::default(), Mutex::default());
        Self { client, reporter, settings, sdk, regions, progress, settling, elapsed }
    }

    /// The same in another time, from now on.
    #[must_use]
    pub fn within(self, elapsed: Elapsed) -> Self {
        Self { settling: Settling::new(elapsed.now()), elapsed, ..self }
    }

    /// Whether what was done for the object is so long ago that AWS lists it everywhere.
    fn is_settled(&self, object: &PrivateApiFrontDoor) -> bool {
        self.settling.is_settled(&ObjectRef::from_obj(object), self.elapsed.now(), self.settings.intervals.poll)
    }

    fn aws(&self, region: Option<&str>) -> Aws {
        let mut regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || Aws::within(&self.elapsed, &self.sdk, region);
        regions.entry(region.unwrap_or_default().to_owned()).or_insert_with(made).clone()
    }

    /// Whether a pass was asked for that has not been made yet.
    fn is_requested(&self, object: &PrivateApiFrontDoor) -> bool {
        let all = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.get(&ObjectRef::from_obj(object)).and_then(|progress| progress.requested.as_deref());
        request::of(object).is_some_and(|request| known != Some(request))
    }

    /// What is remembered of the object as it is now: nothing of what it was before.
    fn with_progress<T>(&self, object: &PrivateApiFrontDoor, act: impl FnOnce(&mut Progress) -> T) -> T {
        let mut all = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        let progress = all.entry(ObjectRef::from_obj(object)).or_default();
        if !progress.is_of(object) {
            *progress = Progress {
                generation: object.metadata.generation,
                deleting: is_deleting(object),
                requested: request::of(object).map(str::to_owned),
                retries: RetrySchedule::new(self.settings.intervals, seed(object)),
                ..Progress::default()
            };
        }
        act(progress)
    }

    /// What the last pass left for this one. Where a refused step is due, it is judged by everything that AWS has now.
    fn resume(&self, object: &PrivateApiFrontDoor) -> Memory {
        let now = Moment { elapsed: self.elapsed.now(), wall: Timestamp::now() };
        self.with_progress(object, |progress| {
            let retries = progress.retries.clone().at(now);
            let rollout = progress.rollout.take().filter(|_| !retries.is_due());
            let calm = progress.calm && rollout.is_none() && retries.held().is_empty();
            let oldest_lists = (calm && self.is_settled(object)).then(|| self.settings.intervals.oldest_lists());
            Memory { rollout, retries, oldest_lists }
        })
    }

    fn forget(&self, object: &PrivateApiFrontDoor) {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).remove(&ObjectRef::from_obj(object));
    }
}

fn is_deleting(object: &PrivateApiFrontDoor) -> bool {
    object.metadata.deletion_timestamp.is_some()
}

/// Reconciles one object as it was read last. Answers after what time it has to be done again; none when only a change of the object asks for it.
///
/// Every way out goes through the report, so it never fails: the error is part of the status. One object must not be reconciled twice at the same
/// time.
pub async fn reconcile(object: &PrivateApiFrontDoor, context: &Context) -> Option<Duration> {
    if is_deleting(object) && !finalizer::is_present(object) {
        return None;
    }
    match Box::pin(pass(object, context)).await {
        Ok(again) => again,
        Err(error) => {
            warn!(object = %ObjectRef::from_obj(object), %error, "Kubernetes refused");
            let attempt = context.with_progress(object, |progress| {
                progress.attempt += 1;
                progress.attempt - 1
            });
            Some(context.settings.intervals.delay(Next::Retry(None), attempt, seed(object)))
        }
    }
}

async fn pass(object: &PrivateApiFrontDoor, context: &Context) -> Result<Option<Duration>, kube::Error> {
    let manages = object.spec.management_policy == ManagementPolicy::Manage;
    if object.spec.suspend {
        report::report(object, context, &rest()).await?;
        return Ok(None);
    }
    if is_deleting(object) && !manages {
        finalizer::remove(object, context).await?;
        return Ok(None);
    }
    if !is_deleting(object) && manages && !finalizer::is_present(object) {
        finalizer::add(object, context).await?;
        context.settling.begin(ObjectRef::from_obj(object));
        // The watch brings the object back with its finalizer; a pass on the one at hand would be done twice.
        return Ok(Some(context.settings.intervals.poll));
    }
    let owner = Owner {
        cluster: context.settings.cluster_id.clone(),
        namespace: object.namespace().unwrap_or_default(),
        name: object.name_any(),
    };
    let settled = context.is_settled(object);
    let subject = Subject { owner: &owner, spec: &object.spec, settled };
    let aws = context.aws(object.spec.region.as_deref());
    if context.is_requested(object) {
        aws.forget_what_changes();
    }
    let memory = context.resume(object);
    let waited = memory.rollout.is_some();
    let result = if is_deleting(object) {
        Box::pin(tear_down(&aws, subject, memory)).await
    } else {
        keep(&aws, subject, memory).await
    };
    // Whether the report can be written or not: what was refused must not be sent again before its time, and a definition that waits for AWS not be
    // written again, which would lock the API again.
    context.with_progress(object, |progress| {
        progress.retries = result.retries.clone();
        progress.calm = result.is_calm();
        progress.rollout = result.rollout.as_ref().filter(|rollout| rollout.holds_definition()).cloned();
        if !result.deeds.is_empty() {
            progress.attempt = 0;
        }
    });
    if result.touched {
        context.settling.touch(ObjectRef::from_obj(object), context.elapsed.now());
    }
    report::report(object, context, &result).await?;
    // What the last changes made might not be listed yet.
    if is_gone(&result, waited) && !settled {
        return Ok(Some(context.settings.intervals.poll));
    }
    if is_gone(&result, waited) {
        finalizer::remove(object, context).await?;
        context.forget(object);
        return Ok(None);
    }
    Ok(Some(requeue(object, context, result)))
}

/// Whether a deletion is complete: everything was asked for, and there was nothing to do.
fn is_gone(result: &PassResult, waited: bool) -> bool {
    let converged = matches!(&result.finding, Finding::Deleting(remains) if remains.plan.is_converged() && remains.failures.is_empty());
    converged && result.deeds.is_empty() && !waited
}

fn requeue(object: &PrivateApiFrontDoor, context: &Context, result: PassResult) -> Duration {
    let intervals = context.settings.intervals;
    let next = if is_deleting(object) && result.next == Next::Resync { Next::Soon } else { result.next };
    let delay = context.with_progress(object, |progress| {
        let delay = intervals.delay(next, progress.attempt, seed(object));
        let waits = matches!(next, Next::Poll | Next::Retry(_)) && result.deeds.is_empty();
        progress.attempt = if waits { progress.attempt + 1 } else { 0 };
        // What is waited for may wait for something that nobody knew of when the wait began.
        let again = progress.attempt % MOST_REFRESHES == MOST_REFRESHES - 1;
        progress.rollout = result.rollout.filter(|rollout| !again || rollout.holds_definition());
        delay
    });
    let retry = result.retry_at.map(|at| intervals.until(at, context.elapsed.now()));
    let delay = retry.map_or(delay, |retry| retry.min(delay));
    info!(object = %ObjectRef::from_obj(object), ?next, ?delay, changes = result.deeds.len(), requested = request::of(object), "pass ended");
    delay
}

/// Spreads objects in time.
fn seed(object: &PrivateApiFrontDoor) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&object.metadata.namespace, &object.metadata.name).hash(&mut hasher);
    hasher.finish()
}
