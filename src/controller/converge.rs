//! Executes a plan wave by wave: what is ready at the same time, then what that made ready, until nothing is.

use futures::future::join_all;

use crate::aws::{Aws, AwsError, Class};
use crate::change::Output;
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

/// One wave. Answers what has to be waited for because something still depends on it.
async fn execute(aws: &Aws, wave: Vec<Step>, snapshot: &mut Snapshot, outcome: &mut Outcome) -> Vec<Waiting> {
    let calls = wave.iter().map(|step| async move { aws.execute(&step.change).await });
    let answers = join_all(calls).await;
    let mut waits = Vec::new();
    for (step, answer) in wave.into_iter().zip(answers) {
        match answer {
            Ok(output) => {
                let id = created_id(&output);
                step.change.apply(snapshot, output);
                outcome.deeds.push(Deed { step, id });
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

fn created_id(output: &Output) -> Option<String> {
    match output {
        Output::Done => None,
        Output::Id(id) | Output::Deployed { id, .. } => Some(id.clone()),
        Output::VpcEndpoint(endpoint) => Some(endpoint.id.clone()),
        Output::RestApi(api) => Some(api.id.clone()),
        Output::LoadBalancer(balancer) => Some(balancer.arn.clone()),
    }
}
