//! Virtual time: every state that takes time on AWS is computed from it, so a test may skip two minutes and a person may watch
//! them pass in two seconds.

use std::ops::{Add, Sub};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use parking_lot::Mutex;

/// A point in virtual time, in milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The point `millis` milliseconds after the Unix epoch.
    #[must_use]
    pub fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub fn as_millis(self) -> u64 {
        self.0
    }

    /// Seconds since the Unix epoch with their fraction, the way the JSON protocols carry time.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 stay exact in 53 bits for 285,000 years")]
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// RFC 3339 with milliseconds in UTC, the way the XML protocols carry time.
    #[must_use]
    pub fn iso(self) -> String {
        humantime::format_rfc3339_millis(UNIX_EPOCH + Duration::from_millis(self.0)).to_string()
    }

    /// The way header fields of HTTP carry time (RFC 9110, 5.6.7).
    #[must_use]
    pub fn http(self) -> String {
        httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(self.0))
    }

    /// The day, as the credential scope of a signature has it: `20261125`.
    #[must_use]
    pub fn day(self) -> String {
        self.iso().split('T').next().unwrap_or_default().replace('-', "")
    }

    /// Time from `earlier` until this point; zero if it lies in the future.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis(duration)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(millis(duration)))
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The simulator's clock. Real time multiplied by a speed (0: it stands still), plus what `advance` adds.
#[derive(Debug)]
pub struct Clock(Mutex<Reading>);

#[derive(Debug)]
struct Reading {
    anchor: Instant,
    at_anchor: Timestamp,
    speed: f64,
}

impl Reading {
    fn now(&self) -> Timestamp {
        self.at_anchor + self.anchor.elapsed().mul_f64(self.speed)
    }

    fn anchor_again(&mut self) {
        self.at_anchor = self.now();
        self.anchor = Instant::now();
    }
}

impl Clock {
    /// A clock that shows `start` now and runs at `speed` times real time.
    #[must_use]
    pub fn new(start: SystemTime, speed: f64) -> Self {
        let at_anchor = Timestamp(millis(start.duration_since(UNIX_EPOCH).unwrap_or_default()));
        Self(Mutex::new(Reading { anchor: Instant::now(), at_anchor, speed: speed.max(0.0) }))
    }

    /// The virtual time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.lock().now()
    }

    /// Puts the clock forward.
    pub fn advance(&self, by: Duration) {
        let mut reading = self.0.lock();
        reading.at_anchor = reading.at_anchor + by;
    }

    /// Virtual seconds in a real second.
    #[must_use]
    pub fn speed(&self) -> f64 {
        self.0.lock().speed
    }

    /// Changes the speed from now on; negative speeds count as 0.
    pub fn set_speed(&self, speed: f64) {
        let mut reading = self.0.lock();
        reading.anchor_again();
        reading.speed = speed.max(0.0);
    }

    /// How long `virtual_time` takes in real time; a clock that stands still takes no time at all.
    #[must_use]
    pub fn real(&self, virtual_time: Duration) -> Duration {
        let speed = self.speed();
        if speed > 0.0 { virtual_time.div_f64(speed) } else { Duration::ZERO }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stands_still_until_advanced() {
        let clock = Clock::new(UNIX_EPOCH, 0.0);
        assert_eq!(clock.now().iso(), "1970-01-01T00:00:00.000Z");
        clock.advance(Duration::from_secs(61));
        assert_eq!(clock.now().iso(), "1970-01-01T00:01:01.000Z");
    }
}
