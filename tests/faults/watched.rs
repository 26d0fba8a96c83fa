//! A front door that is watched while AWS refuses something of it, and the undisturbed run that it is compared with.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use frontdoor::api::PrivateApiFrontDoor;
use serde_json::Value;

use crate::crash::Life;
use crate::digest::{differences, digest};
use crate::fuse::Fuse;
use crate::golden::Case;
use crate::mishap::Write;
use crate::process::{Process, is_ready};

/// Long enough for all that takes AWS its time, and for several tries.
pub const LONG: Duration = Duration::from_mins(30);

/// The process and the object that it is about.
pub struct Watched {
    pub life: Life,
    pub process: Process,
}

impl Watched {
    /// Refuses the changing call of this number of what the user asks for, and lets the controller do what it can.
    pub async fn refuse(base: &Life, to: Option<&Value>, number: usize) -> Self {
        Self::start(base.copy(3 + number as u64), to, |life| life.cloud.refuse.number(number)).await
    }

    /// What the user asks for while something stands in the way, and lets the controller do what it can.
    pub async fn start(life: Life, to: Option<&Value>, hinder: impl FnOnce(&Life)) -> Self {
        life.cloud.simulator.clear_calls(None);
        hinder(&life);
        life.turn(to);
        let process = Process::start(&life.cloud, &life.kubernetes, Fuse::default());
        let watched = Self { life, process };
        watched.work_for(LONG).await;
        watched
    }

    pub async fn work_for(&self, time: Duration) {
        let keys = BTreeSet::from([self.life.key.clone()]);
        self.process.work_for(&keys, time).await.expect("it lives");
    }

    pub async fn settle(&self) {
        self.process.settle(&BTreeSet::from([self.life.key.clone()])).await.expect("it lives");
    }

    pub fn object(&self) -> PrivateApiFrontDoor {
        self.life.kubernetes.get(&self.life.key).expect("the object")
    }

    /// Whether everything is as the user asks.
    pub fn is_done(&self, to: Option<&Value>) -> bool {
        let object = self.life.kubernetes.get(&self.life.key);
        object.is_none_or(|object| to.is_some() && is_ready(&object))
    }

    /// Status, reason and message of a condition; nothing of one that does not hold.
    pub fn condition(&self, kind: &str) -> (String, String, String) {
        let object = self.object();
        let mut conditions = object.status.iter().flat_map(|status| &status.conditions);
        let found = conditions.find(|condition| condition.type_ == kind);
        found.map(|it| (it.status.clone(), it.reason.clone(), it.message.clone())).unwrap_or_default()
    }

    /// Operations that AWS has done, and how often.
    pub fn done(&self) -> BTreeMap<String, usize> {
        operations(&self.life)
    }

    /// How often the status was written.
    pub fn writes(&self) -> usize {
        self.life.kubernetes.writes().iter().filter(|write| **write == Write::Status).count()
    }

    /// Seconds between the calls that were refused.
    pub fn gaps(&self) -> Vec<u64> {
        let times = self.life.cloud.refuse.times();
        times.windows(2).map(|pair| pair[1].since(pair[0]).as_secs()).collect()
    }
}

/// Changing operations that AWS has done, and how often.
pub fn operations(life: &Life) -> BTreeMap<String, usize> {
    let mut operations = BTreeMap::new();
    for call in life.cloud.simulator.calls(None).iter().filter(|call| call.mutating && call.error.is_none()) {
        *operations.entry(call.operation.clone()).or_default() += 1;
    }
    operations
}

/// Operations that were asked of AWS and change nothing.
fn reads(life: &Life) -> BTreeSet<String> {
    let calls = life.cloud.simulator.calls(None);
    calls.iter().filter(|call| !call.mutating).map(|call| call.operation.clone()).collect()
}

/// The base, and what an undisturbed run of the change does and comes to.
pub struct Example {
    pub base: Life,
    pub to: Option<Value>,
    pub calls: usize,
    /// Changing operations that it takes, and how often.
    pub done: BTreeMap<String, usize>,
    /// Reads that it takes.
    pub reads: BTreeSet<String>,
    end: Vec<String>,
}

impl Example {
    pub async fn of(name: &str, Case { from, to }: Case) -> Self {
        let base = Life::steady_at(&format!("eu-refused-{name}-1"), from.as_ref()).await;
        let life = base.copy(2);
        life.cloud.simulator.clear_calls(None);
        life.turn(to.as_ref());
        life.see_through(Fuse::default()).await;
        life.check(to.as_ref(), "undisturbed");
        let (done, reads) = (operations(&life), reads(&life));
        let end = digest(&life.cloud, &life.owner(), to.as_ref()).await;
        Self { calls: done.values().sum(), base, to, done, reads, end }
    }

    /// What of it is not done as long as a call is refused.
    pub fn missing(&self, watched: &Watched) -> BTreeMap<String, usize> {
        let done = watched.done();
        let missing = |(operation, times): (&String, &usize)| {
            let lacks = times.saturating_sub(done.get(operation).copied().unwrap_or_default());
            (lacks > 0).then(|| (operation.clone(), lacks))
        };
        self.done.iter().filter_map(missing).collect()
    }

    /// Nothing is done again and again: only what each try of the refused step takes, such as the definition before a deployment.
    pub fn check_calls(&self, watched: &Watched, when: &str) {
        let (done, tries) = (watched.done().values().sum::<usize>(), watched.gaps().len() + 1);
        assert!(done <= self.calls + tries, "{when}: {done} calls, {tries} tries, {:?}", watched.done());
    }

    pub async fn check_end(&self, watched: &Watched, when: &str) {
        watched.life.check(self.to.as_ref(), when);
        let found = digest(&watched.life.cloud, &watched.life.owner(), self.to.as_ref()).await;
        assert!(found == self.end, "{when}: {}", differences(&found, &self.end).join("\n"));
    }
}
