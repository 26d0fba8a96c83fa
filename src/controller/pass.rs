//! One pass over one object: ask, decide, act. No Kubernetes here.

use std::collections::BTreeSet;

use futures::future::{BoxFuture, FutureExt};

use super::converge::{Deed, Outcome, converge};
use super::failure::{failure, step_failure};
use super::requeue::Next;
use crate::api::{ManagementPolicy, PrivateApiFrontDoorSpec};
use crate::aws::{Aws, AwsError, Class, Pass};
use crate::desired::{Graph, desired};
use crate::intent::{API_ID, Intent, Problem, Wanted, resolve};
use crate::node::Node;
use crate::observed::Snapshot;
use crate::plan::filter::{Retained, is_unsettled, observing};
use crate::plan::{Plan, Step, plan};
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
    /// What the next pass may start from, instead of asking for everything again.
    pub rollout: Option<Rollout>,
    /// Whether a changing call was made, or may have been.
    pub touched: bool,
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

/// Makes AWS as the spec says, as far as it goes now.
#[must_use]
pub fn keep<'a>(aws: &'a Aws, subject: Subject<'a>, rollout: Option<Rollout>) -> BoxFuture<'a, PassResult> {
    // Intent, graph and snapshot are large: they go on the heap.
    async move {
        let settled = rollout.as_ref().map_or(subject.settled, |rollout| rollout.settled);
        match start(aws, subject, rollout).await {
            Ok((intent, graph, mut snapshot)) => {
                let outcome = match subject.spec.management_policy {
                    ManagementPolicy::Manage => {
                        converge(aws, &graph, &mut snapshot, &Retained::default(), settled).await
                    }
                    ManagementPolicy::Observe => {
                        Outcome { plan: observing(plan(&graph, &snapshot)), ..Outcome::default() }
                    }
                };
                let early = is_early(subject, &outcome);
                once_more(kept(intent, graph, snapshot, outcome, settled), early)
            }
            Err(Stop::Finding(finding)) => ended(finding, Next::Stalled),
            Err(Stop::Error(error)) => ended(unknown(&error), Next::after(&error)),
        }
    }
    .boxed()
}

