//! Eventual consistency: for a while after a write, reads may answer from before it (EC2 API Reference, "Eventual consistency").

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::ids::Ids;
use crate::services::ec2::select::fits;
use crate::world::Region;

/// How stale reads may be, and how often.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Consistency {
    /// For how many (virtual) seconds after a write reads may answer from before it; 0: never.
    pub lag_seconds: f64,
    /// How many of the reads in that time do, 0 to 1.
    pub probability: f64,
}

/// How many states are kept: a fault on order may ask for the one before the last write at any time.
const KEPT: usize = 32;

/// States of one region, oldest first, each with the time until which it was the present one.
type Past = VecDeque<(Timestamp, Box<Region>)>;

/// States of regions from before their last writes.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// How stale reads may be.
    pub settings: Consistency,
    /// Which reads may be stale, by operation, with `*` and `?`.
    pub operation: String,
    /// Keep states even if reads are consistent, since a fault may want one.
    pub armed: bool,
    states: HashMap<(String, String), Past>,
}

impl History {
    /// No states yet.
    #[must_use]
    pub fn new(settings: Consistency) -> Self {
        Self { settings, operation: "*".to_owned(), ..Self::default() }
    }

    fn is_kept(&self) -> bool {
        self.armed || self.settings.lag_seconds > 0.0
    }

    /// Keeps a region's state before a write.
    pub(crate) fn keep(&mut self, region: &Region, now: Timestamp) {
        if self.is_kept() {
            let states = self.states.entry((region.account.clone(), region.name.clone())).or_default();
            states.push_back((now, Box::new(region.clone())));
            if states.len() > KEPT {
                states.pop_front();
            }
        }
    }

    /// The state a read is to answer from, if it is not the present one: one from within the lag, or, if a fault orders it, the last. It is lent:
    /// a read changes nothing.
    pub(crate) fn stale(
        &mut self,
        region: &Region,
        operation: &str,
        now: Timestamp,
        ids: &mut Ids,
        ordered: bool,
    ) -> Option<&mut Region> {
        let states = self.states.get_mut(&(region.account.clone(), region.name.clone()))?;
        if ordered {
            return states.back_mut().map(|(_, state)| &mut **state);
        }
        if !fits(&self.operation, operation) {
            return None;
        }
        let lag = Duration::try_from_secs_f64(self.settings.lag_seconds).unwrap_or_default();
        let old = states.iter().filter(|(at, _)| now.since(*at) >= lag).count();
        let recent = states.len() - old;
        if recent == 0 || !ids.chance(self.settings.probability) {
            return None;
        }
        let chosen = old + usize::try_from(ids.below(recent as u64)).unwrap_or_default();
        states.get_mut(chosen).map(|(_, state)| &mut **state)
    }
}
