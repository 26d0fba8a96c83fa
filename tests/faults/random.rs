//! Everything at once: several front doors, specs that change, a fifth of all calls faulty, reads that lag behind, processes that end. When the
//! trouble is over, all is as it should be.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use aws_sim::gates::consistency::Consistency;
use aws_sim::gates::fault::{Fault, Kind};
use aws_sim::ids::Ids;
use serde_json::Value;

use crate::cloud::{ACCOUNT, Cloud, Locks};
use crate::doors::{Edit, doors};
use crate::foreign::{self, Everything};
use crate::fuse::Fuse;
use crate::golden;
use crate::kubernetes::{Key, Kubernetes, RECONCILE_NOW};
use crate::process::{Process, is_ready, owner, verdict};
use crate::share::Share;

/// Seeds of a short run.
const SHORT: Range<u64> = 0..12;
/// How long the trouble goes on, in virtual seconds.
const TROUBLE: u64 = 40 * 60;
/// So much of each kind of calls has to go wrong, in percent.
const WRONG: u64 = 20;
/// From so many seeds on, chance is not to blame when less does.
const MANY: u64 = SHORT.end - SHORT.start;
/// For so long after a change, in seconds, reads may answer from before it. Less than a poll interval: the controller waits that long where AWS would do
/// something twice or what is left would be forgotten.
const LAG: f64 = 4.0;
/// Of all calls of AWS. Slow answers say nothing wrong, and come on top.
const FAULTS: [(Kind, f64); 7] = [
    (Kind::Throttle, 0.05),
    (Kind::InternalError, 0.05),
    (Kind::Unavailable, 0.03),
    (Kind::ResetBefore, 0.04),
    (Kind::ResetAfter, 0.05),
    (Kind::Timeout, 0.03),
    (Kind::Slow, 0.02),
];
/// Of all requests to Kubernetes; two of seven such requests get a right answer all the same.
const KUBERNETES: f64 = 0.34;

/// What happens in one seed.
struct Storm {
    cloud: Cloud,
    kubernetes: Kubernetes,
    dice: RefCell<Ids>,
    /// Specs by object, whether it exists or not.
    specs: RefCell<BTreeMap<Key, Value>>,
    edits: BTreeMap<Key, Vec<Edit>>,
    /// The life line of the process that runs now.
    fuse: RefCell<Fuse>,
    before: Everything,
    tally: Cell<Tally>,
}

/// What a seed, or a run, came to.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    lives: u64,
    /// Until everything was as it should be.
    calls: u64,
    /// While the trouble lasted.
    reads: Share,
    writes: Share,
    kubernetes: Share,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.lives += other.lives;
        self.calls += other.calls;
        self.reads += other.reads;
        self.writes += other.writes;
        self.kubernetes += other.kubernetes;
    }

    /// Whether as much went wrong as should.
    fn is_enough(&self) -> bool {
        [self.reads, self.writes, self.kubernetes].into_iter().all(|share| share.is_at_least(WRONG))
    }
}

impl Storm {
    async fn new(seed: u64) -> Self {
        let cloud = Cloud::new(&format!("eu-seed{seed}-1"), seed, Locks::Drawn).await;
        let mut dice = Ids::seeded(seed);
        let mut specs = BTreeMap::new();
        let mut edits = BTreeMap::new();
        for number in 0..3 + dice.below(2) {
            let mut kinds = doors();
            let (example, variants) =
                kinds.swap_remove(usize::try_from(if number == 3 { 1 } else { number }).expect("a place"));
            let key = ("shop".to_owned(), format!("orders-{number}"));
            specs.insert(key.clone(), golden::example(example));
            edits.insert(key, variants);
        }
        let owners: Vec<_> = specs.keys().map(owner).collect();
        foreign::settle(&cloud, &owners);
        let before = foreign::everything(&cloud);
        let kubernetes = Kubernetes::new(&cloud.time, seed);
        let (dice, specs, fuse) = (RefCell::new(dice), RefCell::new(specs), RefCell::default());
        Self { cloud, kubernetes, dice, specs, edits, fuse, before, tally: Cell::default() }
    }

    fn keys(&self) -> BTreeSet<Key> {
        self.specs.borrow().keys().cloned().collect()
    }

    fn die(&self, sides: u64) -> u64 {
        self.dice.borrow_mut().below(sides)
    }

    fn choice<T: Clone>(&self, items: &[T]) -> T {
        let place = self.die(items.len() as u64);
        items[usize::try_from(place).expect("a place")].clone()
    }

