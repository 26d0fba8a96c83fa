//! The process ends, or an answer is lost, at every single call that changes something: the end is the same.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

use frontdoor::change::{Change, RuleChange, TargetGroupChange, VpcEndpointChange};
use frontdoor::tags::Owner;
use serde_json::Value;

use crate::cloud::{Cloud, Locks};
use crate::digest::{DEPLOYMENT, differences, digest};
use crate::foreign::{self, Everything};
use crate::fuse::{Cut, Fuse};
use crate::golden::{self, Case};
use crate::kubernetes::{Key, Kubernetes};
use crate::process::{Process, is_ready, owner, verdict};

/// One front door in an account of its own.
pub struct Life {
    pub cloud: Cloud,
    pub kubernetes: Kubernetes,
    pub key: Key,
    /// What there was before the front door.
    before: Rc<Everything>,
}

impl Life {
    /// As the spec says, reached without trouble.
    pub async fn at(region: &str, spec: Option<&Value>) -> Self {
        Self::on(Cloud::new(region, 1, Locks::Drawn).await, spec).await
    }

    /// The same where two runs make the same calls and writes.
    pub async fn steady_at(region: &str, spec: Option<&Value>) -> Self {
        Self::on(Cloud::new(region, 1, Locks::Steady).await, spec).await
    }

    async fn on(mut cloud: Cloud, spec: Option<&Value>) -> Self {
        cloud.retains = spec.is_some_and(|spec| spec["deletionPolicy"] == "Retain");
        let kubernetes = Kubernetes::new(&cloud.time, 1);
        let before = Rc::new(foreign::everything(&cloud));
        foreign::forbid(&cloud);
        // Some of the specs manage it.
        cloud.guard.allow(&cloud.here("a1b2c3d4e5").expect("the given API"));
        let life = Self { cloud, kubernetes, key: ("shop".to_owned(), "orders".to_owned()), before };
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
        Self { cloud, kubernetes, key: self.key.clone(), before: self.before.clone() }
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
        let (_, trespasses) = self.cloud.guard.found();
        assert!(trespasses.is_empty(), "{when}: {trespasses:#?}");
    }

    /// Of a front door that was deleted, nothing is left, and all else is as it was before it.
    pub fn check_nothing_left(&self, when: &str) {
        // What AWS takes away by itself is gone then.
        self.cloud.simulator.clock().advance(Duration::from_mins(10));
        let mut changed = foreign::differences(&self.before, &foreign::everything(&self.cloud));
        // A given API keeps the deployments that were made for its stage; the digest tells the rest of it.
        let given = format!("(\"API\", {:?}) was ", self.cloud.here("a1b2c3d4e5").expect("the given API"));
        changed.retain(|change| !change.starts_with(&given));
        assert!(changed.is_empty(), "{when}: {changed:#?}");
    }

    /// The changing calls of AWS so far.
    fn aws_changes(&self) -> usize {
        self.cloud.simulator.calls(None).iter().filter(|call| call.mutating).count()
    }
}

/// How much of the changing calls a short run tries.
#[derive(Clone, Copy)]
enum Run {
    Every,
    Sixth,
}

/// Every way to be cut short at a call, or, in a short run, one of them, and none at calls that it leaves out.
fn cuts(number: usize, run: Run) -> Vec<Cut> {
    let step = if matches!(run, Run::Every) { 1 } else { 6 };
    if std::env::var_os("FAULT_CUTS").is_some() {
        Cut::ALL.to_vec()
    } else if number.is_multiple_of(step) {
        vec![Cut::ALL[number / step % Cut::ALL.len()]]
    } else {
        Vec::new()
    }
}

async fn cut_everywhere(name: &str, run: Run, Case { from, to }: Case) {
    let base = Life::at(&format!("eu-{name}-1"), from.as_ref()).await;
    // Nothing is held back of what was there before, and nothing of it is changed.
    let whole = to.is_none() && from.is_some_and(|spec| !spec.to_string().contains("Retain"));
    cut_after(name, run, &base, to.as_ref(), whole).await;
}

/// Makes the change once as it should go, then once for each of its changing calls and each way to be cut short there.
async fn cut_after(name: &str, run: Run, base: &Life, to: Option<&Value>, whole: bool) {
    let example = base.copy(2);
    example.turn(to);
    let changes = example.see_through(Fuse::default()).await;
    example.check(to, "undisturbed");
    assert!(example.aws_changes() > 0, "{name} changes nothing in AWS");
    let expected = digest(&example.cloud, &example.owner(), to).await;
    let mut lives = 0;
    for number in 0..changes {
        for cut in cuts(number, run) {
            lives += 1;
            let when = format!("{name}, {cut:?} {number} of {changes}");
            let life = base.copy(3 + number as u64);
            life.turn(to);
            life.see_through(Fuse::at(number, cut)).await;
            life.check(to, &when);
            let found = digest(&life.cloud, &life.owner(), to).await;
            assert!(found == expected, "{when}: {}", differences(&found, &expected).join("\n"));
            if whole {
                life.check_nothing_left(&when);
            }
        }
    }
    println!("{name}: {changes} changing calls, {lives} lives");
}

