//! What can go wrong, said so that the reader knows where to look next.

use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure of the test environment.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be used.
    #[error("cannot {what} {}: {source}", path.display())]
    File {
        /// What was tried: "read", "create", …
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A program could not be started.
    #[error("cannot start {program}: {source}")]
    Start {
        /// The program.
        program: String,
        /// Why not.
        source: std::io::Error,
    },
    /// A command ended with a failure.
    #[error("{command} failed ({status}):\n{output}")]
    Command {
        /// The command line.
        command: String,
        /// How it ended.
        status: ExitStatus,
        /// What it printed.
        output: String,
    },
    /// A process that should run has ended.
    #[error("{name} ended ({status}); end of its log {}:\n{tail}", log.display())]
    Ended {
        /// Name of the process.
        name: String,
        /// How it ended.
        status: ExitStatus,
        /// Its log.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },
    /// Something did not happen in time.
    #[error("no {what} after {} s; last seen: {last}", after.as_secs())]
    Timeout {
        /// What was waited for.
        what: String,
        /// How long.
        after: Duration,
        /// What was there instead.
        last: String,
    },
    /// An HTTP request brought no answer.
    #[error("{method} {url}: {reason}")]
    Http {
        /// Method.
        method: &'static str,
        /// URL.
        url: String,
        /// What went wrong.
        reason: String,
    },
    /// A program's answer is not what it should be.
    #[error("{0}")]
    Unexpected(String),
}

impl Error {
    /// For `map_err`: a failure to do `what` with `path`.
    pub fn file(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { what, path, source }
    }
}
