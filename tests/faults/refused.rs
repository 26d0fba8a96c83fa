//! AWS refuses one step: everything that does not rely on it is done, waits go on, and the step itself is sent again in its time.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sim::gates::fault::{Fault, Kind};
use frontdoor::change::{Change, RestApiChange};
use frontdoor::controller::Deed;
use frontdoor::controller::pass::{Subject, keep, tear_down};
use frontdoor::node::Node;
use frontdoor::plan::Plan;
use frontdoor::status::Finding;
use serde_json::Value;

use crate::crash::{Life, create};
use crate::fuse::Fuse;
use crate::golden::{self, Case};
use crate::kubernetes::RECONCILE_NOW;
use crate::process::Process;
use crate::watched::{Example, LONG, Watched};

/// Longer than any wait for another try, jitter included.
const LONGEST_WAIT: Duration = Duration::from_mins(12);

/// The changing operation that was refused.
fn refused(life: &Life) -> String {
    let calls = life.cloud.simulator.calls(None);
    let call = calls.iter().find(|call| call.fault.as_deref() == Some("Refuse")).expect("a refused call");
    call.operation.clone()
}

/// Waits that double from a minute, but for one that is a poll after a change that lists may not show yet. Before a deployment its definition is
/// written once more, which AWS takes some seconds for.
fn check_waits(gaps: &[u64], operation: &str, when: &str) {
    let before = if operation == "CreateDeployment" { 60 } else { 0 };
    let after_poll = usize::from(gaps.first().is_some_and(|gap| *gap < 54));
    assert!(gaps.len() >= 4, "{when}: {gaps:?}");
    assert!(gaps.iter().take(after_poll).all(|gap| *gap >= 19), "{when}: {gaps:?}");
    for (gap, least) in gaps.iter().skip(after_poll).zip([54, 108, 216, 432, 540]) {
        assert!(*gap >= least && *gap <= least * 11 / 9 + 1 + before, "{when}: {gap} s, {gaps:?}");
    }
}

/// Refuses each changing call in turn, or in a short run every one of so many. What must be told and done as long as it is, and what once it is not.
async fn refuse_each(name: &str, case: Case, step: usize) {
    let example = Example::of(name, case).await;
    let step = if std::env::var_os("FAULT_CUTS").is_some() { 1 } else { step };
    let (mut refused_ones, mut lives) = (0, 0);
    for number in (0..example.calls).step_by(step) {
        lives += 1;
        let watched = Watched::refuse(&example.base, example.to.as_ref(), number).await;
        let (operation, when) = (refused(&watched.life), format!("{name}, {number} of {}", example.calls));
        let when = format!("{when}, {operation}");
        if watched.is_done(example.to.as_ref()) {
            // The step became another one, which was not refused.
            example.check_end(&watched, &when).await;
            continue;
        }
        check_told(&watched, &operation, &when);
        check_waits(&watched.gaps(), &operation, &when);
        example.check_calls(&watched, &when);
        check_left(&watched, example.to.as_ref(), &when).await;

        // It goes on by itself once nothing is refused any more.
        watched.life.cloud.refuse.lift();
        watched.work_for(LONGEST_WAIT).await;
        watched.settle().await;
        example.check_end(&watched, &when).await;
        refused_ones += 1;
    }
    assert!(refused_ones * 2 > lives, "{name}: {refused_ones} of {lives}");
}

/// The status names the call, and says when it is tried again and how to have it tried now.
fn check_told(watched: &Watched, operation: &str, when: &str) {
    let (status, reason, message) = watched.condition("Stalled");
    assert_eq!((status.as_str(), reason.as_str()), ("True", "RequestRefused"), "{when}: {message}");
    assert_eq!(watched.condition("Reconciling"), Default::default(), "{when}");
    let command = format!("kubectl annotate pafd/{} {RECONCILE_NOW}=\"$(date +%s)\" --overwrite", watched.life.key.1);
    for part in ["it is not to be", "; next attempt at ", "; to try now: ", &command] {
        assert!(message.contains(part), "{when}: {part} in {message}");
    }
    // The SDK's names differ from AWS's for some.
    let known = [operation.trim_end_matches("Endpoints"), "Stage", "RestApi", "Tag", "Permission"];
    assert!(known.iter().any(|known| message.contains(known)), "{when}: {message}");
}

