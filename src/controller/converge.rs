//! Executes a plan wave by wave: what is ready at the same time, then what that made ready, until nothing is.

use futures::future::{join, join_all};

use super::failure::is_refusal;
use super::retry::RetrySchedule;
use crate::aws::{Aws, AwsError, Class};
use crate::change::{Change, Output, RestApiChange};
use crate::desired::Graph;
use crate::node::Node;
use crate::observed::Snapshot;
use crate::plan::filter::{Retained, cautious};
use crate::plan::{Plan, Step, Waiting, plan_around};

/// More waves than the longest way through the graph has steps: beyond, something answers what it does not do.
const MOST_WAVES: usize = 30;

/// A step that AWS has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// What was done.
    pub step: Step,
    /// ID or ARN of what it created.
    pub id: Option<String>,
    /// What AWS warned of.
    pub warnings: Vec<String>,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// What is left to do.
    pub(super) plan: Plan,
    /// What was done.
    pub(super) deeds: Vec<Deed>,
    /// What failed but for refusals: AWS may have done it all the same.
    pub(super) errors: Vec<(Step, AwsError)>,
    /// What AWS refuses as long as something depends on it.
    pub(super) waits: Vec<(Change, Waiting)>,
}

/// What decides on the steps of a plan beside the graph.
#[derive(Debug)]
pub(super) struct Filters {
    /// What is let go of instead of deleted.
    pub(super) retained: Retained,
    /// Whether the snapshot is known to hold everything that was done before.
    pub(super) settled: bool,
    /// Whether something was done so lately that AWS may judge by what was before.
    pub(super) early: bool,
}

/// Executes what the graph asks for until AWS has to be waited for or nothing is left. A step that fails stops only what relies on it: it is not sent
/// again in this pass, and one that was refused not before its time.
pub(super) async fn converge(
    aws: &Aws,
    graph: &Graph,
    snapshot: &mut Snapshot,
    filters: &Filters,
    retries: &mut RetrySchedule,
) -> Outcome {
    let mut outcome = Outcome::default();
    for _ in 0..MOST_WAVES {
        let wave = outcome.wave(planned(graph, snapshot, filters, retries));
        if wave.is_empty() {
            break;
        }
        execute(aws, wave, snapshot, &mut outcome, filters.early, retries).await;
    }
    outcome.plan = planned(graph, snapshot, filters, retries);
    outcome.plan.waiting.extend(outcome.waits.iter().map(|(_, waiting)| waiting.clone()));
    retries.settle(&outcome.plan);
    outcome
}

fn planned(graph: &Graph, snapshot: &Snapshot, filters: &Filters, retries: &RetrySchedule) -> Plan {
    let refused = retries.held();
    let plan = filters.retained.filter(plan_around(graph, snapshot, &refused), &graph.owner, snapshot);
    let plan = if filters.settled { plan } else { cautious(plan) };
    plan.without(&refused)
}

impl Outcome {
    /// The steps of a plan that are sent now. What AWS may have done of a part whose change failed is only known after the next read, so that part rests.
    fn wave(&self, plan: Plan) -> Vec<Step> {
        let failed = |node: &Node| self.errors.iter().any(|(step, _)| step.node == *node);
        let waits = |change: &Change| self.waits.iter().any(|(other, _)| other == change);
        plan.ready.into_iter().filter(|step| !failed(&step.node) && !waits(&step.change)).collect()
    }
}

type Answer = Result<Output, AwsError>;

/// The calls of a wave, at the same time but for those that AWS takes one after the other only.
async fn call(aws: &Aws, wave: Vec<Step>) -> impl Iterator<Item = (Step, Answer)> {
    let (serialised, others): (Vec<Step>, Vec<Step>) =
        wave.into_iter().partition(|step| step.change.operation().is_serialised());
    let one_by_one = async {
        let mut answers = Vec::new();
        for step in serialised {
            let answer = aws.execute(&step.change).await;
            answers.push((step, answer));
        }
        answers
    };
    let at_once = others.into_iter().map(|step| async move {
        let answer = aws.execute(&step.change).await;
        (step, answer)
    });
    let (one_by_one, at_once) = join(one_by_one, join_all(at_once)).await;
    one_by_one.into_iter().chain(at_once)
}

/// One wave.
async fn execute(
    aws: &Aws,
    wave: Vec<Step>,
    snapshot: &mut Snapshot,
    outcome: &mut Outcome,
    early: bool,
    retries: &mut RetrySchedule,
) {
    for (step, answer) in call(aws, wave).await {
        match answer {
            Ok(output) => {
                let id = created_id(&output);
                let warnings = warnings(&step, &output);
                step.change.apply(snapshot, output);
                outcome.deeds.push(Deed { step, id, warnings });
            }
            // The plan waits for the end of the update, and what is known of the API is not lost.
            Err(error) if error.class == Class::Locked && step.change.lock(snapshot) => {}
            Err(error) if error.class == Class::InUse => {
                let what = format!("{}: {}", error.operation, error.message);
                outcome.waits.push((step.change, Waiting { node: step.node, what }));
            }
            Err(error) if is_refusal(&error) => retries.refuse(step, error, early),
            Err(error) => outcome.errors.push((step, error)),
        }
    }
}

/// What an import warned of.
fn warnings(step: &Step, output: &Output) -> Vec<String> {
    match (&step.change, output) {
        (Change::RestApi(RestApiChange::Put { .. }), Output::RestApi(api)) => api.import_warnings.clone(),
        _ => Vec::new(),
    }
}

fn created_id(output: &Output) -> Option<String> {
    match output {
        Output::Done => None,
        Output::Id(id) | Output::Deployed { id, .. } => Some(id.clone()),
        Output::VpcEndpoint(endpoint) => Some(endpoint.id.clone()),
        Output::RestApi(api) => Some(api.id.clone()),
        Output::LoadBalancer(balancer) => Some(balancer.arn.clone()),
    }
}
