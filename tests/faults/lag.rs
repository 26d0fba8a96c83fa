//! Lists of AWS that lag behind, while the process ends or an answer is lost: nothing is done twice, nothing stays.

use std::collections::BTreeSet;

use aws_sim::gates::consistency::Consistency;
use serde_json::Value;

use crate::crash::{Life, create};
use crate::digest::{differences, digest};
use crate::fuse::{Cut, Fuse};
use crate::golden::{self, Case};
use crate::process::Process;

/// AWS lists what was up to 15 s ago.
fn lag(life: &Life) {
    life.cloud.simulator.set_consistency(Consistency { lag_seconds: 15.0, probability: 0.9 });
}

/// The lists of AWS lag behind: whatever answer or process is lost, nothing is created twice.
#[tokio::test]
async fn nothing_is_created_twice_though_lists_lag() {
    let Case { from, to } = create("alb-lambda");
    let base = Life::at("eu-lag-1", from.as_ref()).await;
    let example = base.copy(2);
    example.turn(to.as_ref());
    let changes = example.see_through(Fuse::default()).await;
    for number in 0..changes {
        let cut = if number.is_multiple_of(2) { Cut::After } else { Cut::Answer };
        let life = base.copy(3 + number as u64);
        lag(&life);
        life.turn(to.as_ref());
        life.see_through(Fuse::at(number, cut)).await;
        life.check(to.as_ref(), &format!("{cut:?} {number}"));
        let calls = life.cloud.simulator.calls(None);
        let made = calls.iter().filter(|call| call.operation == "CreateRestApi" && call.error.is_none()).count();
        let deleted = calls.iter().filter(|call| call.operation.starts_with("Delete")).count();
        // A second call for anything else gets what the first one made; a second one of it would be deleted again.
        assert_eq!((made, deleted), (1, 0), "{cut:?} {number} of {changes}");
    }
}

/// The object is deleted while it is being created, the process ends, and the lists of AWS lag behind: nothing stays.
#[tokio::test]
async fn nothing_stays_of_what_is_deleted_while_it_is_created() {
    let to = golden::example("alb-lambda");
    let base = Life::at("eu-early-1", None).await;
    let example = base.copy(2);
    example.turn(Some(&to));
    let changes = example.see_through(Fuse::default()).await;
    for number in 0..changes {
        let life = base.copy(3 + number as u64);
        lag(&life);
        life.turn(Some(&to));
        let keys = BTreeSet::from([life.key.clone()]);
        let process = Process::start(&life.cloud, &life.kubernetes, Fuse::at(number, Cut::After));
        process.settle(&keys).await.expect_err("it is cut");
        life.turn(None);
        Process::start(&life.cloud, &life.kubernetes, Fuse::default()).settle(&keys).await.expect("no other cut");
        life.check(None, &format!("deleted at {number} of {changes}"));
        life.check_nothing_left(&format!("deleted at {number} of {changes}"));
    }
}

/// Cuts a change, or without a spec a deletion, short everywhere; in a short run at every third call. The end is the same as without lag.
async fn cut_while_lists_lag(name: &str, from: &Value, to: Option<&Value>) {
    let base = Life::at(&format!("eu-lag-{name}-1"), Some(from)).await;
    let example = base.copy(2);
    example.turn(to);
    let changes = example.see_through(Fuse::default()).await;
    let expected = digest(&example.cloud, &example.owner(), None).await;
    let step = if std::env::var_os("FAULT_CUTS").is_some() { 1 } else { 3 };
    for number in (0..changes).step_by(step) {
        let cut = if (number / step).is_multiple_of(2) { Cut::After } else { Cut::Answer };
        let when = format!("{name} while lists lag, {cut:?} {number} of {changes}");
        let life = base.copy(3 + number as u64);
        lag(&life);
        life.turn(to);
        life.see_through(Fuse::at(number, cut)).await;
        life.check(to, &when);
        life.cloud.simulator.set_consistency(Consistency::default());
        let found = digest(&life.cloud, &life.owner(), None).await;
        assert!(found == expected, "{when}: {}", differences(&found, &expected).join("\n"));
        if to.is_none() {
            life.check_nothing_left(&when);
        }
    }
}

#[tokio::test]
async fn a_stage_is_renamed_though_lists_lag() {
    let Case { from, to } = golden::case("change-stage-renamed");
    cut_while_lists_lag("stage", &from.expect("a spec"), to.as_ref()).await;
}

#[tokio::test]
async fn an_endpoint_is_replaced_though_lists_lag() {
    let Case { from, to } = golden::case("change-endpoint-replaced-beside-itself");
    cut_while_lists_lag("endpoint", &from.expect("a spec"), to.as_ref()).await;
}

#[tokio::test]
async fn everything_is_deleted_though_lists_lag() {
    cut_while_lists_lag("deletion", &golden::example("alb-lambda"), None).await;
}

#[tokio::test]
async fn subnets_are_moved_though_lists_lag() {
    let Case { from, to } = golden::case("change-subnet-moved-within-its-zone");
    cut_while_lists_lag("subnets", &from.expect("a spec"), to.as_ref()).await;
}
