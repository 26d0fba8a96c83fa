//! One pass over one object: ask, decide, act. No Kubernetes here.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};

use super::converge::{Deed, Filters, Outcome, converge};
use super::failure::{failure, failures};
use super::requeue::Next;
use super::retry::RetrySchedule;
use crate::api::{ManagementPolicy, PrivateApiFrontDoorSpec};
use crate::aws::{Aws, AwsError, Class, Pass};
use crate::desired::{Graph, desired};
use crate::intent::{API_ID, Intent, Problem, Wanted, resolve};
use crate::node::Node;
use crate::observed::{ApiStatus, Snapshot};
use crate::plan::filter::{Retained, is_unsettled, observing};
use crate::plan::{Plan, plan};
use crate::status::{Finding, Kept, Remains};
use crate::tags::Owner;

/// What a pass is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Who owns what it creates.
    pub owner: &'a Owner,
    /// What the user wrote.
    pub spec: &'a PrivateApiFrontDoorSpec,
    /// Whether what was done for it before is so long ago that AWS lists it everywhere.
    pub settled: bool,
}

/// What a pass leaves behind.
#[derive(Debug)]
pub struct PassResult {
    /// For status.
    pub finding: Finding,
    /// What was done in AWS.
    pub deeds: Vec<Deed>,
    /// When to look again.
    pub next: Next,
    /// The time by the clock of [`Moment::elapsed`](super::Moment) when the first refused step that is still planned is to be sent again.
    pub retry_at: Option<Duration>,
    /// What the next pass may start from, instead of asking for everything again.
    pub rollout: Option<Rollout>,
    /// The refused steps, for the next pass.
    pub retries: RetrySchedule,
    /// Whether a changing call was made, or may have been.
    pub touched: bool,
}

/// What the passes before have left behind for this one.
#[derive(Debug, Default)]
pub struct Memory {
    /// What is waited for.
    pub rollout: Option<Rollout>,
    /// What AWS has refused.
    pub retries: RetrySchedule,
    /// How old lists may be that the object is judged by first, since it was as it should be the last time. None: it is judged by what AWS has now.
    pub oldest_lists: Option<Duration>,
}

impl PassResult {
    /// Whether everything was found to be as it should be, so that the next pass need not begin with what AWS has at that moment.
    pub(super) fn is_calm(&self) -> bool {
        !self.touched && matches!(&self.finding, Finding::Kept(kept) if is_calm(&kept.plan, &kept.snapshot))
    }
}

impl From<Option<Rollout>> for Memory {
    /// Nothing was refused.
    fn from(rollout: Option<Rollout>) -> Self {
        Self { rollout, ..Self::default() }
    }
}

/// A change that waits for AWS: what was known when the wait began.
#[derive(Debug, Clone)]
pub struct Rollout {
    intent: Option<Intent>,
    graph: Graph,
    snapshot: Snapshot,
    awaited: BTreeSet<Node>,
    settled: bool,
}

impl Rollout {
    /// Whether it knows of a definition that was written and waits for AWS before it is deployed: whoever does not know would write it once more, and
    /// wait for AWS once more.
    pub(super) fn holds_definition(&self) -> bool {
        holds_definition(&self.snapshot)
    }
}

fn holds_definition(snapshot: &Snapshot) -> bool {
    snapshot.rest_apis.iter().any(|api| api.status == ApiStatus::Updating && api.definition.is_some())
}

/// Makes AWS as the spec says, as far as it goes now.
#[must_use]
pub fn keep<'a>(aws: &'a Aws, subject: Subject<'a>, memory: impl Into<Memory>) -> BoxFuture<'a, PassResult> {
    let Memory { rollout, mut retries, oldest_lists } = memory.into();
    // Intent, graph and snapshot are large: they go on the heap.
    async move {
        if let Some(oldest) = oldest_lists
            && let Some(result) = Box::pin(found_kept(aws, subject, oldest, &retries)).await
        {
            return result;
        }
        let settled = rollout.as_ref().map_or(subject.settled, |rollout| rollout.settled);
        match Box::pin(start(aws, subject, rollout, Pass::default())).await {
            Ok((intent, graph, mut snapshot)) => {
                let filters = Filters { retained: Retained::default(), settled, early: !subject.settled };
                let outcome = match subject.spec.management_policy {
                    ManagementPolicy::Manage => converge(aws, &graph, &mut snapshot, &filters, &mut retries).await,
                    ManagementPolicy::Observe => {
                        Outcome { plan: observing(plan(&graph, &snapshot)), ..Outcome::default() }
                    }
                };
                if is_touched(&outcome) {
                    aws.outdate(&snapshot);
                }
                kept(intent, graph, snapshot, outcome, settled, retries)
            }
            Err(Stop::Finding(finding)) => ended(finding, Next::Stalled, retries),
            Err(Stop::Error(error)) => ended(unknown(&error), Next::after(&error), retries),
        }
    }
    .boxed()
}

