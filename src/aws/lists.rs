//! What AWS lists, read once for all who ask: for one pass, or for those of many objects.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;

use crate::observed::{
    FunctionPolicy, Listener, LoadBalancer, RestApi, Rule, Snapshot, Stage, TargetGroup, TargetHealth, VpcEndpoint,
};
use crate::tags::Tags;

/// Answers that only one API or function is in are many: at least so many of the oldest are read again with the lists.
const DETAILS: usize = 18;
/// And at least one of so many, so that each is read again after so many lists.
const TURNS: usize = 12;

/// Lists of a region, and answers about what is in them. All of one age, but for stages and functions.
#[derive(Debug, Default)]
pub(super) struct Lists {
    pub(super) vpc_endpoints: OnceCell<Vec<VpcEndpoint>>,
    pub(super) rest_apis: OnceCell<Vec<RestApi>>,
    pub(super) target_groups: OnceCell<Vec<TargetGroup>>,
    pub(super) load_balancers: OnceCell<Vec<LoadBalancer>>,
    /// By load balancer.
    pub(super) listeners: Memo<String, Vec<Listener>>,
    /// By listener; none for a listener that is gone.
    pub(super) rules: Memo<String, Option<Vec<Rule>>>,
    /// By target group; none for one that is gone.
    pub(super) targets: Memo<String, Option<BTreeMap<String, TargetHealth>>>,
    /// Of what Elastic Load Balancing has, by ARN; none for what is gone.
    pub(super) tags: tokio::sync::Mutex<BTreeMap<String, Option<Tags>>>,
    /// By API, and whether the controller may have deployed them.
    pub(super) stages: Memo<(String, bool), Vec<Stage>>,
    /// By function ARN; none for a function that does not exist.
    pub(super) functions: Memo<String, Option<FunctionPolicy>>,
}

impl Lists {
    /// Those to read next. Stages and functions have no list: the oldest answers are asked for again, the others stay.
    fn successor(&self) -> Self {
        Self { stages: self.stages.newer(), functions: self.functions.newer(), ..Self::default() }
    }
}

/// Answers by key. Whoever asks while an answer is under way waits for it.
#[derive(Debug)]
pub(super) struct Memo<K, V> {
    /// How many lists came before.
    generation: u64,
    answers: Mutex<HashMap<K, Answer<V>>>,
}

/// An answer, and in which generation it was asked for.
#[derive(Debug, Clone)]
struct Answer<V> {
    generation: u64,
    cell: Arc<OnceCell<V>>,
}

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self { generation: 0, answers: Mutex::default() }
    }
}

impl<K: Clone + Hash + Ord, V: Clone> Memo<K, V> {
    pub(super) async fn get<E>(&self, key: K, read: impl Future<Output = Result<V, E>>) -> Result<V, E> {
        let new = || Answer { generation: self.generation, cell: Arc::default() };
        let cell = Arc::clone(&self.answers().entry(key).or_insert_with(new).cell);
        cell.get_or_try_init(|| read).await.cloned()
    }

    fn forget(&self, gone: impl Fn(&K) -> bool) {
        self.answers().retain(|key, _| !gone(key));
    }

    /// The same without the oldest answers.
    fn newer(&self) -> Self {
        let answers = self.answers();
        let mut kept: Vec<_> = answers.iter().filter(|(_, answer)| answer.cell.initialized()).collect();
        kept.sort_by_key(|(key, answer)| (answer.generation, *key));
        let again = DETAILS.max(kept.len().div_ceil(TURNS));
        let kept = kept.into_iter().skip(again).map(|(key, answer)| (key.clone(), answer.clone()));
        Self { generation: self.generation + 1, answers: Mutex::new(kept.collect()) }
    }

    fn answers(&self) -> MutexGuard<'_, HashMap<K, Answer<V>>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The lists that passes have in common over objects that were as they should be the last time: hundreds of them ask AWS as often as one. Nothing is
/// changed by what they say; whoever finds something to do reads what AWS has at that moment.
#[derive(Debug, Default)]
pub(super) struct SharedLists(Mutex<Option<Held>>);

#[derive(Debug)]
struct Held {
    /// None: something was changed since.
    since: Option<Duration>,
    lists: Arc<Lists>,
}

impl SharedLists {
    /// Lists that are younger than this; new ones if there are none.
    pub(super) fn get(&self, now: Duration, most: Duration) -> Arc<Lists> {
        let mut held = self.held();
        let fresh = |since: Duration| now.saturating_sub(since) < most;
        match &*held {
            Some(Held { since: Some(since), lists }) if fresh(*since) => Arc::clone(lists),
            old => {
                let lists = Arc::new(old.as_ref().map(|old| old.lists.successor()).unwrap_or_default());
                *held = Some(Held { since: Some(now), lists: Arc::clone(&lists) });
                lists
            }
        }
    }

    /// Something of this snapshot was changed, or found to be: everything is read again, of stages and functions those that are in it.
    pub(super) fn outdate(&self, snapshot: &Snapshot) {
        if let Some(held) = &mut *self.held() {
            held.since = None;
            held.lists.stages.forget(|(id, _)| snapshot.rest_apis.iter().any(|api| api.id == *id));
            held.lists.functions.forget(|arn| snapshot.function_policies.contains_key(arn));
        }
    }

    fn held(&self) -> MutexGuard<'_, Option<Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intent::tests::api;

    async fn ask(memo: &Memo<usize, usize>, keys: std::ops::Range<usize>, answer: usize) -> usize {
        let mut asked = 0;
        for key in keys {
            let read = async {
                asked += 1;
                Ok::<_, ()>(answer)
            };
            memo.get(key, read).await.unwrap();
        }
        asked
    }

    #[tokio::test]
    async fn each_detail_is_read_again_in_turn_however_many_there_are() {
        for (many, each) in [(1, 1), (DETAILS, DETAILS), (100, DETAILS), (600, 50)] {
            let mut memo = Memo::default();
            assert_eq!(ask(&memo, 0..many, 0).await, many);
            for turn in 1..=many.div_ceil(each) {
                memo = memo.newer();
                assert_eq!(ask(&memo, 0..many, turn).await, each, "{many}");
            }
            let oldest = memo.answers().values().map(|answer| answer.generation).min();
            assert!(oldest > Some(0), "{many}: all were read again");
        }
    }

    #[tokio::test]
    async fn what_was_changed_is_not_judged_by_what_was_before() {
        let shared = SharedLists::default();
        let (start, most) = (Duration::ZERO, Duration::from_mins(8));
        let lists = shared.get(start, most);
        let api = api(true);
        for id in [api.id.clone(), "another".to_owned()] {
            lists.stages.get((id.clone(), true), async { Ok::<_, ()>(Vec::new()) }).await.unwrap();
            lists.functions.get(id, async { Ok::<_, ()>(None) }).await.unwrap();
        }
        assert!(Arc::ptr_eq(&lists, &shared.get(start + most / 2, most)));
        let function_policies = [(api.id.clone(), FunctionPolicy::default())].into();
        shared.outdate(&Snapshot { rest_apis: vec![api], function_policies, ..Snapshot::default() });
        assert_eq!(lists.stages.answers().keys().collect::<Vec<_>>(), [&("another".to_owned(), true)]);
        assert_eq!(lists.functions.answers().keys().collect::<Vec<_>>(), ["another"]);
        let again = shared.get(start + most / 2, most);
        assert!(!Arc::ptr_eq(&lists, &again) && again.stages.answers().is_empty());
        assert!(!Arc::ptr_eq(&again, &shared.get(start + 2 * most, most)), "they grow old");
    }
}
