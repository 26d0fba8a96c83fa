//! What was read during one pass: nothing is read twice.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OnceCell;

use super::{AwsError, Class};
use crate::observed::{FunctionPolicy, LoadBalancer, RestApi, Stage, TargetGroup, Unread, VpcEndpoint};

/// The memory of one pass. Start each pass with a new one.
#[derive(Debug, Default)]
pub struct Pass {
    pub(super) vpc_endpoints: OnceCell<Vec<VpcEndpoint>>,
    pub(super) rest_apis: OnceCell<Vec<RestApi>>,
    pub(super) target_groups: OnceCell<Vec<TargetGroup>>,
    pub(super) load_balancers: OnceCell<Vec<LoadBalancer>>,
    /// By API.
    pub(super) stages: Memo<Vec<Stage>>,
    /// By function ARN; none for a function that does not exist.
    pub(super) functions: Memo<Option<FunctionPolicy>>,
    unread: Mutex<BTreeMap<Unread, String>>,
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

/// Answers by key. Whoever asks while an answer is under way waits for it.
#[derive(Debug)]
pub(super) struct Memo<V>(Mutex<HashMap<String, Arc<OnceCell<V>>>>);

impl<V> Default for Memo<V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<V: Clone> Memo<V> {
    pub(super) async fn get<E>(&self, key: &str, read: impl Future<Output = Result<V, E>>) -> Result<V, E> {
        let cell = Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key.to_owned()).or_default());
        cell.get_or_try_init(|| read).await.cloned()
    }
}
