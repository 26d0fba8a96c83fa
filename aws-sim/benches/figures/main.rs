//! The simulator's figures, as `make bench-sim` prints them. Machines are noisy: a figure says whether its aim was reached, it fails nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_precision_loss,
    missing_docs,
    reason = "a benchmark, not a library"
)]

mod caller;
mod front_door;
mod loopback;
mod process;

use std::time::{Duration, Instant};

use aws_sim::config::Durations;
use aws_sim::{Config, Simulator};
use caller::Caller;
use front_door::FrontDoor;

/// Front doors in an account: below the quotas of endpoints in a VPC and rules of a load balancer.
const IN_AN_ACCOUNT: usize = 40;
const FRONT_DOORS: usize = 10_000;

/// How long each rate is measured.
const SPAN: Duration = Duration::from_secs(2);

/// An API can be deployed as soon as it is created.
fn config() -> Config {
    let durations = Durations { rest_api_lock: [Duration::ZERO; 2], ..Durations::default() };
    Config { durations, ..Config::default() }
}

fn main() {
    let start = process::start_time();
    report("start of the program until it answers", start.as_secs_f64() * 1000.0, "ms", Aim::Below(100.0));

    let simulator = Simulator::new(config());
    let few = front_door::open(&simulator, 0, 10);
    report("calls in the same process", rate(&simulator, &few), "calls/s", Aim::AtLeast(20_000.0));
    report(
        "calls over loopback, client and server on one thread",
        loopback::rate(&simulator, &few, SPAN),
        "calls/s",
        Aim::AtLeast(2_000.0),
    );

    let before = process::resident();
    let simulator = Simulator::new(config());
    let began = Instant::now();
    let doors: Vec<FrontDoor> = (0..FRONT_DOORS / IN_AN_ACCOUNT)
        .flat_map(|account| front_door::open(&simulator, account, IN_AN_ACCOUNT))
        .collect();
    let took = began.elapsed().as_secs_f64();
    let with_log = (process::resident() - before) / 1e6;
    println!(
        "{} front doors in {took:.1} s, {} calls",
        doors.len(),
        simulator.calls(None).last().map_or(0, |call| call.number)
    );
    report("memory of 10,000 front doors, the log of calls included", with_log, "MB", Aim::Below(500.0));
    report("calls in the same process, among 10,000", rate(&simulator, &doors), "calls/s", Aim::AtLeast(20_000.0));
    report(
        "calls over loopback, among 10,000",
        loopback::rate(&simulator, &doors, SPAN),
        "calls/s",
        Aim::AtLeast(2_000.0),
    );
}

/// Describe calls per second of one thread's processor time, without sockets.
fn rate(simulator: &Simulator, doors: &[FrontDoor]) -> f64 {
    let requests: Vec<_> = doors.iter().take(200).flat_map(FrontDoor::reads).collect();
    let (watch, mut count) = (process::Stopwatch::start(), 0_u32);
    while watch.elapsed() < SPAN {
        for request in &requests {
            Caller::new(simulator, request.account()).send(request);
            count += 1;
        }
    }
    f64::from(count) / watch.elapsed().as_secs_f64()
}

#[derive(Clone, Copy)]
enum Aim {
    AtLeast(f64),
    Below(f64),
}

fn report(what: &str, figure: f64, unit: &str, aim: Aim) {
    let (reached, aim) = match aim {
        Aim::AtLeast(aim) => (figure >= aim, format!("at least {aim}")),
        Aim::Below(aim) => (figure < aim, format!("below {aim}")),
    };
    println!("{what:<58}{figure:>10.0} {unit:<8} {aim:<15} {}", if reached { "reached" } else { "NOT REACHED" });
}
