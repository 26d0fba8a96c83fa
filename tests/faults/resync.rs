//! Objects that are as they should be ask AWS together, and notice what others change all the same.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use frontdoor::change::{Change, RuleChange};
use serde_json::json;

use crate::cloud::{ACCOUNT, Cloud, Locks};
use crate::doors::doors;
use crate::fuse::Fuse;
use crate::golden;
use crate::kubernetes::{Key, Kubernetes};
use crate::process::{Process, is_ready, owner, verdict};

/// How many share an endpoint and a listener.
const OBJECTS: usize = 6;
/// Longer than what every object takes between two passes.
const RESYNC: Duration = Duration::from_mins(12);

/// Front doors behind one listener, all as they should be for a while.
async fn kept(region: &str) -> (Cloud, Kubernetes, Process, BTreeSet<Key>) {
    let cloud = Cloud::new(region, 1, Locks::Steady).await;
    let kubernetes = Kubernetes::new(&cloud.time, 1);
    let mut keys = BTreeSet::new();
    for number in 0..OBJECTS {
        let (example, _) = doors().swap_remove(1);
        let mut spec = golden::example(example);
        spec["rules"] = json!([{"paths": [format!("/prod/{number}/*")]}]);
        let key = ("shop".to_owned(), format!("orders-{number}"));
        kubernetes.apply(&key, &cloud.spec(&spec));
        keys.insert(key);
    }
    let process = Process::start(&cloud, &kubernetes, Fuse::default());
    process.settle(&keys).await.expect("nothing ends it");
    process.work_for(&keys, 2 * RESYNC).await.expect("nothing ends it");
    for key in &keys {
        let object = kubernetes.get(key).expect("it is there");
        assert!(is_ready(&object), "{}", verdict(&object));
    }
    (cloud, kubernetes, process, keys)
}

fn calls(cloud: &Cloud) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for call in cloud.simulator.calls(Some(ACCOUNT)) {
        *counted.entry(call.operation).or_default() += 1;
    }
    counted
}

#[tokio::test(flavor = "current_thread")]
async fn lists_are_read_once_for_all_objects() {
    let (cloud, _kubernetes, process, keys) = kept("eu-resync-1").await;
    cloud.simulator.clear_calls(Some(ACCOUNT));
    // Each object has at least five passes and at most seven.
    process.work_for(&keys, 5 * RESYNC).await.expect("nothing ends it");
    let calls = calls(&cloud);
    assert!(cloud.simulator.calls(Some(ACCOUNT)).iter().all(|call| !call.mutating), "{calls:?}");
    for list in ["DescribeVpcEndpoints", "GetRestApis", "DescribeRules"] {
        let times = calls[list];
        assert!((5..=8).contains(&times), "{list}: {times} times, {calls:?}");
    }
    let stages = calls["GetStages"];
    assert!((5 * OBJECTS..=8 * OBJECTS).contains(&stages), "each stage is read with the lists: {stages}, {calls:?}");
}

/// What is only observed, and is not as it should be, is judged by what AWS has in each pass, and has nobody else read anything.
#[tokio::test(flavor = "current_thread")]
async fn an_observed_object_with_differences_costs_others_nothing() {
    let (cloud, kubernetes, process, mut keys) = kept("eu-resync-3").await;
    let observed = ("shop".to_owned(), "observed".to_owned());
    let mut spec = golden::example(doors().swap_remove(1).0);
    spec["managementPolicy"] = json!("Observe");
    kubernetes.apply(&observed, &cloud.spec(&spec));
    keys.insert(observed);
    process.work_for(&keys, 2 * RESYNC).await.expect("nothing ends it");
    cloud.simulator.clear_calls(Some(ACCOUNT));
    process.work_for(&keys, 5 * RESYNC).await.expect("nothing ends it");
    let calls = calls(&cloud);
    let times = calls["GetRestApis"];
    assert!(
        (10..=15).contains(&times),
        "eight for all, and one for each of its at most seven passes: {times}, {calls:?}"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn what_others_change_is_found_and_put_right_at_the_next_resync() {
    let (cloud, _kubernetes, process, keys) = kept("eu-resync-2").await;
    let third = owner(keys.iter().nth(2).expect("there are more"));
    let rule = cloud.part(&third, "rule");
    let delete = Change::Rule(RuleChange::Delete { arn: rule.clone() });
    cloud.aws().execute(&delete).await.expect("it is there");
    cloud.simulator.clear_calls(Some(ACCOUNT));
    // The lists may be of a moment before.
    process.work_for(&keys, 2 * RESYNC).await.expect("nothing ends it");
    assert_ne!(cloud.part(&third, "rule"), rule);
    let created = calls(&cloud)["CreateRule"];
    assert_eq!(created, 1, "by one object, once");
}
