//! The simulator as a command.

use std::error::Error;
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, SystemTime};

use aws_sim::config::Durations;
use aws_sim::{Config, Simulator};
use clap::Parser;

/// Simulates the AWS services on the path of a private API. Prints its URL as the first line; point `AWS_ENDPOINT_URL` there.
/// GET /_sim/ on that URL lists what else it offers.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Address to listen on.
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,
    /// Virtual seconds in a real second.
    #[arg(long, default_value_t = 60.0)]
    speed: f64,
    /// Factor on the virtual time that state changes take; 0 makes them immediate after the first answer.
    #[arg(long, default_value_t = 1.0)]
    waits: f64,
    /// Seed of identifiers, addresses and faults.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Virtual seconds after which a stage serves the deployment that it was pointed at.
    #[arg(long, default_value_t = 0.0)]
    propagation: f64,
    /// Limit request rates as AWS does; all of them, or those named: `ec2:Describe*,apigateway:DeleteRestApi`.
    #[arg(long, num_args = 0..=1, default_missing_value = "*", value_delimiter = ',')]
    quotas: Vec<String>,
}

impl Arguments {
    fn config(&self) -> Config {
        Config {
            start: SystemTime::now(),
            speed: self.speed,
            seed: self.seed,
            durations: Durations::default().scaled(self.waits),
            quotas: self.quotas.clone(),
            data_plane: true,
            deployment_propagation: Duration::try_from_secs_f64(self.propagation).unwrap_or_default(),
            ..Config::default()
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run(&arguments))
}

async fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let simulator = Simulator::new(arguments.config());
    let address = SocketAddr::new(arguments.address, arguments.port);
    let announce = |address: SocketAddr| {
        let mut out = std::io::stdout();
        // Nobody reading the output is no reason not to serve.
        drop(writeln!(out, "http://{address}").and_then(|()| out.flush()));
    };
    tokio::select! {
        served = simulator.serve(address, announce) => Ok(served?),
        stopped = stopped() => Ok(stopped?),
    }
}

/// Waits for SIGINT or SIGTERM.
async fn stopped() -> std::io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}
