//! What is known after a call without asking again.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Change, LoadBalancerChange, Output, RestApiChange, RuleChange, SecurityGroupChange, StageChange};
use super::{TargetGroupChange, VpcEndpointChange};
use crate::intent;
use crate::observed::{
    DefaultAction, Direction, EndpointState, HealthCheck, Listener, Peer, Permission, RestApi, Rule, RuleConditions,
    RuleTransforms, Snapshot, TargetState, VpcEndpoint,
};
use crate::tags::Tags;

fn set(items: &[&str]) -> BTreeSet<String> {
    items.iter().map(|it| (*it).to_owned()).collect()
}

fn apply(snapshot: &mut Snapshot, change: impl Into<Change>, output: Output) {
    change.into().apply(snapshot, output);
}

macro_rules! into_change {
    ($($kind:ident => $variant:ident),*) => {
        $(impl From<$kind> for Change {
            fn from(change: $kind) -> Self {
                Self::$variant(change)
            }
        })*
    };
}

into_change!(SecurityGroupChange => SecurityGroup, VpcEndpointChange => VpcEndpoint, RestApiChange => RestApi,
    StageChange => Stage, TargetGroupChange => TargetGroup, LoadBalancerChange => LoadBalancer, RuleChange => Rule);

#[test]
fn a_new_group_lets_everything_out_until_it_is_revoked() {
    let mut snapshot = Snapshot::default();
    let create = SecurityGroupChange::Create {
        name: "n".to_owned(),
        description: String::new(),
        vpc_id: "vpc-1".to_owned(),
        tags: Tags::new(),
    };
    apply(&mut snapshot, create, Output::Id("sg-1".to_owned()));
    assert_eq!(snapshot.security_groups[0].egress, BTreeSet::from([Permission::all_out()]));
    let https = BTreeSet::from([Permission::tcp(443, Peer::Group("sg-2".to_owned()))]);
    let id = || "sg-1".to_owned();
    let authorize =
        SecurityGroupChange::Authorize { id: id(), direction: Direction::Ingress, permissions: https.clone() };
    apply(&mut snapshot, authorize, Output::Done);
    let all = BTreeSet::from([Permission::all_out()]);
    apply(
        &mut snapshot,
        SecurityGroupChange::Revoke { id: id(), direction: Direction::Egress, permissions: all },
        Output::Done,
    );
    assert_eq!((&snapshot.security_groups[0].ingress, snapshot.security_groups[0].egress.len()), (&https, 0));
    apply(&mut snapshot, SecurityGroupChange::Delete { id: id() }, Output::Done);
    assert!(snapshot.security_groups.is_empty());
}

fn endpoint() -> VpcEndpoint {
    VpcEndpoint {
        subnet_ids: set(&["a", "b"]),
        network_interface_ids: set(&["eni-a", "eni-b"]),
        ..intent::tests::endpoint("")
    }
}

#[test]
fn an_endpoint_is_pending_after_a_change_and_stands_once() {
    let mut snapshot = Snapshot { vpc_endpoints: vec![endpoint()], ..Snapshot::default() };
    let modify = VpcEndpointChange::Modify {
        id: "vpce-1".to_owned(),
        add_subnet_ids: set(&["c"]),
        remove_subnet_ids: set(&["a"]),
        add_security_group_ids: set(&["sg-2"]),
        remove_security_group_ids: set(&["sg-1"]),
        subnet_configurations: BTreeMap::from([("c".to_owned(), "10.0.3.7".to_owned())]),
        private_dns: Some(true),
        ip_address_type: Some("dualstack".to_owned()),
        policy: Some(Value::from("narrow")),
    };
    apply(&mut snapshot, modify.clone(), Output::Done);
    let changed = &snapshot.vpc_endpoints[0];
    assert_eq!((&changed.subnet_ids, &changed.security_group_ids), (&set(&["b", "c"]), &set(&["sg-2"])));
    assert_eq!((changed.ip_address_type.as_str(), &changed.policy), ("dualstack", &Value::from("narrow")));
    assert_eq!(
        (&changed.state, changed.private_dns, changed.target_addresses()),
        (&EndpointState::Pending, true, None)
    );
    apply(&mut snapshot, modify, Output::VpcEndpoint(Box::new(endpoint())));
    assert_eq!(snapshot.vpc_endpoints, [endpoint()]);
    apply(&mut snapshot, VpcEndpointChange::Delete { id: "vpce-1".to_owned() }, Output::Done);
    assert_eq!(snapshot.vpc_endpoints[0].state, EndpointState::Deleting);
}