/// Nothing is left but what was refused and what comes after it.
async fn check_left(watched: &Watched, to: Option<&Value>, when: &str) {
    let (life, owner) = (&watched.life, watched.life.owner());
    let object = watched.object();
    let subject = Subject { owner: &owner, spec: &object.spec, settled: true };
    life.cloud.simulator.clear_calls(None);
    let result = match to {
        Some(_) => keep(&life.cloud.aws(), subject, None).await,
        None => Box::pin(tear_down(&life.cloud.aws(), subject, None)).await,
    };
    let plan: Plan = match result.finding {
        Finding::Kept(kept) => kept.plan,
        Finding::Deleting(remains) => remains.plan,
        other => panic!("{when}: {other:?}"),
    };
    // A process that has just started does not know what it wrote.
    let is_new = |deed: &&Deed| !matches!(deed.step.change, Change::RestApi(RestApiChange::Put { .. }));
    let done: Vec<&Deed> = result.deeds.iter().filter(is_new).collect();
    assert!(done.is_empty(), "{when}: {done:?} was left to do");
    // Before a deployment it writes the definition, and waits until AWS has taken that.
    let updates = plan.waiting.iter().any(|waiting| waiting.node == Node::RestApi);
    assert!(plan.refused.len() == 1 || updates, "{when}: {plan}");
    assert!(plan.ready.is_empty() && plan.faults.is_empty(), "{when}: {plan}");
    for blocked in &plan.blocked {
        let waits = plan.waiting.iter().any(|waiting| blocked.on.contains(&waiting.node));
        assert!(waits || updates || !plan.refusals_before(blocked).is_empty(), "{when}: {blocked:?} of {plan}");
    }
}

/// Tests by the name of what is created or deleted, or of the golden case.
macro_rules! refuse_each {
    ($step:expr; $($name:ident: $case:expr;)*) => {$(
        #[tokio::test]
        async fn $name() {
            refuse_each(&stringify!($name).replace('_', "-"), $case, $step).await;
        }
    )*};
}

refuse_each! { 1;
    create_everything: create("alb-lambda");
    delete_everything: Case { from: Some(golden::example("alb-lambda")), to: None };
    change_stage_settings: golden::case("change-stage-settings");
}

refuse_each! { 3;
    create_behind_what_exists: create("existing-alb-and-endpoint");
    create_on_an_api_that_exists: golden::case("create-existing-api-managed");
    delete_behind_what_exists: Case { from: Some(golden::example("existing-alb-and-endpoint")), to: None };
    delete_with_the_endpoint_retained: golden::case("delete-retain-endpoint");
    change_clients: golden::case("change-clients");
    change_endpoint_policy: golden::case("change-endpoint-policy");
    change_function_replaced: golden::case("change-function-replaced");
    change_health_check: golden::case("change-health-check");
    change_http_to_https: golden::case("change-http-to-https");
    change_rules_reordered: golden::case("change-rules-reordered");
    change_rule_added_before_others: golden::case("change-rule-added-before-others");
    change_stage_renamed: golden::case("change-stage-renamed");
    change_subnet_added: golden::case("change-subnet-added");
    change_tags: golden::case("change-tags");
}

/// What is not done, by the operation that is refused: the table that the graph of parts must come to.
async fn check_missing(name: &str, case: Case, expected: &[(&str, &[&str])]) {
    let example = Example::of(name, case).await;
    let mut rows = BTreeSet::new();
    for number in 0..example.calls {
        let watched = Watched::refuse(&example.base, example.to.as_ref(), number).await;
        let operation = refused(&watched.life);
        let missing: BTreeSet<String> = example.missing(&watched).into_keys().filter(|it| *it != operation).collect();
        let row = expected.iter().position(|(refused, rest)| {
            *refused == operation && missing == rest.iter().map(|it| (*it).to_owned()).collect()
        });
        rows.insert(row.unwrap_or_else(|| panic!("{name} without {operation}, {number}: {missing:?}")));
    }
    assert_eq!(rows.len(), expected.len(), "{name}: {rows:?}");
}

#[tokio::test]
async fn a_deletion_does_all_that_does_not_come_after_what_is_refused() {
    let case = Case { from: Some(golden::example("alb-lambda")), to: None };
    let balancer: &[&str] = &[
        "DeleteTargetGroup",
        "RemovePermission",
        "DeleteRestApi",
        "DeleteVpcEndpoints",
        "RevokeSecurityGroupEgress",
        "RevokeSecurityGroupIngress",
        "DeleteSecurityGroup",
    ];
    let expected = [
        ("DeleteLoadBalancer", balancer),
        ("DeleteTargetGroup", &["DeleteVpcEndpoints", "RevokeSecurityGroupIngress", "DeleteSecurityGroup"]),
        ("RemovePermission", &["DeleteRestApi"]),
        ("DeleteRestApi", &[]),
        ("DeleteVpcEndpoints", &["RevokeSecurityGroupIngress", "DeleteSecurityGroup"]),
        ("RevokeSecurityGroupEgress", &["DeleteSecurityGroup"]),
        ("RevokeSecurityGroupIngress", &["DeleteSecurityGroup"]),
        ("DeleteSecurityGroup", &[]),
    ];
    let expected: &[(&str, &[&str])] = &expected;
    check_missing("table-delete", case, expected).await;
}

