//! How many of the calls go wrong.

use std::fmt;
use std::ops::AddAssign;

use aws_sim::calls::Call;

/// Calls, and those among them that got no answer or a wrong one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Share {
    pub calls: u64,
    pub wrong: u64,
}

impl Share {
    /// Of these calls of AWS. A slow answer is a right one, and a stale read may be.
    pub fn of<'a>(calls: impl Iterator<Item = &'a Call>) -> Self {
        let mut share = Self::default();
        for call in calls {
            share.note(call.fault.as_deref().is_some_and(|fault| !["Slow", "Stale"].contains(&fault)));
        }
        share
    }

    pub fn note(&mut self, wrong: bool) {
        self.calls += 1;
        self.wrong += u64::from(wrong);
    }

    pub fn is_at_least(self, percent: u64) -> bool {
        self.wrong * 100 >= self.calls * percent
    }
}

impl AddAssign for Share {
    fn add_assign(&mut self, other: Self) {
        self.calls += other.calls;
        self.wrong += other.wrong;
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { calls, wrong } = self;
        write!(f, "{wrong} of {calls} ({}.{} %)", wrong * 100 / (*calls).max(1), wrong * 1000 / (*calls).max(1) % 10)
    }
}
