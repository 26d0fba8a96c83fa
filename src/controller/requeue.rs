//! When to look again.

use std::time::Duration;

use crate::aws::{AwsError, Class};

/// How a pass asks for the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Everything is as it should be: look again after the resync interval.
    Resync,
    /// AWS needs time.
    Poll,
    /// Something was done that the next pass must confirm.
    Soon,
    /// Something failed that another try may mend; AWS may have said when.
    Retry(Option<Duration>),
    /// Only a person can go on: look again after the resync interval, or when a refused step is due.
    Stalled,
}

impl Next {
    /// What an error asks for.
    #[must_use]
    pub fn after(error: &AwsError) -> Self {
        match error.class {
            Class::Invalid => Self::Stalled,
            Class::Conflict | Class::Locked | Class::InUse | Class::NotFound => Self::Poll,
            Class::Denied | Class::Throttled | Class::Transient | Class::Unreachable | Class::Bug => {
                Self::Retry(error.retry_after)
            }
        }
    }
}

/// How long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intervals {
    /// First wait for AWS; later ones grow.
    pub poll: Duration,
    /// Between passes of an object that is as it should be.
    pub resync: Duration,
}

impl Default for Intervals {
    fn default() -> Self {
        Self { poll: Duration::from_secs(20), resync: Duration::from_mins(10) }
    }
}

/// Polls grow up to this multiple of the first.
const MOST_POLL_GROWTH: u32 = 6;
/// A refused step is sent again after this multiple of the first poll; with the default that is a minute.
const REFUSAL_POLLS: u32 = 3;
/// Retries grow up to this.
const LONGEST_RETRY: Duration = Duration::from_mins(5);
const SOON: Duration = Duration::from_secs(1);

impl Intervals {
    /// How old lists may be that tell whether an object is still as it should be: younger than the time between two passes of the same object, so that
    /// each pass of it goes by another reading, and hardly so that lists serve all objects in between.
    #[must_use]
    pub fn oldest_lists(&self) -> Duration {
        self.resync * 17 / 20
    }

    /// How long to wait before the next pass. `attempt` counts passes that ended the same way; `seed` spreads objects, so that they do not ask
    /// all at once.
    #[must_use]
    pub fn delay(&self, next: Next, attempt: u32, seed: u64) -> Duration {
        match next {
            Next::Resync | Next::Stalled => jittered(self.resync, seed),
            Next::Soon => SOON.min(self.poll),
            Next::Poll => self.poll + self.poll.saturating_mul(attempt.min(2 * MOST_POLL_GROWTH)) / 2,
            Next::Retry(asked) => {
                let backoff = self.poll.saturating_mul(2u32.saturating_pow(attempt.min(16))) / 4;
                asked
                    .unwrap_or_default()
                    .max(jittered(backoff.min(LONGEST_RETRY), seed.wrapping_add(u64::from(attempt))))
            }
        }
    }

    /// How long it is until a time, and never nothing: a pass that comes too early must not come again and again.
    #[must_use]
    pub fn until(&self, at: Duration, now: Duration) -> Duration {
        at.saturating_sub(now).max(SOON.min(self.poll))
    }

    /// How long to wait before a step is sent again that was refused, and so many times before: from a minute, doubling up to the resync interval.
    #[must_use]
    pub fn after_refusals(&self, times: u32, seed: u64) -> Duration {
        let doubled = self.poll.saturating_mul(REFUSAL_POLLS).saturating_mul(2u32.saturating_pow(times.min(16)));
        jittered(doubled.min(self.resync), seed)
    }
}

/// Between nine and eleven tenths, always the same for a seed.
fn jittered(duration: Duration, seed: u64) -> Duration {
    // The multiplier of a linear congruential generator (Knuth, MMIX): neighbouring seeds end far apart.
    let spread = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407) >> 33;
    let permille = u32::try_from(spread % 201).unwrap_or_default() + 900;
    duration.saturating_mul(permille) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resync_is_spread_but_near() {
        let intervals = Intervals::default();
        let delays: Vec<Duration> = (0..50).map(|seed| intervals.delay(Next::Resync, 0, seed)).collect();
        assert!(delays.iter().all(|delay| *delay >= intervals.resync * 9 / 10 && *delay <= intervals.resync * 11 / 10));
        assert!(delays.windows(2).any(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn retries_grow_to_a_limit_and_respect_what_aws_asks() {
        let intervals = Intervals::default();
        let delay = |attempt| intervals.delay(Next::Retry(None), attempt, 1);
        assert!(delay(0) < delay(2) && delay(2) < delay(4));
        assert!(delay(1000) <= LONGEST_RETRY * 11 / 10);
        let asked = Duration::from_mins(15);
        assert_eq!(intervals.delay(Next::Retry(Some(asked)), 0, 1), asked);
    }

    #[test]
    fn polls_grow_slowly() {
        let intervals = Intervals::default();
        assert_eq!(intervals.delay(Next::Poll, 0, 1), intervals.poll);
        assert_eq!(intervals.delay(Next::Poll, 2, 1), intervals.poll * 2);
        assert_eq!(intervals.delay(Next::Poll, 1000, 1), intervals.poll * 7);
    }
}
