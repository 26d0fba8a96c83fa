//! What AWS refuses.

use super::*;

fn refused(node: Node, message: &str, second: Option<i64>) -> Failure {
    let (message, next_attempt) = (message.to_owned(), second.map(at));
    Failure { node: Some(node), reason: Reason::RequestRefused, message, next_attempt }
}

const NOW: &str = "; to try now: kubectl annotate pafd/orders frontdoor.privateapi.dev/reconcile-now=\"$(date +%s)\" --overwrite --namespace shop";

#[test]
fn every_refused_step_is_named_with_the_first_next_attempt_and_the_way_to_try_now() {
    let failures =
        || vec![refused(Node::Listener, "no policy", Some(60)), refused(Node::LoadBalancer, "no bucket", Some(30))];
    let before = first(kept(&[], Snapshot::default(), Plan::default(), failures()));
    let (listener, both) = ("no policy; no bucket; next attempt at 1970-01-01T00:00:30Z", "1970-01-01T00:00:30Z");
    assert_eq!(condition(&before, "LoadBalancerReady").message, listener);
    for kind in ["Ready", "Stalled"] {
        assert_eq!(condition(&before, kind).message, format!("no policy; no bucket; next attempt at {both}{NOW}"));
    }
    assert_eq!(condition(&before, "EndpointReady").status, "True");
    // Only another schedule is another status.
    assert_eq!(status(&report(2, kept(&[], Snapshot::default(), Plan::default(), failures())), &before), before);
}

#[test]
fn what_comes_after_a_refused_step_is_blocked_and_other_parts_go_on() {
    let mut plan = Plan {
        refused: vec![Step {
            node: Node::RestApi,
            change: Change::RestApi(RestApiChange::Delete { id: "api1".to_owned() }),
            differences: Vec::new(),
            replaces: None,
        }],
        blocked: vec![Blocked { node: Node::Rule("0".to_owned()), what: "create", on: vec![Node::RestApi] }],
        waiting: vec![Waiting { node: Node::VpcEndpoint, what: "vpce-1 is pending".to_owned() }],
        ..Plan::default()
    };
    let failures = || vec![refused(Node::RestApi, "no", Some(60))];
    let reasons = |plan: Plan| {
        let status = first(kept(&[], Snapshot::default(), plan, failures()));
        assert_eq!(told(&status)[..2], ["Ready False RequestRefused", "Stalled True RequestRefused"]);
        let of = |kind| condition(&status, kind).reason.clone();
        assert_eq!((of("EndpointReady").as_str(), of("ApiReady").as_str()), ("WaitingForAws", "RequestRefused"));
        (of("LoadBalancerReady"), condition(&status, "LoadBalancerReady").message.clone())
    };
    let blocked = "rule/0: create after rest-api, blocked by rest-api: apigateway:DeleteRestApi";
    assert_eq!(reasons(plan.clone()), ("Blocked".to_owned(), blocked.to_owned()));
    // What comes after something else as well still makes progress.
    plan.blocked.push(Blocked { node: Node::Listener, what: "create", on: vec![Node::LoadBalancer] });
    assert_eq!(reasons(plan).0, "Progressing");
}

#[test]
fn a_refused_deletion_stalls_and_says_when_it_is_tried_again() {
    let failures = vec![refused(Node::RestApi, "delete the base path mappings first", Some(60))];
    let status = first(Finding::Deleting(Box::new(Remains { plan: Plan::default(), failures })));
    assert_eq!(told(&status)[..2], ["Ready False RequestRefused", "Stalled True RequestRefused"]);
    let expected = format!("delete the base path mappings first; next attempt at 1970-01-01T00:01:00Z{NOW}");
    assert_eq!(condition(&status, "Stalled").message, expected);
}

#[test]
fn a_list_of_refusals_has_a_limit_and_says_how_many_more_there_are() {
    let long = |count: usize| {
        let failures = (0..count).map(|_| refused(Node::TargetGroup, &"é".repeat(1000), Some(60))).collect();
        let status = first(kept(&[], Snapshot::default(), Plan::default(), failures));
        condition(&status, "Stalled").message.clone()
    };
    assert!(long(10).len() < 5000 && long(10).contains("; and 8 more; next attempt at "), "{}", long(10));
    let failures = vec![refused(Node::TargetGroup, &"é".repeat(100_000), None)];
    let status = first(kept(&[], Snapshot::default(), Plan::default(), failures));
    assert!(condition(&status, "Stalled").message.len() < 5000);
}

#[test]
fn a_read_that_is_denied_is_told_by_its_part_and_other_parts_go_on() {
    let denied = Fault {
        node: Node::TargetGroup,
        cause: FaultCause::ReadDenied,
        message: "lacks elasticloadbalancing:DescribeTargetHealth".to_owned(),
    };
    let plan = Plan { faults: vec![denied.clone()], ..Plan::default() };
    let status = first(kept(&[], Snapshot::default(), plan.clone(), Vec::new()));
    let expected = ["Ready False AccessDenied", "Stalled True AccessDenied", "ControlPlaneReachable True Reachable"];
    assert_eq!(told(&status)[..3], expected);
    assert_eq!(
        told(&status)[3..],
        [
            "EndpointReady True Ready",
            "ApiReady True Ready",
            "LoadBalancerReady True Ready",
            "TargetsReady False AccessDenied"
        ]
    );
    assert!(condition(&status, "Ready").message.contains("DescribeTargetHealth"));
    // What is wrong with the part itself comes first.
    let broken = Fault { cause: FaultCause::Resource, message: "broken".to_owned(), ..denied };
    let faults = [plan.faults.clone(), vec![broken]].concat();
    let status = first(kept(&[], Snapshot::default(), Plan { faults, ..Plan::default() }, Vec::new()));
    assert_eq!(condition(&status, "TargetsReady").reason, "ResourceFault");
    let status = first(Finding::Deleting(Box::new(Remains { plan, failures: Vec::new() })));
    assert_eq!(told(&status)[..2], ["Ready False AccessDenied", "Stalled True AccessDenied"]);
}