/// What a pass leaves behind that finds everything as it should be, by lists that many objects share. None where it does not, or cannot tell: what there
/// is to do then must be judged by what AWS has at that moment.
async fn found_kept(aws: &Aws, subject: Subject<'_>, oldest: Duration, retries: &RetrySchedule) -> Option<PassResult> {
    let (intent, graph, snapshot) = Box::pin(start(aws, subject, None, aws.shared_pass(oldest))).await.ok()?;
    let plan = plan(&graph, &snapshot);
    if !is_calm(&plan, &snapshot) {
        aws.outdate(&snapshot);
        return None;
    }
    let outcome = Outcome { plan, ..Outcome::default() };
    Some(kept(intent, graph, snapshot, outcome, subject.settled, retries.clone()))
}

/// Whether everything is as it should be, nothing is only held back, and nothing is unknown.
fn is_calm(plan: &Plan, snapshot: &Snapshot) -> bool {
    plan.is_converged() && plan.held.is_empty() && snapshot.unread.is_empty()
}

/// What would be done; changes nothing.
///
/// # Errors
///
/// The finding of a pass that could not plan.
pub async fn preview(aws: &Aws, subject: Subject<'_>) -> Result<Plan, Finding> {
    match Box::pin(start(aws, subject, None, Pass::default())).await {
        Ok((_, graph, snapshot)) => Ok(match subject.spec.management_policy {
            ManagementPolicy::Manage => plan(&graph, &snapshot),
            ManagementPolicy::Observe => observing(plan(&graph, &snapshot)),
        }),
        Err(Stop::Finding(finding)) => Err(finding),
        Err(Stop::Error(error)) => Err(unknown(&error)),
    }
}

/// What a pass over an object at rest leaves behind: nothing was asked and nothing done.
#[must_use]
pub fn rest() -> PassResult {
    ended(Finding::Suspended, Next::Stalled, RetrySchedule::default())
}

/// Takes away what the object owns, as far as it goes now. Nothing is left when the finding's plan is converged and [`Next`] is not
/// [`Next::Soon`].
pub async fn tear_down(aws: &Aws, subject: Subject<'_>, memory: impl Into<Memory>) -> PassResult {
    let Memory { rollout, mut retries, oldest_lists: _ } = memory.into();
    if let Some(problem) = no_region(aws) {
        return ended(Finding::Unasked(problem), Next::Stalled, retries);
    }
    let graph = Graph::released(subject.owner.clone(), subject.spec);
    let snapshot = match rollout {
        Some(rollout) => refreshed(aws, rollout).await.map(|rollout| rollout.snapshot),
        None => aws.observe(subject.owner, &Wanted::of(subject.spec).and_leftovers(), &Pass::default()).await,
    };
    match snapshot {
        Ok(mut snapshot) => {
            let filters =
                Filters { retained: Retained::of(subject.spec), settled: subject.settled, early: !subject.settled };
            let outcome = converge(aws, &graph, &mut snapshot, &filters, &mut retries).await;
            if is_touched(&outcome) {
                aws.outdate(&snapshot);
            }
            removed(graph, snapshot, outcome, retries)
        }
        Err(error) => ended(unknown(&error), Next::after(&error), retries),
    }
}

/// What only the user can change about an AWS without a region.
fn no_region(aws: &Aws) -> Option<Problem> {
    let message = "no region is known: set it, or AWS_REGION in the controller's environment";
    aws.region().is_none().then(|| Problem::new("spec.region", message))
}

fn unknown(error: &AwsError) -> Finding {
    let mut failure = failure(None, error);
    if error.class == Class::Denied {
        failure.message.push_str("; nothing can be planned without this read");
    }
    Finding::Unknown { failure, answered: error.code.is_some() }
}

/// Why a pass could not plan.
enum Stop {
    Finding(Finding),
    Error(AwsError),
}

impl From<AwsError> for Stop {
    fn from(error: AwsError) -> Self {
        Self::Error(error)
    }
}

async fn start(
    aws: &Aws,
    subject: Subject<'_>,
    rollout: Option<Rollout>,
    pass: Pass,
) -> Result<(Intent, Graph, Snapshot), Stop> {
    if let Some(problem) = no_region(aws) {
        return Err(Stop::Finding(Finding::Unasked(problem)));
    }
    if let Some(rollout) = rollout {
        let Rollout { intent, graph, snapshot, .. } = refreshed(aws, rollout).await?;
        if let Some(intent) = intent {
            return Ok((intent, graph, snapshot));
        }
    }
    let wanted = Wanted::of(subject.spec);
    let found = aws.lookup(&wanted, &pass).await?;
    let intent = match resolve(subject.spec, subject.owner, &found) {
        Ok(intent) => intent,
        Err(problems) => {
            let problems = with_api_id(aws, subject.owner, &pass, problems).await?;
            return Err(Stop::Finding(Finding::Invalid(problems)));
        }
    };
    let graph = desired(&intent);
    let snapshot = aws.observe(subject.owner, &wanted, &pass).await?;
    Ok((intent, graph, snapshot))
}

