//! `frontdoor plan`: the dry run.

use std::process::ExitCode;

use kube::ResourceExt;

use super::arguments::PlanArguments;
use super::command::{CommandError, sdk_config};
use super::manifest::read;
use crate::aws::Aws;
use crate::controller::pass::{Subject, preview};
use crate::status::Finding;
use crate::tags::Owner;

/// Exit status when there are changes.
const CHANGES: u8 = 2;
/// Cluster ID that no cluster has.
const NEVER_APPLIED: &str = "never-applied";

#[expect(clippy::print_stdout, reason = "it is what the command is for")]
pub(super) async fn plan(arguments: PlanArguments) -> Result<ExitCode, CommandError> {
    let object = read(&arguments.filename)?;
    let fresh = arguments.cluster_id.is_none();
    let owner = Owner {
        cluster: arguments.cluster_id.unwrap_or_else(|| NEVER_APPLIED.to_owned()),
        namespace: object.namespace().unwrap_or(arguments.namespace),
        name: object.name_any(),
    };
    let aws = Aws::new(&sdk_config().await, object.spec.region.as_deref());
    let plan = preview(&aws, Subject { owner: &owner, spec: &object.spec, settled: true }).await.map_err(explain)?;
    print!("{plan}");
    if plan.is_converged() && plan.held.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    if fresh {
        hint();
    }
    Ok(ExitCode::from(CHANGES))
}

/// What the plan rests on, where it was not given.
#[expect(clippy::print_stderr, reason = "standard output is for the plan")]
fn hint() {
    eprintln!("frontdoor: without --cluster-id the manifest is taken for one that was never applied");
}

/// What stands in the way of a plan, one problem a line.
fn explain(finding: Finding) -> CommandError {
    match finding {
        Finding::Invalid(problems) => problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n").into(),
        Finding::Unasked(problem) | Finding::Unreadable(problem) => problem.to_string().into(),
        Finding::Unknown { failure, .. } => format!("{}: {}", failure.reason, failure.message).into(),
        Finding::Kept(_) | Finding::Deleting(_) | Finding::Suspended => "the plan could not be made".into(),
    }
}
