//! `testenv bench-scale`: what many front doors cost that share what they can.
//!
//! Real objects on a real API server, the controller under the rights of `deploy/`, the simulator in place of AWS.
//! Three phases are measured: `create` (all objects at once), `resync` (each object is reconciled again and nothing has to be
//! done) and `delete`.
//!
//! * [`front_doors`]: the objects, and the AWS resources that they share;
//! * [`reconciles`]: which objects were reconciled, from the controller's log;
//! * [`usage`]: CPU time and memory of the controller, from `/proc`;
//! * [`phase`]: one measured phase;
//! * [`report`]: tables for people, JSON lines for comparisons.

mod front_doors;
mod phase;
mod reconciles;
mod report;
mod usage;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use testenv::controller::{self, Aws, Controller, Options};
use testenv::progress::say;
use testenv::simulator::ACCOUNT;
use testenv::{Cluster, Result, Simulator, binaries, tools};

use self::phase::{Bench, Phase};

/// The controller's `--poll-interval` and `--resync-interval` where nothing is given.
const SHIPPED_POLL: Duration = Duration::from_secs(20);
const SHIPPED_RESYNC: Duration = Duration::from_mins(10);

/// How many objects, and in what time.
#[derive(Clone, Debug, Args)]
pub(crate) struct Arguments {
    /// Objects; API Gateway has a fixed quota of 600 private APIs in a region
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=600))]
    objects: u32,
    /// Virtual seconds in a second: AWS and the intervals of the controller are faster by this factor; the lifetimes of
    /// its caches are not
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100))]
    speed: u32,
    /// Resyncs of each object that are measured
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=2))]
    resyncs: u32,
    /// Limit request rates as AWS does; else nothing is throttled
    #[arg(long)]
    quotas: bool,
    /// File that a line of JSON is appended to for each phase [default: target/bench-scale.jsonl]
    #[arg(long)]
    output: Option<PathBuf>,
}

impl Arguments {
    fn poll_interval(&self) -> Duration {
        SHIPPED_POLL / self.speed
    }

    fn resync_interval(&self) -> Duration {
        SHIPPED_RESYNC / self.speed
    }

    /// How long a phase may take: with `--quotas`, deleting an API takes 30 virtual seconds.
    fn patience(&self) -> Duration {
        Duration::from_mins(5) + Duration::from_secs(10) * self.objects
    }
}

/// Measures, prints tables on standard output and appends to the file.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let folder = binaries::workspace().join("target/bench-scale");
    let phases = measure(arguments, &folder)?;
    report::print(arguments, &phases);
    let output = arguments.output.clone().unwrap_or_else(|| folder.with_extension("jsonl"));
    report::append(arguments, &phases, &output)?;
    say(format_args!("appended to {}", output.display()));
    Ok(())
}

fn measure(arguments: &Arguments, folder: &Path) -> Result<[Phase; 3]> {
    let cluster = Cluster::start(&tools::ensure()?, folder)?;
    controller::install(&cluster.kubectl())?;
    let simulator = start_simulator(arguments, folder)?;
    let objects = front_doors::manifests(&simulator, arguments.objects)?;
    let controller = start_controller(arguments, &cluster, &simulator, folder)?;
    let mut bench = Bench::new(arguments, cluster.kubectl(), &simulator, controller);
    bench.wait_until_started()?;
    Ok([bench.create(&objects)?, bench.resync()?, bench.delete()?])
}

fn start_simulator(arguments: &Arguments, folder: &Path) -> Result<Simulator> {
    let speed = arguments.speed.to_string();
    let quotas: &[&str] = if arguments.quotas { &["--quotas"] } else { &[] };
    Simulator::start_with(&binaries::find("aws-sim")?, folder, &[&["--speed", &speed], quotas].concat())
}

fn start_controller(
    arguments: &Arguments,
    cluster: &Cluster,
    simulator: &Simulator,
    folder: &Path,
) -> Result<Controller> {
    let milliseconds = |interval: Duration| format!("{}ms", interval.as_millis());
    let (poll, resync) = (milliseconds(arguments.poll_interval()), milliseconds(arguments.resync_interval()));
    let options = ["--poll-interval", &poll, "--resync-interval", &resync, "--log-format", "json"];
    let options = Options {
        program: binaries::find("frontdoor")?,
        folder: folder.to_owned(),
        aws: Aws::Simulator { url: simulator.url().to_owned(), account: ACCOUNT.to_owned() },
        arguments: options.map(str::to_owned).to_vec(),
        // The level is part of what is measured, and the log is read: nobody's own settings.
        environment: vec![("RUST_LOG".to_owned(), "info,kube=warn,hyper=warn,aws=warn".to_owned())],
    };
    Controller::start(cluster, options)
}
