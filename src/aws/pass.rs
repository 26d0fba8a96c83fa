//! What was read during one pass: nothing is read twice.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::lists::Lists;
use super::{AwsError, Class};
use crate::observed::Unread;

/// The memory of one pass: what it reads, and what it was denied. Start each pass with a new one.
#[derive(Debug, Default)]
pub struct Pass {
    pub(super) lists: Arc<Lists>,
    /// Whether others have the same lists.
    pub(super) is_shared: bool,
    unread: Mutex<BTreeMap<Unread, String>>,
}

impl From<Arc<Lists>> for Pass {
    fn from(lists: Arc<Lists>) -> Self {
        Self { lists, is_shared: true, ..Self::default() }
    }
}

impl Pass {
    /// What a read answers; none where AWS denies it, which is noted.
    pub(super) fn unless_denied<T>(&self, what: Unread, answer: Result<T, AwsError>) -> Result<Option<T>, AwsError> {
        match answer {
            Err(error) if error.class == Class::Denied => {
                self.notes().insert(what, error.to_string());
                Ok(None)
            }
            other => other.map(Some),
        }
    }

    /// The reads that AWS has denied so far, with its refusals.
    pub(super) fn unread(&self) -> BTreeMap<Unread, String> {
        self.notes().clone()
    }

    fn notes(&self) -> MutexGuard<'_, BTreeMap<Unread, String>> {
        self.unread.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