#[tokio::test]
async fn a_create_does_all_that_does_not_come_after_what_is_refused() {
    let expected: &[(&str, &[&str])] = &[
        // Of the endpoint, and of the load balancer.
        (
            "CreateSecurityGroup",
            &[
                "AuthorizeSecurityGroupIngress",
                "AuthorizeSecurityGroupEgress",
                "CreateVpcEndpoint",
                "CreateRestApi",
                "PutRestApi",
                "AddPermission",
                "CreateDeployment",
                "TagResource",
                "RegisterTargets",
                "CreateRule",
            ],
        ),
        (
            "CreateSecurityGroup",
            &[
                "AuthorizeSecurityGroupIngress",
                "AuthorizeSecurityGroupEgress",
                "RevokeSecurityGroupEgress",
                "CreateLoadBalancer",
                "CreateListener",
                "CreateRule",
            ],
        ),
        ("AuthorizeSecurityGroupIngress", &[]),
        ("AuthorizeSecurityGroupEgress", &["RevokeSecurityGroupEgress"]),
        ("RevokeSecurityGroupEgress", &[]),
        (
            "CreateVpcEndpoint",
            &[
                "CreateRestApi",
                "PutRestApi",
                "AddPermission",
                "CreateDeployment",
                "TagResource",
                "RegisterTargets",
                "CreateRule",
            ],
        ),
        ("CreateRestApi", &["PutRestApi", "AddPermission", "CreateDeployment", "TagResource", "CreateRule"]),
        ("PutRestApi", &["CreateDeployment", "TagResource", "CreateRule"]),
        ("AddPermission", &["CreateDeployment", "TagResource", "CreateRule"]),
        ("CreateDeployment", &["TagResource", "CreateRule"]),
        ("TagResource", &[]),
        ("CreateTargetGroup", &["ModifyTargetGroupAttributes", "RegisterTargets", "CreateRule"]),
        ("ModifyTargetGroupAttributes", &[]),
        ("RegisterTargets", &["CreateRule"]),
        ("CreateLoadBalancer", &["CreateListener", "CreateRule"]),
        ("CreateListener", &["CreateRule"]),
        ("CreateRule", &[]),
    ];
    check_missing("table-create", create("alb-lambda"), expected).await;
}

/// The number of the call among those of an undisturbed run that asks for this operation first.
async fn number_of(base: &Life, to: Option<&Value>, operation: &str) -> usize {
    let life = base.copy(2);
    life.cloud.simulator.clear_calls(None);
    life.turn(to);
    life.see_through(Fuse::default()).await;
    let calls = life.cloud.simulator.calls(None);
    let mut changing = calls.iter().filter(|call| call.mutating);
    changing.position(|call| call.operation == operation).unwrap_or_else(|| panic!("no {operation}"))
}

/// A create of which this operation is refused.
async fn create_without(region: &str, operation: &str) -> Watched {
    let spec = golden::example("alb-lambda");
    let base = Life::steady_at(region, None).await;
    let number = number_of(&base, Some(&spec), operation).await;
    Watched::refuse(&base, Some(&spec), number).await
}

#[tokio::test]
async fn the_other_parts_are_ready_and_what_is_held_up_is_told() {
    let watched = create_without("eu-refused-parts-1", "ModifyTargetGroupAttributes").await;
    for kind in ["EndpointReady", "ApiReady", "LoadBalancerReady"] {
        assert_eq!(watched.condition(kind).0, "True", "{:?}", watched.condition(kind));
    }
    let (status, reason, message) = watched.condition("TargetsReady");
    assert_eq!((status.as_str(), reason.as_str()), ("False", "RequestRefused"));
    assert!(message.contains("elasticloadbalancing:ModifyTargetGroupAttributes: "), "{message}");
    assert!(message.contains("; next attempt at "), "{message}");

    let watched = create_without("eu-refused-parts-2", "CreateListener").await;
    for (kind, reason) in [("EndpointReady", "Ready"), ("ApiReady", "Ready"), ("TargetsReady", "Blocked")] {
        assert_eq!(watched.condition(kind).1, reason, "{:?}", watched.condition(kind));
    }
    let by = "target-group: check targets after rule/*, blocked by listener: elasticloadbalancing:CreateListener";
    assert_eq!(watched.condition("TargetsReady").2, by);
}

