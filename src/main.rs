//! The command `frontdoor`, also `kubectl frontdoor`.

use std::process::ExitCode;

use clap::Parser;
use frontdoor::runtime::{Arguments, execute};

#[tokio::main]
#[expect(clippy::print_stderr, reason = "where a command says what is wrong")]
async fn main() -> ExitCode {
    match execute(Arguments::parse()).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("frontdoor: {error}");
            ExitCode::FAILURE
        }
    }
}