    fn set_trouble(&self, on: bool) {
        self.kubernetes.set_trouble(if on { KUBERNETES } else { 0.0 });
        self.cloud.simulator.clear_faults();
        for (kind, probability) in FAULTS.into_iter().filter(|_| on) {
            let retry_after = (kind == Kind::Throttle).then_some(5);
            let delay_seconds = if kind == Kind::Slow { 10.0 } else { 60.0 };
            let account = Some(ACCOUNT.to_owned());
            let fault = Fault { probability, retry_after, delay_seconds, account, ..Fault::on(kind, "*") };
            self.cloud.simulator.order_fault(fault);
        }
    }

    /// Users, and whoever ends processes.
    async fn people(&self) {
        let keys: Vec<Key> = self.keys().into_iter().collect();
        let end = self.cloud.time.now() + Duration::from_secs(TROUBLE);
        for key in &keys {
            self.apply(key);
        }
        while self.cloud.time.now() < end {
            let pause = [2, 20, 200][usize::try_from(self.die(3)).expect("a place")];
            self.cloud.time.wait(Duration::from_secs(1 + self.die(pause))).await;
            let key = self.choice(&keys);
            match self.die(13) {
                0..=4 => {
                    self.edit(&key);
                    self.apply(&key);
                }
                5 => self.kubernetes.delete(&key),
                6 | 7 => self.apply(&key),
                8 => self.kubernetes.annotate(&key, RECONCILE_NOW, &self.die(1000).to_string()),
                9 => self.kubernetes.wipe_status(&key),
                10 => self.cloud.time.set_skew(i64::try_from(self.die(14_400)).expect("hours") - 7200),
                _ => self.fuse.borrow().blow(),
            }
        }
        self.count();
        self.set_trouble(false);
        for key in &keys {
            while self.kubernetes.get(key).is_some_and(|object| object.metadata.deletion_timestamp.is_some()) {
                self.cloud.time.wait(Duration::from_secs(10)).await;
            }
            self.apply(key);
            // A status that was lost is written by the next pass.
            self.kubernetes.annotate(key, RECONCILE_NOW, "at last");
        }
    }

    /// How much went wrong until now.
    fn count(&self) {
        let calls = self.cloud.simulator.calls(None);
        let of = |mutating| Share::of(calls.iter().filter(|call| call.mutating == mutating));
        let kubernetes = self.kubernetes.share();
        self.tally.set(Tally { reads: of(false), writes: of(true), kubernetes, ..Tally::default() });
    }

    fn edit(&self, key: &Key) {
        let (pointer, value) = self.choice(&self.edits[key]);
        let mut specs = self.specs.borrow_mut();
        let spec = specs.get_mut(key).expect("an object");
        let mut changed = spec.clone();
        let parent = pointer.rsplit_once('/').expect("a pointer").0;
        if parent.is_empty() || changed.pointer(parent).is_some() {
            golden::set(&mut changed, pointer, value);
            *spec = changed;
        }
    }

    fn apply(&self, key: &Key) {
        self.kubernetes.apply(key, &self.cloud.spec(&self.specs.borrow()[key]));
    }

    /// Processes, one after the other, until the trouble is over and everything rests.
    async fn blow_over(&self) -> u64 {
        let keys = self.keys();
        let mut people = Box::pin(self.people());
        let done = Cell::new(false);
        let mut lives = 0;
        loop {
            lives += 1;
            let fuse = Fuse::default();
            *self.fuse.borrow_mut() = fuse.clone();
            let process = Process::start(&self.cloud, &self.kubernetes, fuse);
            let rest_of_people = async {
                if !done.get() {
                    people.as_mut().await;
                    done.set(true);
                }
            };
            if process.settle_after(&keys, rest_of_people).await.is_ok() {
                return lives;
            }
        }
    }

    /// Everything stands, nothing stands twice, and nothing is left to do.
    async fn check(&self) {
        let keys = self.keys();
        for key in &keys {
            let object = self.kubernetes.get(key).unwrap_or_else(|| panic!("{key:?} is gone"));
            assert!(is_ready(&object), "{}", verdict(&object));
            let (mut found, mut expected) = (self.cloud.parts(&owner(key)), self.undisturbed(key).await);
            // A function that an earlier spec named keeps its permission, for a rollback; it goes with the API.
            assert!(found.remove("permission") >= expected.remove("permission"), "{key:?}");
            assert_eq!(found, expected, "{key:?}");
        }
        // What was written last is listed everywhere, and AWS updates no API any more: it does so for up to a minute, and may not say so at first.
        self.cloud.simulator.clock().advance(Duration::from_secs(70));
        self.cloud.simulator.clear_calls(None);
        let before: Vec<_> = keys.iter().map(|key| self.kubernetes.get(key)).collect();
        let fuse = Fuse::default();
        Process::start(&self.cloud, &self.kubernetes, fuse.clone()).settle(&keys).await.expect("no cut");
        let calls = self.cloud.simulator.calls(None);
        let made: Vec<_> = calls.iter().filter(|call| call.mutating).map(|call| &call.operation).collect();
        let after: Vec<_> = keys.iter().map(|key| self.kubernetes.get(key)).collect();
        assert_eq!(
            (made, after),
            (Vec::new(), before),
            "a process that finds everything as it should be writes nothing"
        );
        assert_eq!(fuse.changes(), 0, "nor an Event");
    }