#[test]
fn what_was_imported_is_known_until_the_pass_ends_and_stages_stay() {
    let api = RestApi { id: "api".to_owned(), name: "n".to_owned(), stages: Vec::new(), ..intent::tests::api(true) };
    let mut snapshot = Snapshot { rest_apis: vec![api.clone()], ..Snapshot::default() };
    let id = || "api".to_owned();
    let fresh = || Output::RestApi(Box::new(api.clone()));
    let put = RestApiChange::Put {
        id: id(),
        document: serde_json::Value::Null,
        content: "c1".to_owned(),
        accepted_warnings: [].into(),
    };
    apply(&mut snapshot, put, fresh());
    let deploy = StageChange::deploy(&id(), "prod", "c1");
    apply(&mut snapshot, deploy, Output::Id("d1".to_owned()));
    apply(&mut snapshot, RestApiChange::Update { id: id(), operations: Vec::new() }, fresh());
    let now = &snapshot.rest_apis[0];
    assert_eq!(now.definition.as_deref(), Some("c1"));
    assert_eq!(now.stage("prod").and_then(|stage| stage.deployed.content.as_deref()), Some("c1"));
    apply(&mut snapshot, RestApiChange::Delete { id: id() }, Output::Done);
    assert!(snapshot.rest_apis.is_empty());
}

#[test]
fn a_load_balancer_takes_its_listeners_and_rules_along() {
    let listener = |arn: &str, balancer: &str| Listener {
        arn: arn.to_owned(),
        load_balancer_arn: balancer.to_owned(),
        protocol: "HTTP".to_owned(),
        port: 80,
        default_certificate: None,
        extra_certificates: BTreeSet::new(),
        ssl_policy: None,
        mutual_authentication: None,
        default_action: DefaultAction::Other,
        tags: Tags::new(),
    };
    let rule = |arn: &str, listener: &str| Rule {
        arn: arn.to_owned(),
        listener_arn: listener.to_owned(),
        priority: 1,
        conditions: RuleConditions::default(),
        transforms: RuleTransforms::default(),
        target_group_arn: None,
        tags: Tags::new(),
    };
    let mut snapshot = Snapshot {
        listeners: vec![listener("l1", "lb1"), listener("l2", "lb2")],
        rules: vec![rule("r1", "l1"), rule("r2", "l2")],
        ..Snapshot::default()
    };
    apply(&mut snapshot, LoadBalancerChange::Delete { arn: "lb1".to_owned() }, Output::Done);
    assert_eq!(snapshot.listeners.iter().map(|it| it.arn.as_str()).collect::<Vec<_>>(), ["l2"]);
    assert_eq!(snapshot.rules.iter().map(|it| it.arn.as_str()).collect::<Vec<_>>(), ["r2"]);
    let priorities = BTreeMap::from([("r2".to_owned(), 9)]);
    apply(&mut snapshot, RuleChange::SetPriorities { priorities }, Output::Done);
    assert_eq!(snapshot.rules[0].priority, 9);
}

#[test]
fn targets_are_initial_when_registered_and_drain_when_deregistered() {
    let mut snapshot = Snapshot::default();
    let create = TargetGroupChange::Create {
        name: "n".to_owned(),
        vpc_id: "vpc-1".to_owned(),
        health_check: HealthCheck::https("403"),
        tags: Tags::new(),
    };
    apply(&mut snapshot, create, Output::Id("tg".to_owned()));
    let arn = || "tg".to_owned();
    apply(&mut snapshot, TargetGroupChange::Register { arn: arn(), addresses: set(&["1", "2"]) }, Output::Done);
    apply(&mut snapshot, TargetGroupChange::Deregister { arn: arn(), addresses: set(&["1"]) }, Output::Done);
    let group = &snapshot.target_groups[0];
    assert_eq!((group.targets["1"].state, group.targets["2"].state), (TargetState::Draining, TargetState::Initial));
    assert_eq!(group.registered(), set(&["2"]));
}

#[test]
fn an_answer_without_an_id_creates_nothing() {
    let mut snapshot = Snapshot::default();
    let create = TargetGroupChange::Create {
        name: String::new(),
        vpc_id: String::new(),
        health_check: HealthCheck::https(""),
        tags: Tags::new(),
    };
    apply(&mut snapshot, create, Output::Done);
    assert_eq!(snapshot, Snapshot::default());
}
