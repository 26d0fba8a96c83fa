//! Status after every way a pass can end.

mod access;
mod refusals;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use k8s_openapi::jiff::Timestamp;
use serde_json::{Value, json};

use super::{Failure, Finding, Kept, Reason, Remains, Report, status};
use crate::api::PrivateApiFrontDoorStatus;
use crate::change::{Change, RestApiChange};
use crate::desired::desired;
use crate::intent::Problem;
use crate::intent::tests::{api, endpoint, endpoint_only, intent, listener};
use crate::node::Node;
use crate::observed::{LoadBalancer, Snapshot};
use crate::plan::{Blocked, Fault, FaultCause, Notice, Plan, Step, Waiting};
use crate::tags::Tags;

fn at(second: i64) -> Time {
    Time(Timestamp::from_second(second).expect("a time"))
}

fn report(second: i64, finding: Finding) -> Report {
    Report { object: ("shop".to_owned(), "orders".to_owned()), generation: Some(3), now: at(second), finding }
}

fn kept(changes: &[(&str, Value)], snapshot: Snapshot, plan: Plan, failures: Vec<Failure>) -> Finding {
    let intent = intent(changes);
    let graph = desired(&intent);
    Finding::Kept(Box::new(Kept { intent, graph, snapshot, plan, failures }))
}

fn failure(reason: Reason, node: Option<Node>) -> Failure {
    Failure { node, reason, message: "it said no".to_owned(), next_attempt: None }
}

fn first(finding: Finding) -> PrivateApiFrontDoorStatus {
    status(&report(1, finding), &PrivateApiFrontDoorStatus::default())
}

/// Type, status and reason of each condition.
fn told(status: &PrivateApiFrontDoorStatus) -> Vec<String> {
    status.conditions.iter().map(|it| format!("{} {} {}", it.type_, it.status, it.reason)).collect()
}

fn condition<'a>(status: &'a PrivateApiFrontDoorStatus, kind: &str) -> &'a Condition {
    status.conditions.iter().find(|it| it.type_ == kind).expect("a condition")
}

#[test]
fn a_converged_front_door_is_ready_and_nothing_else() {
    let status = first(kept(&[], Snapshot::default(), Plan::default(), Vec::new()));
    assert_eq!(
        told(&status),
        [
            "Ready True Ready",
            "ControlPlaneReachable True Reachable",
            "EndpointReady True Ready",
            "ApiReady True Ready",
            "LoadBalancerReady True Ready",
            "TargetsReady True Ready",
        ]
    );
    assert_eq!(status.observed_generation, Some(3));
}

#[test]
fn without_a_load_balancer_nothing_is_said_of_one() {
    let status = first(kept(&endpoint_only(), Snapshot::default(), Plan::default(), Vec::new()));
    assert_eq!(status.conditions.len(), 4);
}

#[test]
fn waiting_is_work_and_a_fault_stalls() {
    let waiting = Plan {
        waiting: vec![Waiting { node: Node::VpcEndpoint, what: "vpce-1 is pending".to_owned() }],
        blocked: vec![Blocked { node: Node::Stage, what: "deploy", on: vec![Node::RestApi] }],
        ..Plan::default()
    };
    let status = first(kept(&[], Snapshot::default(), waiting, Vec::new()));
    assert_eq!(
        told(&status)[..5],
        [
            "Ready False WaitingForAws",
            "Reconciling True WaitingForAws",
            "ControlPlaneReachable True Reachable",
            "EndpointReady False WaitingForAws",
            "ApiReady False Progressing",
        ]
    );
    assert_eq!(condition(&status, "Ready").message, "vpce-1 is pending");
    assert_eq!(condition(&status, "ApiReady").message, "stage: deploy after rest-api");
    let faulty = Plan {
        faults: vec![Fault { node: Node::Listener, cause: FaultCause::Resource, message: "broken".to_owned() }],
        waiting: vec![Waiting { node: Node::VpcEndpoint, what: "pending".to_owned() }],
        ..Plan::default()
    };
    let status = first(kept(&[], Snapshot::default(), faulty, Vec::new()));
    assert_eq!(told(&status)[..2], ["Ready False ResourceFault", "Stalled True ResourceFault"]);
}

#[test]
fn failures_are_told_by_their_part_and_stall_only_when_a_person_is_needed() {
    let cases = [
        (Reason::AccessDenied, "Stalled"),
        (Reason::RequestRefused, "Stalled"),
        (Reason::Throttled, "Reconciling"),
        (Reason::AwsError, "Reconciling"),
        (Reason::ControlPlaneUnreachable, "Reconciling"),
    ];
    for (reason, kind) in cases {
        for node in [None, Some(Node::RestApi)] {
            let failures = vec![failure(reason, node)];
            let status = first(kept(&[], Snapshot::default(), Plan::default(), failures));
            assert_eq!(told(&status)[..2], [format!("Ready False {reason}"), format!("{kind} True {reason}")]);
            let reachable = condition(&status, "ControlPlaneReachable").status == "True";
            assert_eq!(reachable, reason != Reason::ControlPlaneUnreachable);
        }
    }
}