    /// What the same spec comes to where nothing goes wrong.
    async fn undisturbed(&self, key: &Key) -> BTreeMap<String, usize> {
        let cloud = Cloud::new(&self.cloud.region, 0, Locks::Drawn).await;
        let kubernetes = Kubernetes::new(&cloud.time, 0);
        kubernetes.apply(key, &cloud.spec(&self.specs.borrow()[key]));
        let process = Process::start(&cloud, &kubernetes, Fuse::default());
        process.settle(&[key.clone()].into()).await.expect("no cut");
        cloud.parts(&owner(key))
    }

    /// Everything goes, nothing is left, and nothing of others is touched.
    async fn delete(&self) {
        let keys = self.keys();
        for key in &keys {
            self.kubernetes.delete(key);
        }
        Process::start(&self.cloud, &self.kubernetes, Fuse::default()).settle(&keys).await.expect("no cut");
        assert_eq!(self.kubernetes.keys(), BTreeSet::new());
        // What AWS takes away by itself is gone then.
        self.cloud.simulator.clock().advance(Duration::from_mins(10));
        let changed = foreign::differences(&self.before, &foreign::everything(&self.cloud));
        assert!(changed.is_empty(), "{changed:#?}");
        let (watched, trespasses) = self.cloud.guard.found();
        assert!(watched > 0 && trespasses.is_empty(), "{trespasses:#?}");
    }
}

/// One seed from its beginning to its end.
fn weather(seed: u64) -> Tally {
    // What the SDK draws: how long it waits before it tries again.
    fastrand::seed(seed);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let storm = Storm::new(seed).await;
        storm.cloud.simulator.clear_calls(None);
        storm.cloud.simulator.set_consistency(Consistency { lag_seconds: LAG, probability: 0.3 });
        storm.set_trouble(true);
        let lives = storm.blow_over().await;
        let calls = storm.cloud.simulator.calls(None).len() as u64;
        storm.check().await;
        storm.delete().await;
        Tally { lives, calls, ..storm.tally.get() }
    })
}

fn seeds() -> Range<u64> {
    let Ok(text) = std::env::var("FAULT_SEEDS") else { return SHORT };
    let number = |text: &str| text.parse().unwrap_or_else(|_| panic!("FAULT_SEEDS is {text}: give 17 or 0..1000"));
    match text.split_once("..") {
        Some((from, to)) => number(from)..number(to),
        None => number(&text)..number(&text) + 1,
    }
}

#[test]
fn everything_converges_when_the_trouble_is_over() {
    let (seeds, start) = (seeds(), Instant::now());
    let (next, total) = (AtomicU64::new(seeds.start), Mutex::new(Tally::default()));
    let failed = Mutex::new(Vec::new());
    let worker = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return;
            }
            if let Ok(tally) = catch_unwind(AssertUnwindSafe(|| weather(seed))) {
                total.lock().expect("no panic holds it").add(tally);
                println!("seed {seed} holds");
            } else {
                println!("seed {seed} fails: FAULT_SEEDS={seed} cargo test --workspace --test faults random");
                failed.lock().expect("no panic holds it").push(seed);
            }
        }
    };
    std::thread::scope(|scope| {
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        (0..workers).for_each(|_| drop(scope.spawn(worker)));
    });
    let failed = failed.into_inner().expect("no panic holds it");
    let (total, count) = (total.into_inner().expect("no panic holds it"), seeds.end - seeds.start);
    let Tally { lives, calls, reads, writes, kubernetes } = &total;
    println!(
        "{count} seeds, {lives} lives of the controller, {calls} AWS calls in {:.0?}; failed: {failed:?}",
        start.elapsed()
    );
    println!("faulty: AWS reads {reads}, AWS writes {writes}, Kubernetes requests {kubernetes}");
    assert!(failed.is_empty(), "seeds {failed:?}");
    assert!(count < MANY || total.is_enough(), "{total:?}");
}