/// The problems with the ID of the object's API in place of what stands for it, if there is one.
async fn with_api_id(
    aws: &Aws,
    owner: &Owner,
    pass: &Pass,
    mut problems: Vec<Problem>,
) -> Result<Vec<Problem>, AwsError> {
    if problems.iter().any(|problem| problem.message.contains(API_ID))
        && let Some(id) = aws.own_rest_api_id(owner, pass).await?
    {
        for problem in &mut problems {
            let until_created = format!(", with the ID that the API has once it is created in place of {API_ID}");
            problem.message = problem.message.replace(&until_created, "").replace(API_ID, &id);
        }
    }
    Ok(problems)
}

/// Reads again what is waited for, and nothing else.
async fn refreshed(aws: &Aws, mut rollout: Rollout) -> Result<Rollout, AwsError> {
    aws.refresh(&mut rollout.snapshot, &rollout.awaited).await?;
    Ok(rollout)
}

fn kept(
    intent: Intent,
    graph: Graph,
    snapshot: Snapshot,
    outcome: Outcome,
    settled: bool,
    retries: RetrySchedule,
) -> PassResult {
    let failures = failures(&retries, &outcome, Some(&intent));
    let touched = is_touched(&outcome);
    let next = match next(&outcome, &snapshot) {
        // Only AWS's own course is worth a look before the next resync when nothing may be done.
        Next::Poll if !outcome.plan.held.is_empty() && outcome.plan.waiting.is_empty() => Next::Resync,
        other => other,
    };
    let nothing_failed = outcome.errors.is_empty();
    let Outcome { plan, deeds, .. } = outcome;
    let awaited = awaited(&plan);
    // What waits for the lists to be the present ones needs them again.
    let waits = next == Next::Poll && nothing_failed && !awaited.is_empty() && !is_unsettled(&plan);
    // A read that was denied is tried again in each pass.
    let rests = snapshot.unread.is_empty() || holds_definition(&snapshot);
    let rollout = (waits && rests).then(|| Rollout {
        intent: Some(intent.clone()),
        graph: graph.clone(),
        snapshot: snapshot.clone(),
        awaited,
        settled,
    });
    let retry_at = retries.next(&plan);
    let finding = Finding::Kept(Box::new(Kept { intent, graph, snapshot, plan, failures }));
    PassResult { finding, deeds, next, retry_at, rollout, retries, touched }
}

fn removed(graph: Graph, snapshot: Snapshot, outcome: Outcome, retries: RetrySchedule) -> PassResult {
    let failures = failures(&retries, &outcome, None);
    let touched = is_touched(&outcome);
    let next = match next(&outcome, &snapshot) {
        // What a changing pass left behind is what the next one finds.
        Next::Resync if !outcome.deeds.is_empty() => Next::Soon,
        other => other,
    };
    let waits = next == Next::Poll && outcome.errors.is_empty() && snapshot.unread.is_empty();
    let Outcome { plan, deeds, .. } = outcome;
    let awaited = awaited(&plan);
    let rollout =
        (waits && !awaited.is_empty()).then_some(Rollout { intent: None, graph, snapshot, awaited, settled: false });
    let retry_at = retries.next(&plan);
    let finding = Finding::Deleting(Box::new(Remains { plan, failures }));
    PassResult { finding, deeds, next, retry_at, rollout, retries, touched }
}

/// Whether AWS may have changed something: all but what it refused.
fn is_touched(outcome: &Outcome) -> bool {
    !outcome.deeds.is_empty() || !outcome.errors.is_empty()
}

fn ended(finding: Finding, next: Next, retries: RetrySchedule) -> PassResult {
    PassResult { finding, deeds: Vec::new(), next, retry_at: None, rollout: None, retries, touched: false }
}

fn awaited(plan: &Plan) -> BTreeSet<Node> {
    plan.waiting.iter().map(|waiting| waiting.node.clone()).collect()
}

/// The most urgent of what is left. Refused steps have a time of their own; what AWS takes its time for is polled beside them as always, and a read that
/// was denied is tried again.
fn next(outcome: &Outcome, snapshot: &Snapshot) -> Next {
    let Outcome { plan, errors, .. } = outcome;
    let urgency = |next: &Next| match next {
        Next::Stalled => 0,
        Next::Resync => 1,
        Next::Poll => 2,
        Next::Retry(_) => 3,
        Next::Soon => 4,
    };
    if let Some(next) = errors.iter().map(|(_, error)| Next::after(error)).max_by_key(urgency) {
        return next;
    }
    if plan.is_converged() {
        Next::Resync
    } else if !plan.waiting.is_empty() || (plan.faults.is_empty() && plan.refused.is_empty()) {
        Next::Poll
    } else if snapshot.unread.is_empty() {
        Next::Stalled
    } else {
        Next::Retry(None)
    }
}