#[test]
fn a_failure_of_a_part_that_no_condition_is_about_is_not_lost() {
    let failures = vec![failure(Reason::AccessDenied, Some(Node::TargetGroup))];
    let status = first(kept(&endpoint_only(), Snapshot::default(), Plan::default(), failures));
    assert_eq!(told(&status)[..2], ["Ready False AccessDenied", "Stalled True AccessDenied"]);
}

#[test]
fn an_invalid_spec_stalls_with_every_problem() {
    let problems = vec![Problem::new("spec.a", "no"), Problem::new("spec.b", "neither")];
    let status = first(Finding::Invalid(problems));
    assert_eq!(
        told(&status),
        ["Ready False InvalidSpec", "Stalled True InvalidSpec", "ControlPlaneReachable True Reachable"]
    );
    assert_eq!(condition(&status, "Stalled").message, "spec.a: no; spec.b: neither");
}

/// What is told of the parts of a front door stays told while the front door stays.
#[test]
fn a_bad_edit_and_a_deletion_leave_what_was_known_of_the_parts() {
    let before = first(kept(&[], Snapshot::default(), Plan::default(), Vec::new()));
    let remains = Remains { plan: Plan::default(), failures: Vec::new() };
    let problem = || Problem::new("spec.a", "no");
    for finding in [
        Finding::Invalid(vec![problem()]),
        Finding::Unasked(problem()),
        Finding::Unreadable(problem()),
        Finding::Deleting(Box::new(remains)),
    ] {
        let after = status(&report(2, finding), &before);
        for kind in ["EndpointReady", "ApiReady", "LoadBalancerReady", "TargetsReady"] {
            assert_eq!(condition(&after, kind), condition(&before, kind));
        }
    }
}

#[test]
fn aws_is_called_reachable_only_after_an_answer() {
    let asked = |finding, before: &PrivateApiFrontDoorStatus| {
        condition(&status(&report(2, finding), before), "ControlPlaneReachable").status.clone()
    };
    let (new, open) =
        (PrivateApiFrontDoorStatus::default(), first(kept(&[], Snapshot::default(), Plan::default(), vec![])));
    let problem = || Problem::new("spec.a", "no");
    let unknown = |reason, answered| Finding::Unknown { failure: failure(reason, None), answered };
    assert_eq!(asked(Finding::Invalid(vec![problem()]), &new), "True");
    assert_eq!(asked(Finding::Unasked(problem()), &open), "Unknown");
    assert_eq!(asked(Finding::Unreadable(problem()), &new), "Unknown");
    assert_eq!(asked(Finding::Unreadable(problem()), &open), "True");
    assert_eq!(asked(unknown(Reason::AccessDenied, true), &open), "True");
    assert_eq!(asked(unknown(Reason::AccessDenied, false), &open), "Unknown");
    assert_eq!(asked(unknown(Reason::AwsError, false), &open), "Unknown");
    assert_eq!(asked(unknown(Reason::ControlPlaneUnreachable, false), &open), "False");
}

#[test]
fn what_was_known_stays_when_aws_cannot_be_asked() {
    let before = first(kept(&[], Snapshot::default(), Plan::default(), Vec::new()));
    let unknown = Finding::Unknown { failure: failure(Reason::ControlPlaneUnreachable, None), answered: false };
    let after = status(&report(2, unknown), &before);
    assert_eq!(told(&after)[0], "Ready Unknown ControlPlaneUnreachable");
    assert_eq!(condition(&after, "ControlPlaneReachable").status, "False");
    assert_eq!(condition(&after, "EndpointReady"), condition(&before, "EndpointReady"));
}

/// An API whose document requires a scheme that the spec accepts as unenforced, or requires none.
fn document_api(accepted: &[&str]) -> Value {
    let method =
        json!({"x-amazon-apigateway-integration": {"type": "mock", "responses": {"default": {"statusCode": "200"}}}});
    let mut document = json!({
        "openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": method}},
        "components": {"securitySchemes": {"jwt": {"type": "http", "scheme": "bearer"}}},
    });
    if !accepted.is_empty() {
        document["security"] = json!([{"jwt": []}]);
    }
    json!({"openApi": {"inline": document, "unenforcedSecuritySchemes": accepted}})
}

