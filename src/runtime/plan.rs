//! `frontdoor plan`: the dry run.

use std::process::ExitCode;

use kube::ResourceExt;

use super::arguments::PlanArguments;
use super::command::{CommandError, sdk_config};
use super::manifest::{Manifest, read};
use crate::api::PrivateApiFrontDoor;
use crate::aws::Aws;
use crate::controller::pass::{Subject, preview};
use crate::plan::Plan;
use crate::status::Finding;
use crate::tags::Owner;

/// Exit status when there are changes.
const CHANGES: u8 = 2;
/// Cluster ID that no cluster has.
const NEVER_APPLIED: &str = "never-applied";

/// Plans every front door of the manifest. What is wrong with one keeps none of the others from being shown.
pub(super) async fn plan(arguments: PlanArguments) -> Result<ExitCode, CommandError> {
    let Manifest { objects, skipped, problems } = read(&arguments.filename)?;
    for it in &skipped {
        say(format_args!("skipped {it}"));
    }
    for problem in &problems {
        say(problem);
    }
    let (several, mut failed, mut changes) = (objects.len() > 1, !problems.is_empty(), false);
    let sdk = sdk_config().await;
    for object in &objects {
        let owner = owner(object, &arguments);
        let aws = Aws::new(&sdk, object.spec.region.as_deref());
        let subject = Subject { owner: &owner, spec: &object.spec, settled: true };
        let title = if several { format!("{}/{}", owner.namespace, owner.name) } else { String::new() };
        match Box::pin(preview(&aws, subject)).await {
            Ok(plan) => {
                show(&title, &plan);
                changes |= !plan.is_converged() || !plan.held.is_empty();
            }
            Err(finding) => {
                explain(&title, finding);
                failed = true;
            }
        }
    }
    if changes && arguments.cluster_id.is_none() {
        say("without --cluster-id the manifest is taken for one that was never applied");
    }
    Ok(match (failed, changes) {
        (true, _) => ExitCode::FAILURE,
        (false, true) => ExitCode::from(CHANGES),
        (false, false) => ExitCode::SUCCESS,
    })
}

fn owner(object: &PrivateApiFrontDoor, arguments: &PlanArguments) -> Owner {
    Owner {
        cluster: arguments.cluster_id.clone().unwrap_or_else(|| NEVER_APPLIED.to_owned()),
        namespace: object.namespace().unwrap_or_else(|| arguments.namespace.clone()),
        name: object.name_any(),
    }
}

#[expect(clippy::print_stdout, reason = "it is what the command is for")]
fn show(title: &str, plan: &Plan) {
    if title.is_empty() {
        print!("{plan}");
    } else {
        println!("{title}:\n{plan}");
    }
}

#[expect(clippy::print_stderr, reason = "standard output is for the plan")]
fn say(what: impl std::fmt::Display) {
    eprintln!("frontdoor: {what}");
}

/// What stands in the way of a plan, one problem a line.
fn explain(title: &str, finding: Finding) {
    let problems = match finding {
        Finding::Invalid(problems) => problems.iter().map(ToString::to_string).collect(),
        Finding::Unasked(problem) | Finding::Unreadable(problem) => vec![problem.to_string()],
        Finding::Unknown { failure, .. } => vec![format!("{}: {}", failure.reason, failure.message)],
        Finding::Kept(_) | Finding::Deleting(_) | Finding::Suspended => vec!["the plan could not be made".to_owned()],
    };
    for problem in problems {
        if title.is_empty() { say(problem) } else { say(format_args!("{title}: {problem}")) }
    }
}