#[tokio::test]
async fn the_status_is_written_for_each_try_and_for_no_poll() {
    let watched = create_without("eu-refused-quiet-1", "AuthorizeSecurityGroupIngress").await;
    let before = (watched.gaps().len(), watched.writes());
    // Targets that time out are looked at all the time.
    let reads = watched.life.cloud.simulator.calls(None).len();
    watched.work_for(Duration::from_hours(2)).await;
    let (tries, writes) = (watched.gaps().len() - before.0, watched.writes() - before.1);
    assert!(watched.life.cloud.simulator.calls(None).len() > reads + 100);
    assert!((11..=14).contains(&tries), "{tries} tries");
    assert!(writes <= tries + 1, "{writes} writes, {tries} tries");
}

/// Seconds from now to the next try after something has happened.
async fn next_try(watched: &Watched, happens: impl FnOnce(&Life)) -> u64 {
    // The next one by itself is minutes away.
    watched.work_for(LONG).await;
    let (tries, now) = (watched.life.cloud.refuse.times().len(), watched.life.cloud.time.now());
    happens(&watched.life);
    watched.work_for(LONGEST_WAIT).await;
    watched.life.cloud.refuse.times()[tries].since(now).as_secs()
}

#[tokio::test]
async fn the_annotation_asks_for_a_try_now_and_begins_the_waits_anew() {
    let watched = create_without("eu-refused-now-1", "ModifyTargetGroupAttributes").await;
    let tries = watched.gaps().len();
    let annotate = |life: &Life| life.kubernetes.annotate(&life.key, RECONCILE_NOW, "now");
    let passed = next_try(&watched, annotate).await;
    assert!(passed < 5, "{passed}");
    let gaps = watched.gaps();
    let after = gaps.iter().skip(tries).position(|gap| *gap < 100).map(|place| gaps[tries + place]);
    assert!(after.is_some(), "{gaps:?}");
}

#[tokio::test]
async fn another_spec_is_tried_at_once() {
    let watched = create_without("eu-refused-spec-1", "ModifyTargetGroupAttributes").await;
    let mut spec = golden::example("alb-lambda");
    golden::set(&mut spec, "/tags", serde_json::json!({"team": "shop"}));
    let passed = next_try(&watched, |life| life.turn(Some(&spec))).await;
    assert!(passed < 5, "{passed}");
    // One whose step is another one is not refused.
    golden::set(&mut spec, "/targetGroup", serde_json::json!({"deregistrationDelaySeconds": 77}));
    watched.life.turn(Some(&spec));
    watched.settle().await;
    watched.life.check(Some(&spec), "with another step");
}

#[tokio::test]
async fn a_process_that_does_not_know_tries_at_once() {
    let Watched { life, process } = create_without("eu-refused-restart-1", "ModifyTargetGroupAttributes").await;
    drop(process);
    let (tries, now) = (life.cloud.refuse.times().len(), life.cloud.time.now());
    let process = Process::start(&life.cloud, &life.kubernetes, Fuse::default());
    let watched = Watched { life, process };
    watched.work_for(Duration::from_mins(3)).await;
    let times = watched.life.cloud.refuse.times();
    assert!(times[tries].since(now).as_secs() < 5);
    // At once, once more when lists cannot be old any more, and a minute later.
    assert!((3..=4).contains(&(times.len() - tries)), "{:?}", watched.gaps());
}

#[tokio::test]
async fn a_permission_that_lacks_stops_nothing_else_and_is_tried_by_the_same_schedule() {
    let spec = golden::example("alb-lambda");
    let life = Life::at("eu-refused-denied-1", None).await;
    for operation in ["ModifyTargetGroupAttributes", "CreateListener"] {
        life.cloud.simulator.order_fault(Fault::on(Kind::Deny, operation));
    }
    life.turn(Some(&spec));
    let process = Process::start(&life.cloud, &life.kubernetes, Fuse::default());
    let watched = Watched { life, process };
    watched.work_for(LONG).await;
    let (_, reason, message) = watched.condition("Stalled");
    assert_eq!(reason, "AccessDenied");
    for part in ["ModifyTargetGroupAttributes", "CreateListener", "; next attempt at "] {
        assert!(message.contains(part), "{part} in {message}");
    }
    assert_eq!(watched.condition("ApiReady").0, "True");
    let calls = watched.life.cloud.simulator.calls(None);
    let tries = calls.iter().filter(|call| call.fault.is_some() && call.operation == "CreateListener").count();
    assert!((4..=7).contains(&tries), "{tries} tries in half an hour");
    watched.life.cloud.simulator.clear_faults();
    watched.work_for(LONGEST_WAIT).await;
    watched.settle().await;
    watched.life.check(Some(&spec), "once it may");
}
