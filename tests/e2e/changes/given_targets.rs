//! A target group of others before an endpoint of its own: whoever keeps the targets is told what to do, and nothing is taken away before.

use std::time::Duration;

use serde_json::{Value, json};
use testenv::poll;

use super::under_load::example;
use crate::aws::inner;
use crate::door::Door;
use crate::given::{self, PRIVATE_SUBNETS, VPC};
use crate::lab::{KIND, Lab, PATIENCE};

/// Asks for passes until the object says this; gives all its conditions.
fn told(lab: &Lab, name: &str, what: &str) -> String {
    poll::until(what, Duration::from_millis(50), PATIENCE, || {
        lab.reconcile_now(name);
        let object = lab.kubectl.get(KIND, name).unwrap().unwrap();
        let conditions = object["status"]["conditions"].to_string();
        Ok(if conditions.contains(what) { Ok(conditions) } else { Err(conditions) })
    })
    .unwrap()
}

/// The addresses between these words and the end of the sentence.
fn addresses(conditions: &str, after: &str) -> Vec<String> {
    let (_, rest) = conditions.split_once(after).unwrap();
    let list = rest.split([':', 'w']).next().unwrap();
    list.split(',').map(|address| address.trim().to_owned()).filter(|address| !address.is_empty()).collect()
}

fn targets(lab: &Lab, operation: &str, group: &str, addresses: &[String]) {
    let targets = addresses.iter().enumerate().map(|(at, id)| format!("Targets.member.{}.Id={id}", at + 1));
    let targets = targets.collect::<Vec<_>>().join("&");
    lab.elb(&format!("{operation}&TargetGroupArn={group}&{targets}"));
}

/// Registers what is missing, as the object asks, until it stands.
fn register(lab: &Lab, name: &str, group: &str) {
    let missing = addresses(&told(lab, name, "lacks the endpoint's addresses "), "lacks the endpoint's addresses ");
    targets(lab, "RegisterTargets", group, &missing);
    lab.reconcile_now(name);
}

/// Deregisters what is in the way, as the object asks.
fn deregister(lab: &Lab, name: &str, group: &str) {
    let held = addresses(&told(lab, name, "spec.targetGroup.arn: target group "), " still holds ");
    assert_eq!(held.len(), 1, "{held:?}");
    targets(lab, "DeregisterTargets", group, &held);
}

#[test]
fn targets_that_others_keep_are_waited_for() {
    let lab = Lab::new("change-given-targets");
    let group = lab.elb(&format!(
        "CreateTargetGroup&Name=theirs&Protocol=HTTPS&Port=443&TargetType=ip&VpcId={VPC}&Matcher.HttpCode=200%2C403"
    ));
    let group = inner(&group, "TargetGroupArn");
    let beside = given::subnet(&lab, "a", 14);
    let mut object = example(&lab);
    object["spec"]["targetGroup"] = json!({"arn": group});
    let name = lab.apply(&object);
    register(&lab, &name, &group);
    let mut door = Door::open(lab, object);
    assert_eq!(door.request_url().0, 200);
    let subnets = |ids: &[&str]| json!({"vpcEndpoint": {"create": {"subnetIds": ids}}});
    let url = format!("http://{}/", door.dns_name());
    let moves: [(&str, Value, bool); 2] = [
        ("subnet moved within its zone", subnets(&[&beside, PRIVATE_SUBNETS[1]]), true),
        ("subnet removed", subnets(&[PRIVATE_SUBNETS[1]]), false),
    ];
    for (what, patch, comes) in moves {
        door.under_load(what, &[&url], |door| {
            door.ask(&patch);
            deregister(&door.lab, &name, &group);
            if comes {
                register(&door.lab, &name, &group);
            }
            told(&door.lab, &name, "\"type\":\"Ready\"");
            door.settle();
        });
    }
}
