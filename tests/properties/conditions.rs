//! Conditions: a time moves only with its status, `Ready` follows from the others.

use std::collections::BTreeMap;

use frontdoor::api::PrivateApiFrontDoorStatus;
use frontdoor::desired::desired;
use frontdoor::intent::{Problem, Wanted, resolve};
use frontdoor::node::Node;
use frontdoor::plan::plan;
use frontdoor::status::{Failure, Finding, Kept, Reason, Remains, Report, status};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use k8s_openapi::jiff::Timestamp;
use proptest::prelude::*;

use crate::cloud::{Cloud, Crash};
use crate::drift::any_drift;
use crate::specs::any_spec;

const REASONS: [Reason; 5] = [
    Reason::AccessDenied,
    Reason::ControlPlaneUnreachable,
    Reason::Throttled,
    Reason::RequestRefused,
    Reason::AwsError,
];
const CONCERNS: [&str; 5] = ["ControlPlaneReachable", "EndpointReady", "ApiReady", "LoadBalancerReady", "TargetsReady"];

#[derive(Debug, Clone, Copy)]
enum Ending {
    Kept { failure: Option<(Reason, bool)> },
    Invalid,
    Unasked,
    Unreadable,
    Unknown(Reason, bool),
    Deleting(Option<Reason>),
}

fn ending() -> impl Strategy<Value = Ending> {
    let reason = || proptest::sample::select(REASONS.to_vec());
    prop_oneof![
        4 => Just(Ending::Kept { failure: None }),
        2 => (reason(), any::<bool>()).prop_map(|failure| Ending::Kept { failure: Some(failure) }),
        1 => Just(Ending::Invalid),
        1 => Just(Ending::Unasked),
        1 => Just(Ending::Unreadable),
        1 => (reason(), any::<bool>()).prop_map(|(reason, answered)| Ending::Unknown(reason, answered)),
        1 => proptest::option::of(reason()).prop_map(Ending::Deleting),
    ]
}

fn failure(reason: Reason, node: Option<Node>) -> Failure {
    Failure { node, reason, message: "said no".to_owned(), next_attempt: None }
}

fn finding(ending: Ending, cloud: &Cloud, spec: &frontdoor::api::PrivateApiFrontDoorSpec) -> Finding {
    let wanted = Wanted::of(spec);
    let intent = resolve(spec, &cloud.owner, &cloud.references(&wanted)).expect("a spec that can be had");
    let (graph, snapshot) = (desired(&intent), cloud.observe(&wanted));
    let plan = plan(&graph, &snapshot);
    match ending {
        Ending::Kept { failure: cause } => {
            let failures = cause.map(|(reason, node)| failure(reason, node.then_some(Node::TargetGroup)));
            Finding::Kept(Box::new(Kept { intent, graph, snapshot, plan, failures: failures.into_iter().collect() }))
        }
        Ending::Invalid => Finding::Invalid(vec![Problem::new("spec", "no")]),
        Ending::Unasked => Finding::Unasked(Problem::new("spec.region", "none")),
        Ending::Unreadable => Finding::Unreadable(Problem::new("spec", "no")),
        Ending::Unknown(reason, answered) => Finding::Unknown { failure: failure(reason, None), answered },
        Ending::Deleting(reason) => {
            let failures = reason.map(|reason| failure(reason, None)).into_iter().collect();
            Finding::Deleting(Box::new(Remains { plan, failures }))
        }
    }
}

fn by_type(status: &PrivateApiFrontDoorStatus) -> BTreeMap<&str, &Condition> {
    status.conditions.iter().map(|condition| (condition.type_.as_str(), condition)).collect()
}

fn check(report: &Report, now: &PrivateApiFrontDoorStatus, before: &PrivateApiFrontDoorStatus) {
    let (new, old) = (by_type(now), by_type(before));
    assert_eq!(new.len(), now.conditions.len(), "a type stands twice");
    for (kind, condition) in &new {
        let unchanged = old.get(kind).filter(|old| old.status == condition.status);
        let kept = old.get(kind).is_some_and(|old| *old == *condition);
        let expected = unchanged.map_or(&report.now, |old| &old.last_transition_time);
        assert!(kept || condition.last_transition_time == *expected, "{kind}");
    }
    let ready = new["Ready"].status == "True";
    let concerns: Vec<bool> = CONCERNS.iter().filter_map(|kind| new.get(kind)).map(|it| it.status == "True").collect();
    if let Finding::Kept(kept) = &report.finding {
        assert_eq!(ready, concerns.iter().all(|holds| *holds) && kept.failures.is_empty(), "{new:#?}");
        let at_work = new.contains_key("Reconciling") || new.contains_key("Stalled");
        assert_eq!(at_work, !(kept.plan.is_converged() && kept.failures.is_empty()));
    } else {
        assert!(!ready);
        // What was known of a part is lost only with the part.
        for kind in &CONCERNS[1..] {
            assert_eq!(new.get(kind), old.get(kind), "{kind}");
        }
        assert!(new.contains_key(CONCERNS[0]));
    }
    assert!(!(new.contains_key("Reconciling") && new.contains_key("Stalled")));
    assert!(["Reconciling", "Stalled"].iter().filter_map(|kind| new.get(kind)).all(|it| it.status == "True"));
    assert!(now.conditions.iter().all(|it| !it.message.is_empty()), "{new:#?}");
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn every_ending_gives_a_sound_status(spec in any_spec(), steps in proptest::collection::vec((ending(), 0..30usize, any_drift()), 1..5)) {
        let mut cloud = Cloud::new();
        let mut before = PrivateApiFrontDoorStatus::default();
        for (index, (ending, calls, drift)) in steps.into_iter().enumerate() {
            let (graph, wanted) = crate::graph(&cloud, &spec);
            let crash = Crash { after: cloud.calls + calls };
            cloud.settle(&graph, &wanted, Some(crash), &mut |_, _| {});
            crate::drift::apply(drift, &mut cloud);
            let second = i64::try_from(index).expect("few");
            let now = Time(Timestamp::from_second(second).expect("a time"));
            let object = ("shop".to_owned(), "orders".to_owned());
            let report = Report { object, generation: Some(second), now, finding: finding(ending, &cloud, &spec) };
            let after = status(&report, &before);
            check(&report, &after, &before);
            let later = Report { now: Time(Timestamp::from_second(1000).expect("a time")), ..report };
            prop_assert_eq!(&status(&later, &after), &after, "a second look changes nothing");
            before = after;
        }
    }
}
