//! Runs a sub-command.

use std::process::ExitCode;

use aws_config::{BehaviorVersion, SdkConfig};

use super::arguments::{Arguments, Command, IamPolicyArguments};
use super::{plan, run};
use crate::api;
use crate::iam::{Scope, policy};

/// What a sub-command fails with: said to the user as it is.
pub(super) type CommandError = Box<dyn std::error::Error + Send + Sync>;

/// Runs what the arguments ask for.
///
/// # Errors
///
/// What the user has to know.
pub async fn execute(arguments: Arguments) -> Result<ExitCode, CommandError> {
    match arguments.command {
        Command::Run(arguments) => run::run(arguments).await.map(|()| ExitCode::SUCCESS),
        Command::Crd => crd().map(|()| ExitCode::SUCCESS),
        Command::Plan(arguments) => Box::pin(plan::plan(arguments)).await,
        Command::IamPolicy(arguments) => iam_policy(arguments).map(|()| ExitCode::SUCCESS),
    }
}

#[expect(clippy::print_stdout, reason = "it is what the command is for")]
fn crd() -> Result<(), CommandError> {
    print!("{}", serde_saphyr::to_string(&api::crd())?);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "it is what the command is for")]
fn iam_policy(arguments: IamPolicyArguments) -> Result<(), CommandError> {
    let IamPolicyArguments { partition, region, account, cluster_id, managed_apis, passed_roles } = arguments;
    let scope = Scope { partition, region, account, cluster_id, managed_apis, passed_roles };
    println!("{}", serde_json::to_string_pretty(&policy(&scope))?);
    Ok(())
}

/// AWS as the standard environment describes it.
pub(super) async fn sdk_config() -> SdkConfig {
    aws_config::load_defaults(BehaviorVersion::latest()).await
}
