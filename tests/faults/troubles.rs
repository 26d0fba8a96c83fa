//! Kubernetes on bad days: every write refused, broken off or interfered with once; finalizers removed by hand; a clock that is set.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use crate::crash::Life;
use crate::digest::{differences, digest};
use crate::fuse::Fuse;
use crate::golden;
use crate::mishap::{Trouble, Write};
use crate::process::{Process, is_ready, verdict};

const CONFLICT: Trouble = Trouble::Refusal(409, "Conflict");
const TROUBLES: [Trouble; 7] = [
    CONFLICT,
    Trouble::Refusal(500, "InternalError"),
    Trouble::Refusal(504, "Timeout"),
    Trouble::Interference,
    Trouble::ResetBefore,
    Trouble::ResetAfter,
    Trouble::Slow,
];

/// At every write to Kubernetes something goes wrong once, from the first to the last of a change.
async fn troubled(name: &str, from: Option<&Value>, to: Option<&Value>) {
    let base = Life::steady_at(&format!("eu-troubled-{name}-1"), from).await;
    let example = base.copy(2);
    let before = example.kubernetes.writes().len();
    example.turn(to);
    example.see_through(Fuse::default()).await;
    let writes = example.kubernetes.writes().split_off(before);
    let expected = digest(&example.cloud, &example.owner(), None).await;
    let mut conflicts = Vec::new();
    for (number, write) in writes.iter().enumerate() {
        for trouble in troubles(number, writes[..number].contains(write)) {
            let when = format!("{name}, {trouble:?} at write {number} of {}, {write:?}", writes.len());
            let life = base.copy(3 + number as u64);
            life.kubernetes.plan_trouble(number, trouble);
            life.turn(to);
            life.see_through(Fuse::default()).await;
            life.check(to, &when);
            let found = digest(&life.cloud, &life.owner(), None).await;
            assert!(found == expected, "{when}: {:#?}", differences(&found, &expected));
            let met = life.kubernetes.writes()[before + number];
            conflicts.extend((trouble == CONFLICT).then_some(met));
        }
    }
    let changes_finalizers = from.is_none() || to.is_none();
    assert!(conflicts.contains(&Write::Status), "{name}: {conflicts:?}");
    assert!(!changes_finalizers || conflicts.contains(&Write::Finalizers), "{name}: {conflicts:?}");
}

/// What goes wrong at a write; in a short run one of them, and a conflict at the first write of each kind.
fn troubles(number: usize, again: bool) -> BTreeSet<Trouble> {
    if std::env::var_os("FAULT_CUTS").is_some() {
        return TROUBLES.into();
    }
    let first = (!again).then_some(CONFLICT);
    first.into_iter().chain([TROUBLES[number % TROUBLES.len()]]).collect()
}

#[tokio::test]
async fn a_create_under_trouble_with_kubernetes() {
    troubled("create", None, Some(&golden::example("alb-lambda"))).await;
}

#[tokio::test]
async fn a_change_under_trouble_with_kubernetes() {
    let case = golden::case("change-route-added");
    troubled("change", case.from.as_ref(), case.to.as_ref()).await;
}

#[tokio::test]
async fn a_deletion_under_trouble_with_kubernetes() {
    troubled("delete", Some(&golden::example("alb-lambda")), None).await;
}

/// Taken away while the object stays, it comes back and nothing is done twice.
#[tokio::test]
async fn a_finalizer_that_was_removed_by_hand_comes_back() {
    let spec = golden::example("alb-lambda");
    let life = Life::at("eu-by-hand-1", Some(&spec)).await;
    let before = digest(&life.cloud, &life.owner(), None).await;
    life.kubernetes.remove_finalizers(&life.key);
    life.see_through(Fuse::default()).await;
    let object = life.kubernetes.get(&life.key).expect("it stays");
    assert_eq!(object.metadata.finalizers.map(|finalizers| finalizers.len()), Some(1));
    let after = digest(&life.cloud, &life.owner(), None).await;
    assert!(before == after, "{:#?}", differences(&after, &before));
}

/// Taken away from an object that is being deleted, it leaves resources behind; the same object, applied again, finds them.
#[tokio::test]
async fn what_a_removed_finalizer_left_behind_is_found_by_the_next_object_of_that_name() {
    let spec = golden::example("alb-lambda");
    let life = Life::at("eu-left-behind-1", Some(&spec)).await;
    let before = digest(&life.cloud, &life.owner(), None).await;
    life.turn(None);
    life.kubernetes.remove_finalizers(&life.key);
    assert!(life.kubernetes.keys().is_empty() && !life.cloud.owned(&life.owner()).is_empty());
    life.kubernetes.forgotten();
    life.turn(Some(&spec));
    life.see_through(Fuse::default()).await;
    life.check(Some(&spec), "applied again");
    let after = digest(&life.cloud, &life.owner(), None).await;
    assert!(before == after, "{:#?}", differences(&after, &before));
    life.turn(None);
    life.see_through(Fuse::default()).await;
    life.check(None, "deleted");
}

/// The machine's clock is put forward and back while things are created and deleted.
#[tokio::test]
async fn a_clock_that_is_set_holds_up_nothing() {
    let spec = golden::example("alb-lambda");
    let life = Life::at("eu-clock-1", None).await;
    let keys = BTreeSet::from([life.key.clone()]);
    let hands = async {
        for skew in [7200, 0, -7200, 3600, 30, -30, 0, -3600] {
            life.cloud.time.wait(Duration::from_secs(45)).await;
            life.cloud.time.set_skew(skew);
        }
    };
    life.turn(Some(&spec));
    let process = Process::start(&life.cloud, &life.kubernetes, Fuse::default());
    process.settle_after(&keys, hands).await.expect("no cut");
    let object = life.kubernetes.get(&life.key).expect("it stays");
    assert!(is_ready(&object), "{}", verdict(&object));
    life.cloud.time.set_skew(7200);
    life.turn(None);
    let hands = async {
        for skew in [0, -7200, 7200] {
            life.cloud.time.wait(Duration::from_secs(45)).await;
            life.cloud.time.set_skew(skew);
        }
    };
    process.settle_after(&keys, hands).await.expect("no cut");
    life.check(None, "deleted");
}

/// While the API server refuses everything, it is asked less and less often; then everything goes on.
#[tokio::test]
async fn an_api_server_that_refuses_everything_is_not_pressed() {
    let spec = golden::example("alb-lambda");
    for (name, begun) in [("begun", true), ("new", false)] {
        let life = Life::at(&format!("eu-down-{name}-1"), begun.then_some(&spec)).await;
        let keys = BTreeSet::from([life.key.clone()]);
        let mut changed = spec.clone();
        golden::set(&mut changed, "/api/description", "Orders".into());
        life.turn(Some(&changed));
        life.kubernetes.set_down(true);
        let before = life.kubernetes.writes().len();
        let outage = async {
            life.cloud.time.wait(Duration::from_hours(1)).await;
            let asked = life.kubernetes.writes().len() - before;
            assert!((5..60).contains(&asked), "{name}: {asked} writes in an hour");
            life.kubernetes.set_down(false);
        };
        let process = Process::start(&life.cloud, &life.kubernetes, Fuse::default());
        process.settle_after(&keys, outage).await.expect("no cut");
        life.check(Some(&changed), name);
    }
}
