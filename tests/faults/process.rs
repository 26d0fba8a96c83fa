//! One life of the controller: the real reconcile for each object, when it asks for it and when the object changes.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use frontdoor::api::PrivateApiFrontDoor;
use frontdoor::controller::{Context, Intervals, Settings, reconcile};
use frontdoor::elapsed::Elapsed;
use frontdoor::tags::Owner;
use futures::future::{Either, select};
use kube::runtime::events::Reporter;

use crate::cloud::Cloud;
use crate::fuse::Fuse;
use crate::kubernetes::{Key, Kubernetes};

/// Cluster ID of the controller.
pub const CLUSTER: &str = "cluster-1";
/// Whoever asks to be looked at no sooner than this has nothing to do but to resync, or waits for the user.
const CALM: Duration = Duration::from_secs(500);
/// Far beyond what any change takes, in virtual time.
const PATIENCE: Duration = Duration::from_hours(12);

/// The process has ended before its work.
#[derive(Debug)]
pub struct Ended;

/// A running controller.
pub struct Process {
    context: Context,
    fuse: Fuse,
    kubernetes: Kubernetes,
    cloud: Cloud,
}

type Work<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// The owner that an object is.
pub fn owner(key: &Key) -> Owner {
    Owner { cluster: CLUSTER.to_owned(), namespace: key.0.clone(), name: key.1.clone() }
}

/// Whether the object is as its present spec says.
pub fn is_ready(object: &PrivateApiFrontDoor) -> bool {
    let status = object.status.as_ref();
    let conditions = status.map(|status| status.conditions.as_slice()).unwrap_or_default();
    let ready = conditions.iter().any(|condition| condition.type_ == "Ready" && condition.status == "True");
    ready && status.and_then(|status| status.observed_generation) == object.metadata.generation
}

/// The object and why it is not ready.
pub fn verdict(object: &PrivateApiFrontDoor) -> String {
    let conditions = object.status.iter().flat_map(|status| &status.conditions);
    let ready = conditions.filter(|condition| condition.type_ == "Ready" || condition.type_ == "Stalled");
    let said: Vec<String> =
        ready.map(|it| format!("{} {} {}: {}", it.type_, it.status, it.reason, it.message)).collect();
    format!(
        "{}, generation {:?}: {said:#?}",
        object.metadata.name.as_deref().unwrap_or_default(),
        object.metadata.generation
    )
}

impl Process {
    pub fn start(cloud: &Cloud, kubernetes: &Kubernetes, fuse: Fuse) -> Self {
        let client = kubernetes.client(&fuse);
        let reporter = Reporter { controller: "frontdoor".to_owned(), instance: None };
        let settings = Settings { cluster_id: CLUSTER.to_owned(), intervals: Intervals::default() };
        let time = cloud.time.clone();
        let elapsed = Elapsed::by(move || Duration::from_millis(time.now().as_millis()));
        let context = Context::new(client, reporter, cloud.sdk(&fuse), settings).within(elapsed);
        Self { context, fuse, kubernetes: kubernetes.clone(), cloud: cloud.clone() }
    }

    /// Works until every object is at rest.
    pub async fn settle(&self, keys: &BTreeSet<Key>) -> Result<(), Ended> {
        self.settle_after(keys, async {}).await
    }

    /// Works for so long, whether objects are at rest then or not.
    pub async fn work_for(&self, keys: &BTreeSet<Key>, time: Duration) -> Result<(), Ended> {
        self.work(keys, self.cloud.time.wait(time), false).await
    }

    /// Works while something else goes on, and until every object is at rest afterwards.
    pub async fn settle_after(&self, keys: &BTreeSet<Key>, other: impl Future<Output = ()>) -> Result<(), Ended> {
        self.work(keys, other, true).await
    }

    /// Works while something else goes on, and, if that is asked for, until every object is at rest afterwards.
    async fn work(&self, keys: &BTreeSet<Key>, other: impl Future<Output = ()>, rest: bool) -> Result<(), Ended> {
        let resting = RefCell::new(BTreeSet::new());
        let mut work: Vec<Work<'_>> = keys.iter().map(|key| Box::pin(self.tend(key, &resting)) as Work<'_>).collect();
        let mut other: Option<Work<'_>> = Some(Box::pin(other));
        let settled = poll_fn(|context| {
            if other.as_mut().is_some_and(|other| other.as_mut().poll(context).is_ready()) {
                other = None;
            }
            for tend in &mut work {
                let _ = tend.as_mut().poll(context);
            }
            if self.fuse.is_blown() {
                Poll::Ready(Err(Ended))
            } else if other.is_none() && (!rest || resting.borrow().len() == keys.len()) {
                Poll::Ready(Ok(()))
            } else {
                Poll::Pending
            }
        });
        let patience = self.cloud.time.wait(PATIENCE);
        match self.cloud.time.drive(select(Box::pin(settled), Box::pin(patience))).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right(_) => panic!("not at rest after {PATIENCE:?}: {:#?}", self.restless(keys, &resting.borrow())),
        }
    }

    async fn tend(&self, key: &Key, resting: &RefCell<BTreeSet<Key>>) {
        loop {
            let (object, seen) = self.kubernetes.watched(key);
            let again = match &object {
                Some(object) => reconcile(object, &self.context).await,
                None => None,
            };
            for gone in self.kubernetes.forgotten() {
                let left = self.cloud.owned(&owner(&gone));
                assert!(left.is_empty(), "{gone:?} lost its finalizer too early: {left:#?}");
            }
            if again.is_none_or(|again| again >= CALM) {
                resting.borrow_mut().insert(key.clone());
            }
            let changed = Box::pin(self.kubernetes.changed(key, seen));
            match again {
                Some(again) => drop(select(changed, self.cloud.time.wait(again)).await),
                None => changed.await,
            }
            resting.borrow_mut().remove(key);
        }
    }

    fn restless(&self, keys: &BTreeSet<Key>, resting: &BTreeSet<Key>) -> Vec<String> {
        let objects = keys.difference(resting).filter_map(|key| self.kubernetes.get(key));
        objects.map(|object| verdict(&object)).collect()
    }
}