#[test]
fn what_stays_unenforced_is_told_until_another_definition_is_deployed() {
    let of = |accepted: &[&str], plan, before: &PrivateApiFrontDoorStatus| {
        let finding = kept(&[("api", document_api(accepted))], Snapshot::default(), plan, Vec::new());
        status(&report(1, finding), before)
    };
    let has = |status: &PrivateApiFrontDoorStatus| status.conditions.iter().any(|it| it.type_ == "SecurityUnenforced");
    let accepted = of(&["jwt"], Plan::default(), &PrivateApiFrontDoorStatus::default());
    let told = condition(&accepted, "SecurityUnenforced");
    assert_eq!((told.status.as_str(), told.reason.as_str()), ("True", "Accepted"));
    let expected = "API Gateway does not enforce jwt: clients are answered without it on GET /a";
    assert!(told.message.starts_with(expected), "{}", told.message);
    assert_eq!(condition(&accepted, "Ready").status, "True");
    let unknown = Finding::Unknown { failure: failure(Reason::ControlPlaneUnreachable, None), answered: false };
    assert!(has(&status(&report(2, unknown), &accepted)));
    let to_deploy =
        Plan { blocked: vec![Blocked { node: Node::Stage, what: "deploy", on: vec![] }], ..Plan::default() };
    let changed = of(&[], to_deploy, &accepted);
    assert!(has(&changed));
    assert!(!has(&of(&[], Plan::default(), &changed)));
}

#[test]
fn warnings_of_the_last_import_stay_known() {
    let of = |warnings: &[&str], definition: Option<&str>| {
        let mut api = api(true);
        api.import_warnings = warnings.iter().map(|&it| it.to_owned()).collect();
        api.definition = definition.map(str::to_owned);
        let changes = [("api", json!({"id": "api1", "stage": {"name": "live"}}))];
        kept(&changes, Snapshot { rest_apis: vec![api], ..Snapshot::default() }, Plan::default(), Vec::new())
    };
    let warnings = |status: &PrivateApiFrontDoorStatus| status.api.clone().expect("an API").import_warnings;
    let imported = first(of(&["a"], Some("hash")));
    assert_eq!(warnings(&imported), ["a"]);
    let later = status(&report(2, of(&[], None)), &imported);
    assert_eq!(warnings(&later), ["a"]);
    assert_eq!(warnings(&status(&report(3, of(&[], Some("hash"))), &later)), Vec::<String>::new());
}

#[test]
fn deletion_tells_what_is_waited_for() {
    let plan = Plan {
        waiting: vec![Waiting { node: Node::VpcEndpoint, what: "VPC endpoint vpce-1 is deleting".to_owned() }],
        ..Plan::default()
    };
    let status = first(Finding::Deleting(Box::new(Remains { plan, failures: Vec::new() })));
    assert_eq!(told(&status)[..2], ["Ready False Deleting", "Reconciling True Deleting"]);
    assert_eq!(condition(&status, "Ready").message, "VPC endpoint vpce-1 is deleting");
    let done = first(Finding::Deleting(Box::new(Remains { plan: Plan::default(), failures: Vec::new() })));
    assert_eq!(condition(&done, "Ready").message, "nothing that it created is left in AWS");
    let notices = vec![Notice { node: Node::Stage, message: "stage prod is in a usage plan".to_owned() }];
    let plan = Plan {
        blocked: vec![Blocked { node: Node::RestApi, what: "delete", on: vec![Node::LoadBalancer] }],
        notices,
        ..Plan::default()
    };
    let status = first(Finding::Deleting(Box::new(Remains { plan, failures: Vec::new() })));
    let expected = "rest-api: delete after load-balancer; stage prod is in a usage plan";
    assert_eq!(condition(&status, "Ready").message, expected);
}

#[test]
fn the_generation_that_was_ready_stays_known_until_another_is() {
    let of = |generation, plan| Report {
        generation: Some(generation),
        ..report(1, kept(&[], Snapshot::default(), plan, Vec::new()))
    };
    let missing =
        || Plan { blocked: vec![Blocked { node: Node::Stage, what: "deploy", on: vec![] }], ..Plan::default() };
    let mut told = PrivateApiFrontDoorStatus::default();
    let mut ready = Vec::new();
    for (generation, plan) in
        [(3, missing()), (3, Plan::default()), (3, missing()), (4, missing()), (4, Plan::default())]
    {
        told = status(&of(generation, plan), &told);
        ready.push(told.ready_generation);
    }
    assert_eq!(ready, [None, Some(3), Some(3), Some(3), Some(4)]);
    let suspended = Report { generation: Some(5), ..report(2, Finding::Suspended) };
    assert_eq!(status(&suspended, &told).ready_generation, Some(4));
}

#[test]
fn a_time_moves_only_with_its_status() {
    let fine = || kept(&[], Snapshot::default(), Plan::default(), Vec::new());
    let before = first(fine());
    assert_eq!(status(&report(2, fine()), &before), before);
    let failing = kept(&[], Snapshot::default(), Plan::default(), vec![failure(Reason::AwsError, Some(Node::Stage))]);
    let after = status(&report(3, failing), &before);
    let time = |kind| condition(&after, kind).last_transition_time.clone();
    assert_eq!((time("Ready"), time("ApiReady"), time("EndpointReady")), (at(3), at(3), at(1)));
}
