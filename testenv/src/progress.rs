//! Lines for the person who waits.

use std::fmt::Display;
use std::io::Write as _;
use std::time::{Duration, Instant};

/// Prints a line on standard error, so that standard output stays for results.
pub fn say(line: impl Display) {
    // A closed terminal is no reason to stop.
    drop(writeln!(std::io::stderr(), "{line}"));
}

/// Says a line at most once per interval.
#[derive(Debug)]
pub struct Ticker {
    started: Instant,
    said: Instant,
    every: Duration,
}

impl Ticker {
    /// Starts now.
    #[must_use]
    pub fn new(every: Duration) -> Self {
        let now = Instant::now();
        Self { started: now, said: now, every }
    }

    /// Time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Says what `line` makes of the elapsed seconds, if it is time again.
    pub fn tick(&mut self, line: impl FnOnce(u64) -> String) {
        if self.said.elapsed() >= self.every {
            self.said = Instant::now();
            say(line(self.elapsed().as_secs()));
        }
    }
}