/// What would be done; changes nothing.
///
/// # Errors
///
/// The finding of a pass that could not plan.
pub async fn preview(aws: &Aws, subject: Subject<'_>) -> Result<Plan, Finding> {
    match start(aws, subject, None).await {
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
    ended(Finding::Suspended, Next::Stalled)
}

/// Takes away what the object owns, as far as it goes now. Nothing is left when the finding's plan is converged and [`Next`] is not
/// [`Next::Soon`].
pub async fn tear_down(aws: &Aws, subject: Subject<'_>, rollout: Option<Rollout>) -> PassResult {
    if let Some(problem) = no_region(aws) {
        return ended(Finding::Unasked(problem), Next::Stalled);
    }
    let graph = Graph::released(subject.owner.clone(), subject.spec);
    let snapshot = match rollout {
        Some(rollout) => refreshed(aws, rollout).await.map(|rollout| rollout.snapshot),
        None => aws.observe(subject.owner, &Wanted::of(subject.spec).and_leftovers(), &Pass::default()).await,
    };
    match snapshot {
        Ok(mut snapshot) => {
            let retained = Retained::of(subject.spec);
            let outcome = converge(aws, &graph, &mut snapshot, &retained, subject.settled).await;
            let early = is_early(subject, &outcome);
            once_more(removed(graph, snapshot, outcome), early)
        }
        Err(error) => ended(unknown(&error), Next::after(&error)),
    }
}

/// What only the user can change about an AWS without a region.
fn no_region(aws: &Aws) -> Option<Problem> {
    let message = "no region is known: set it, or AWS_REGION in the controller's environment";
    aws.region().is_none().then(|| Problem::new("spec.region", message))
}

fn unknown(error: &AwsError) -> Finding {
    Finding::Unknown { failure: failure(None, error), answered: error.code.is_some() }
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

async fn start(aws: &Aws, subject: Subject<'_>, rollout: Option<Rollout>) -> Result<(Intent, Graph, Snapshot), Stop> {
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
    let pass = Pass::default();
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

fn kept(intent: Intent, graph: Graph, snapshot: Snapshot, outcome: Outcome, settled: bool) -> PassResult {
    let Outcome { plan, deeds, errors } = outcome;
    let next = match next(&plan, &errors) {
        // Only AWS's own course is worth a look before the next resync when nothing may be done.
        Next::Poll if !plan.held.is_empty() && plan.waiting.is_empty() => Next::Resync,
        other => other,
    };
    let awaited = awaited(&plan);
    // What waits for the lists to be the present ones needs them again.
    let waits = next == Next::Poll && errors.is_empty() && !awaited.is_empty() && !is_unsettled(&plan);
    let rollout = waits.then(|| Rollout {
        intent: Some(intent.clone()),
        graph: graph.clone(),
        snapshot: snapshot.clone(),
        awaited,
        settled,
    });
    let touched = is_touched(&deeds, &errors);
    let failures = errors.iter().map(|(step, error)| step_failure(step, error, &intent)).collect();
    let finding = Finding::Kept(Box::new(Kept { intent, graph, snapshot, plan, failures }));
    PassResult { finding, deeds, next, rollout, touched }
}

fn removed(graph: Graph, snapshot: Snapshot, outcome: Outcome) -> PassResult {
    let Outcome { plan, deeds, errors } = outcome;
    let next = match next(&plan, &errors) {
        // What a changing pass left behind is what the next one finds.
        Next::Resync if !deeds.is_empty() => Next::Soon,
        other => other,
    };
    let awaited = awaited(&plan);
    let rollout = (next == Next::Poll && errors.is_empty() && !awaited.is_empty()).then_some(Rollout {
        intent: None,
        graph,
        snapshot,
        awaited,
        settled: false,
    });
    let touched = is_touched(&deeds, &errors);
    let failures = errors.iter().map(|(step, error)| failure(Some(step.node.clone()), error)).collect();
    PassResult { finding: Finding::Deleting(Box::new(Remains { plan, failures })), deeds, next, rollout, touched }
}

/// Whether something failed by what AWS may have listed from before the last change.
fn is_early(subject: Subject<'_>, outcome: &Outcome) -> bool {
    !subject.settled && !outcome.errors.is_empty()
}

/// What was refused so early is tried once more by the present lists.
fn once_more(result: PassResult, early: bool) -> PassResult {
    let next = if early && result.next == Next::Stalled { Next::Poll } else { result.next };
    PassResult { next, ..result }
}

/// Whether AWS may have changed something: all but what it refused.
fn is_touched(deeds: &[Deed], errors: &[(Step, AwsError)]) -> bool {
    !deeds.is_empty() || errors.iter().any(|(_, error)| error.class != Class::Invalid)
}

fn ended(finding: Finding, next: Next) -> PassResult {
    PassResult { finding, deeds: Vec::new(), next, rollout: None, touched: false }
}

fn awaited(plan: &Plan) -> BTreeSet<Node> {
    plan.waiting.iter().map(|waiting| waiting.node.clone()).collect()
}

/// The most urgent of what plan and errors ask for.
fn next(plan: &Plan, errors: &[(Step, AwsError)]) -> Next {
    let asked = errors.iter().map(|(_, error)| Next::after(error));
    let urgency = |next: &Next| match next {
        Next::Stalled => 0,
        Next::Resync => 1,
        Next::Poll => 2,
        Next::Retry(_) => 3,
        Next::Soon => 4,
    };
    if let Some(next) = asked.max_by_key(urgency) {
        return next;
    }
    if plan.is_converged() {
        Next::Resync
    } else if !plan.waiting.is_empty() || plan.faults.is_empty() {
        Next::Poll
    } else {
        Next::Stalled
    }
}
