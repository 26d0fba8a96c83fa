//! Logs.

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use super::arguments::LogFormat;

/// What is logged where `RUST_LOG` says nothing.
const DEFAULT_FILTER: &str = "info,kube=warn,hyper=warn,aws=warn";

/// Starts logging to standard error.
pub(super) fn start(format: LogFormat) {
    let wanted = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let filter = wanted.and(filter_fn(holds_no_bodies));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    match format {
        LogFormat::Text => tracing_subscriber::registry().with(lines.with_filter(filter)).init(),
        LogFormat::Json => tracing_subscriber::registry().with(lines.json().with_filter(filter)).init(),
    }
}

/// The bodies of AWS requests and answers, which the SDK traces, are not logged whatever `RUST_LOG` says: they hold what a spec holds, shared secrets in
/// header conditions for one. Credentials it redacts itself.
fn holds_no_bodies(event: &Metadata<'_>) -> bool {
    *event.level() != Level::TRACE || !event.target().starts_with("aws_smithy_runtime::client::orchestrator")
}
