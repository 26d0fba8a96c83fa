//! The process ends, or an answer is lost, at every single call that changes something: the end is the same.

use std::collections::BTreeSet;

use aws_sim::gates::consistency::Consistency;
use frontdoor::tags::Owner;
use serde_json::Value;

use crate::cloud::Cloud;
use crate::digest::{differences, digest};
use crate::fuse::{Cut, Fuse};
use crate::golden::{self, Case};
use crate::kubernetes::{Key, Kubernetes};
use crate::process::{Process, is_ready, owner, verdict};

/// One front door in an account of its own.
pub struct Life {
    pub cloud: Cloud,
    pub kubernetes: Kubernetes,
    pub key: Key,
}

impl Life {
    /// As the spec says, reached without trouble.
    pub async fn at(region: &str, spec: Option<&Value>) -> Self {
        let cloud = Cloud::new(region, 1).await;
        let kubernetes = Kubernetes::new(&cloud.time, 1);
        let life = Self { cloud, kubernetes, key: ("shop".to_owned(), "orders".to_owned()) };
        if spec.is_some() {
            life.turn(spec);
            life.see_through(Fuse::default()).await;
            life.check(spec, "before the change");
        }
        life
    }

    pub fn copy(&self, seed: u64) -> Self {
        let cloud = self.cloud.copy(seed);
        let kubernetes = self.kubernetes.copy(&cloud.time);
        Self { cloud, kubernetes, key: self.key.clone() }
    }

    pub fn owner(&self) -> Owner {
        owner(&self.key)
    }

    /// The user's change; without a spec the object is deleted.
    pub fn turn(&self, to: Option<&Value>) {
        match to {
            Some(spec) => self.kubernetes.apply(&self.key, &self.cloud.spec(spec)),
            None => self.kubernetes.delete(&self.key),
        }
    }

    /// A process that is cut short, and another that ends its work. Answers how many changing calls the first one made.
    pub async fn see_through(&self, fuse: Fuse) -> usize {
        let keys = BTreeSet::from([self.key.clone()]);
        let process = Process::start(&self.cloud, &self.kubernetes, fuse.clone());
        if process.settle(&keys).await.is_err() {
            drop(process);
            // What the status said is no part of the memory.
            if fuse.changes().is_multiple_of(2) {
                self.kubernetes.wipe_status(&self.key);
            }
            Process::start(&self.cloud, &self.kubernetes, Fuse::default()).settle(&keys).await.expect("no other cut");
        }
        fuse.changes()
    }

    pub fn check(&self, to: Option<&Value>, when: &str) {
        let object = self.kubernetes.get(&self.key);
        match (to, object) {
            (Some(_), Some(object)) => assert!(is_ready(&object), "{when}: {}", verdict(&object)),
            (None, None) => {
                let left = self.cloud.owned(&self.owner());
                assert!(left.is_empty(), "{when}, after the deletion: {left:#?}");
            }
            (_, object) => panic!("{when}: {:#?}", object.map(|object| object.metadata)),
        }
    }
}

/// Every way to be cut short at a call, or, in a short run, one of them.
fn cuts(number: usize) -> Vec<Cut> {
    if std::env::var_os("FAULT_CUTS").is_some() { Cut::ALL.to_vec() } else { vec![Cut::ALL[number % Cut::ALL.len()]] }
}

/// Makes the change once as it should go, then once for each of its changing calls and each way to be cut short there.
async fn cut_everywhere(name: &str, Case { from, to }: Case) {
    let base = Life::at(&format!("eu-{name}-1"), from.as_ref()).await;
    let (to, example) = (to.as_ref(), base.copy(2));
    example.turn(to);
    let changes = example.see_through(Fuse::default()).await;
    example.check(to, "undisturbed");
    let expected = digest(&example.cloud, &example.owner()).await;
    let mut lives = 0;
    for number in 0..changes {
        for cut in cuts(number) {
            lives += 1;
            let when = format!("{name}, {cut:?} {number} of {changes}");
            let life = base.copy(3 + number as u64);
            life.turn(to);
            life.see_through(Fuse::at(number, cut)).await;
            life.check(to, &when);
            let found = digest(&life.cloud, &life.owner()).await;
            assert!(found == expected, "{when}: {:#?}", differences(&found, &expected));
        }
    }
    println!("{name}: {changes} changing calls, {lives} lives");
}