/// Tests by the name of what is created or deleted, or of the golden case.
macro_rules! cut_everywhere {
    ($run:expr; $($name:ident: $case:expr;)*) => {$(
        #[tokio::test]
        async fn $name() {
            cut_everywhere(&stringify!($name).replace('_', "-"), $run, $case).await;
        }
    )*};
}

pub fn create(example: &str) -> Case {
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

cut_everywhere! { Run::Every;
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

cut_everywhere! { Run::Sixth;
    create_of_a_document: create("openapi-inline");
    create_on_an_api_that_exists: golden::case("create-existing-api-managed");
    delete_from_an_api_that_exists: golden::case("delete-existing-api-managed");
    delete_with_everything_retained: golden::case("delete-retain");
    delete_with_the_load_balancer_retained: golden::case("delete-retain-load-balancer");
    change_endpoint_address: golden::case("change-endpoint-address");
    change_only_endpoint_address: golden::case("change-only-endpoint-address");
    change_subnet_added: golden::case("change-subnet-added");
    change_subnet_removed: golden::case("change-subnet-removed");
    change_private_dns: golden::case("change-private-dns");
    change_endpoint_policy: golden::case("change-endpoint-policy");
    change_moved_to_another_vpc: golden::case("change-moved-to-another-vpc");
    change_listener_port: golden::case("change-listener-port");
    change_redirect_to_http: golden::case("change-redirect-to-http");
    change_http_to_https_with_redirect: golden::case("change-http-to-https-with-redirect");
    change_mutual_tls: golden::case("change-mutual-tls");
    change_load_balancer_taken_away: golden::case("change-load-balancer-taken-away");
    change_load_balancer_replaced_by_a_given_one: golden::case("change-load-balancer-replaced-by-a-given-one");
    change_rule_added_before_others: golden::case("change-rule-added-before-others");
    change_rule_priority: golden::case("change-rule-priority");
    change_stage_renamed: golden::case("change-stage-renamed");
    change_stage_cache: golden::case("change-stage-cache");
    change_routes_to_openapi: golden::case("change-routes-to-openapi");
    change_policy_statement: golden::case("change-policy-statement");
    change_aspects_of_an_api_released: golden::case("change-aspects-of-an-api-released");
    change_only_subnet_moved_and_stage_renamed: golden::case("change-only-subnet-moved-and-stage-renamed");
    change_success_codes: golden::case("change-success-codes");
    change_tags_added: golden::case("change-tags-added");
}

/// The deployment to go back to is one that another definition took the place of.
#[tokio::test]
async fn change_rollback() {
    let Case { from, to } = golden::case("change-rollback");
    let mut base = Life::at("eu-change-rollback-1", from.as_ref()).await;
    let first = base.cloud.deployment(&base.owner());
    base.cloud.name(DEPLOYMENT, &first);
    let mut changed = from.expect("a spec");
    golden::set(&mut changed, "/api/routes/0/path", "/orders".into());
    base.turn(Some(&changed));
    base.see_through(Fuse::default()).await;
    base.check(Some(&changed), "with another definition");
    assert_ne!(base.cloud.deployment(&base.owner()), first);
    cut_after("change-rollback", Run::Sixth, &base, to.as_ref(), false).await;
    // One that goes back and is not cut short ends there, as all others did.
    base.turn(to.as_ref());
    base.see_through(Fuse::default()).await;
    assert_eq!(base.cloud.deployment(&base.owner()), first);
}

/// Others take away a part of what is ours; the process is cut short while it puts that right.
async fn drift(name: &str, part: &str, change: impl FnOnce(String, &Cloud) -> Change) {
    let spec = golden::example("alb-lambda");
    let base = Life::at(&format!("eu-drift-{name}-1"), Some(&spec)).await;
    let change = change(base.cloud.part(&base.owner(), part), &base.cloud);
    base.cloud.aws().execute(&change).await.unwrap_or_else(|error| panic!("{error}"));
    cut_after(&format!("drift-{name}"), Run::Sixth, &base, Some(&spec), false).await;
}

#[tokio::test]
async fn drift_endpoint_deleted() {
    let delete = |id, _: &Cloud| Change::VpcEndpoint(VpcEndpointChange::Delete { id });
    drift("endpoint-deleted", "vpc-endpoint", delete).await;
}

#[tokio::test]
async fn drift_rule_deleted() {
    drift("rule-deleted", "rule", |arn, _: &Cloud| Change::Rule(RuleChange::Delete { arn })).await;
}

#[tokio::test]
async fn drift_targets_removed() {
    let deregister = |arn: String, cloud: &Cloud| {
        let addresses = cloud.targets(&arn);
        Change::TargetGroup(TargetGroupChange::Deregister { arn, addresses })
    };
    drift("targets-removed", "target-group", deregister).await;
}
