//! Runs a sub-command.

use std::process::ExitCode;

use aws_config::{BehaviorVersion, SdkConfig};

use super::arguments::{Arguments, Command};
use super::{plan, run};
use crate::api;

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
        Command::Plan(arguments) => plan::plan(arguments).await,
    }
}

#[expect(clippy::print_stdout, reason = "it is what the command is for")]
fn crd() -> Result<(), CommandError> {
    print!("{}", serde_saphyr::to_string(&api::crd())?);
    Ok(())
}

/// AWS as the standard environment describes it.
pub(super) async fn sdk_config() -> SdkConfig {
    aws_config::load_defaults(BehaviorVersion::latest()).await
}