/// Tests by the name of what is created or deleted, or of the golden case.
macro_rules! cut_everywhere {
    ($($name:ident: $case:expr;)*) => {$(
        #[tokio::test]
        async fn $name() {
            cut_everywhere(&stringify!($name).replace('_', "-"), $case).await;
        }
    )*};
}

fn create(example: &str) -> Case {
    Case { from: None, to: Some(golden::example(example)) }
}

fn delete(example: &str) -> Case {
    Case { from: Some(golden::example(example)), to: None }
}

/// The subnets of the simulator's default world have no IPv6 ranges.
fn attributes() -> Case {
    let mut case = golden::case("change-load-balancer-attributes");
    case.to.iter_mut().for_each(|spec| golden::set(spec, "/loadBalancer/create/ipAddressType", Value::Null));
    case
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
        life.cloud.simulator.set_consistency(Consistency { lag_seconds: 15.0, probability: 0.9 });
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
    let before = base.cloud.census();
    for number in 0..changes {
        let life = base.copy(3 + number as u64);
        life.cloud.simulator.set_consistency(Consistency { lag_seconds: 15.0, probability: 0.9 });
        life.turn(Some(&to));
        let keys = BTreeSet::from([life.key.clone()]);
        let process = Process::start(&life.cloud, &life.kubernetes, Fuse::at(number, Cut::After));
        process.settle(&keys).await.expect_err("it is cut");
        life.turn(None);
        Process::start(&life.cloud, &life.kubernetes, Fuse::default()).settle(&keys).await.expect("no other cut");
        life.check(None, &format!("deleted at {number} of {changes}"));
        life.cloud.simulator.clock().advance(std::time::Duration::from_mins(10));
        assert_eq!(life.cloud.census(), before, "deleted at {number} of {changes}");
    }
}

cut_everywhere! {
    create_everything: create("alb-lambda");
    create_behind_what_exists: create("existing-alb-and-endpoint");
    delete_everything: delete("alb-lambda");
    delete_behind_what_exists: delete("existing-alb-and-endpoint");
    delete_with_the_endpoint_retained: golden::case("delete-retain-endpoint");
    change_api_key_and_media_types: golden::case("change-api-key-and-media-types");
    change_clients: golden::case("change-clients");
    change_endpoint_replaced_beside_itself: golden::case("change-endpoint-replaced-beside-itself");
    change_endpoint_replaced_by_a_given_one: golden::case("change-endpoint-replaced-by-a-given-one");
    change_only_subnet_moved: golden::case("change-only-subnet-moved");
    change_subnet_moved_within_its_zone: golden::case("change-subnet-moved-within-its-zone");
    change_function_replaced: golden::case("change-function-replaced");
    change_given_security_groups: golden::case("change-given-security-groups");
    change_health_check: golden::case("change-health-check");
    change_http_to_https: golden::case("change-http-to-https");
    change_load_balancer_attributes: attributes();
    change_policy_document: golden::case("change-policy-document");
    change_policy_widened: golden::case("change-policy-widened");
    change_route_added: golden::case("change-route-added");
    change_rule_conditions: golden::case("change-rule-conditions");
    change_rule_path: golden::case("change-rule-path");
    change_rules_reordered: golden::case("change-rules-reordered");
    change_security_policy: golden::case("change-security-policy");
    change_stage_renamed_behind_a_hidden_one: golden::case("change-stage-renamed-behind-a-hidden-one");
    change_stage_settings: golden::case("change-stage-settings");
    change_tags: golden::case("change-tags");
}
