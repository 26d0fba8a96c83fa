//! Executes a plan wave by wave: what is ready at the same time, then what that made ready, until nothing is.

use futures::future::{join, join_all};

use crate::aws::{Aws, AwsError, Class};
use crate::change::{Change, Output, RestApiChange};
use crate::desired::Graph;
use crate::observed::Snapshot;
use crate::plan::filter::{Retained, cautious};
use crate::plan::{Plan, Step, Waiting, plan};

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
    /// What failed.
    pub(super) errors: Vec<(Step, AwsError)>,
}

/// Executes what the graph asks for until AWS has to be waited for, something fails, or nothing is left. What is retained is let go of instead of
/// deleted. `settled` tells whether the snapshot is known to hold everything that was done before.
pub(super) async fn converge(
    aws: &Aws,
    graph: &Graph,
    snapshot: &mut Snapshot,
    retained: &Retained,
    settled: bool,
) -> Outcome {
    let plan = |snapshot: &Snapshot| {
        let plan = retained.filter(plan(graph, snapshot), &graph.owner, snapshot);
        if settled { plan } else { cautious(plan) }
    };
    let mut outcome = Outcome::default();
    for _ in 0..MOST_WAVES {
        outcome.plan = plan(snapshot);
        let wave = std::mem::take(&mut outcome.plan.ready);
        if wave.is_empty() {
            break;
        }
        let done_before = outcome.deeds.len();
        let waits = execute(aws, wave, snapshot, &mut outcome).await;
        if !waits.is_empty() || !outcome.errors.is_empty() {
            outcome.plan = plan(snapshot);
            outcome.plan.waiting.extend(waits);
            // Independent steps went on; what failed is tried again in a later pass.
            if outcome.deeds.len() == done_before || !outcome.errors.is_empty() {
                break;
            }
        }
    }
    outcome
}

type Answer = Result<Output, AwsError>;

/// The calls of a wave, at the same time but for those to API Gateway, which refuses two changes of an API at once ("Unable to complete operation due
/// to concurrent modification", hashicorp/terraform-provider-aws#776).
async fn call(aws: &Aws, wave: Vec<Step>) -> impl Iterator<Item = (Step, Answer)> {
    let of_gateway = |step: &Step| step.change.operation().starts_with("apigateway:");
    let (gateway, others): (Vec<Step>, Vec<Step>) = wave.into_iter().partition(of_gateway);
    let one_by_one = async {
        let mut answers = Vec::new();
        for step in gateway {
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

/// One wave. Answers what has to be waited for because something still depends on it.
async fn execute(aws: &Aws, wave: Vec<Step>, snapshot: &mut Snapshot, outcome: &mut Outcome) -> Vec<Waiting> {
    let mut waits = Vec::new();
    for (step, answer) in call(aws, wave).await {
        match answer {
            Ok(output) => {
                let id = created_id(&output);
                let warnings = warnings(&step, &output);
                step.change.apply(snapshot, output);
                outcome.deeds.push(Deed { step, id, warnings });
            }
            Err(error) if error.class == Class::InUse => {
                waits
                    .push(Waiting { node: step.node.clone(), what: format!("{}: {}", error.operation, error.message) });
            }
            Err(error) => outcome.errors.push((step, error)),
        }
    }
    waits
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
