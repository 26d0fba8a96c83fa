//! The command `frontdoor`, also `kubectl frontdoor`.

use std::process::ExitCode;

use clap::Parser;
use frontdoor::runtime::{Arguments, execute};

#[tokio::main]
#[expect(clippy::print_stderr, reason = "where a command says what is wrong")]
async fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refuse(&error),
    };
    match execute(arguments).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("frontdoor: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Says what is wrong with the arguments, or the help that they ask for. clap's own exit status for wrong ones is 2, which `plan` gives for changes.
fn refuse(error: &clap::Error) -> ExitCode {
    let printed = error.print();
    if error.use_stderr() || printed.is_err() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
