//! The test environment as a command: `make up`, `make down`, `make demo`, `make bench-scale`.

mod bench_scale;
mod demo;
mod front_door;
mod up;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use testenv::progress::say;
use testenv::{Result, tools};

/// Starts and stops a real API server, the AWS simulator and the controller.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    /// Build kube-apiserver, etcd, kubectl and kstatus if they are not there; print the folder of the first three.
    Tools,
    /// Start everything and leave it running; target/up/env tells a shell about it.
    Up,
    /// Stop what `up` started.
    Down,
    /// Show the whole way of one manifest: applied, reached through the load balancer, deleted.
    Demo,
    /// Apply one manifest with the AWS that the environment names, say its URL, and delete it when standard input ends.
    FrontDoor(front_door::Arguments),
    /// Measure what many objects cost that share what they can: AWS calls, CPU time and memory of create, resync and delete
    BenchScale(bench_scale::Arguments),
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(format_args!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Tools => {
            let tools = tools::ensure()?;
            tools::kstatus()?;
            print(tools.folder().display());
            Ok(())
        }
        Command::Up => up::up(),
        Command::Down => up::down(),
        Command::Demo => demo::run(),
        Command::FrontDoor(arguments) => front_door::run(&arguments),
        Command::BenchScale(arguments) => bench_scale::run(&arguments),
    }
}

/// Prints a result on standard output.
fn print(line: impl std::fmt::Display) {
    // A closed pipe is no reason to fail.
    drop(writeln!(std::io::stdout(), "{line}"));
}
