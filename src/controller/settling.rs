//! How long ago something was done for an object: what AWS lists right afterwards may be from before.
//!
//! Source: EC2 API Reference, "Eventual consistency". Nothing of it has to be remembered: a process that does not know waits.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kube::runtime::reflector::ObjectRef;

use crate::api::PrivateApiFrontDoor;

type Key = ObjectRef<PrivateApiFrontDoor>;

/// When something was last done for each object.
#[derive(Debug)]
pub(super) struct Settling {
    /// The process may have been preceded by one that did something until then.
    started: Duration,
    /// None: nothing was ever done.
    touched: Mutex<HashMap<Key, Option<Duration>>>,
}

impl Settling {
    pub(super) fn new(started: Duration) -> Self {
        Self { started, touched: Mutex::default() }
    }

    /// The object is new: nothing was done for it unless this process knows better.
    pub(super) fn begin(&self, key: Key) {
        self.touched.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_insert(None);
    }

    pub(super) fn touch(&self, key: Key, now: Duration) {
        self.touched.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Some(now));
    }

    /// Whether the last that was done is at least so long ago.
    pub(super) fn is_settled(&self, key: &Key, now: Duration, after: Duration) -> bool {
        let touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner).get(key).copied();
        let last = touched.unwrap_or(Some(self.started));
        last.is_none_or(|last| now.saturating_sub(last) >= after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_does_not_know_waits_and_one_that_does_need_not() {
        let (start, second) = (Duration::from_secs(5), Duration::from_secs(1));
        let settling = Settling::new(start);
        let (old, new) = (ObjectRef::new("old").within("shop"), ObjectRef::new("new").within("shop"));
        settling.begin(new.clone());
        assert!(!settling.is_settled(&old, start, second) && settling.is_settled(&new, start, second));
        assert!(settling.is_settled(&old, start + second, second));
        settling.touch(new.clone(), start + second);
        settling.begin(new.clone());
        assert!(!settling.is_settled(&new, start + second, second));
        assert!(settling.is_settled(&new, start + 2 * second, second));
    }
}
