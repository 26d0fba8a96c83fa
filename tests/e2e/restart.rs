//! A controller that dies in the middle goes on from what AWS says, with or without a status.

use std::time::Duration;

use serde_json::json;
use testenv::poll;

use crate::lab::{KIND, Lab, PATIENCE, browse};

#[test]
fn killed_while_the_endpoint_is_pending() {
    crash_at("restart-endpoint", "ec2:vpc-endpoint");
}

#[test]
fn killed_while_the_load_balancer_is_provisioned() {
    crash_at("restart-load-balancer", "elasticloadbalancing:loadbalancer");
}

#[test]
fn killed_as_the_api_appears() {
    crash_at("restart-api", "apigateway:restapi");
}

#[test]
fn killed_while_a_stage_is_renamed() {
    let mut lab = Lab::new("restart-update");
    let mut object = lab.example("alb-lambda.yaml");
    let name = lab.apply(&object);
    lab.ready(&name);
    object["spec"]["api"]["stage"] = serde_json::json!({"name": "live"});
    lab.apply(&object);
    wait_until(&lab, "the new stage", |lab| lab.created().iter().any(|resource| resource.ends_with("/live")));
    lab.controller.kill();
    wipe_status(&lab, &name);
    lab.controller.start_again().unwrap();

    let object = lab.ready(&name);
    let url = object["status"]["url"].as_str().unwrap();
    assert!(url.ends_with("/live/"), "{url}");
    assert_eq!(browse(url), (200, "Hello from Lambda!".to_owned()));
    let census = lab.census();
    for kind in ["apigateway:restapi", "apigateway:stage", "elasticloadbalancing:targetgroup", "ec2:vpc-endpoint"] {
        assert_eq!(census.get(kind), Some(&1), "{kind} in {census:?}");
    }
    lab.delete(&name);
    assert_eq!(lab.created(), Vec::<String>::new());
}

#[test]
fn killed_while_the_rest_is_deleted() {
    let mut lab = Lab::new("restart-delete");
    let name = lab.apply(&lab.example("alb-lambda.yaml"));
    lab.ready(&name);
    lab.kubectl.delete(KIND, &name).unwrap();
    wait_until(&lab, "the load balancer's end", |lab| !lab.census().contains_key("elasticloadbalancing:loadbalancer"));
    lab.controller.kill();
    lab.controller.start_again().unwrap();
    lab.kubectl.wait_gone((KIND, &name), PATIENCE).unwrap();
    assert_eq!(lab.created(), Vec::<String>::new());
}

fn wait_until(lab: &Lab, what: &str, holds: impl Fn(&Lab) -> bool) {
    poll::until(what, Duration::from_millis(20), PATIENCE, || {
        Ok(if holds(lab) { Ok(()) } else { Err(format!("{:?}", lab.census())) })
    })
    .unwrap();
}

/// Kills the controller as soon as something of a kind exists, wipes the status, starts it again; what it has made is deleted in the end.
fn crash_at(namespace: &str, kind: &str) {
    let mut lab = Lab::new(namespace);
    let name = lab.apply(&lab.example("alb-lambda.yaml"));
    lab.wait_for(kind);
    lab.controller.kill();
    wipe_status(&lab, &name);
    lab.controller.start_again().unwrap();

    let object = lab.ready(&name);
    let url = object["status"]["url"].as_str().unwrap();
    assert_eq!(browse(url), (200, "Hello from Lambda!".to_owned()));
    let census = lab.census();
    for (kind, count) in [
        ("ec2:vpc-endpoint", 1),
        ("ec2:security-group", 2),
        ("apigateway:restapi", 1),
        ("apigateway:stage", 1),
        ("elasticloadbalancing:loadbalancer", 1),
        ("elasticloadbalancing:listener", 1),
        ("elasticloadbalancing:targetgroup", 1),
    ] {
        assert_eq!(census.get(kind), Some(&count), "{kind} in {census:?}");
    }
    for operation in ["CreateVpcEndpoint", "CreateRestApi", "CreateLoadBalancer", "CreateRule"] {
        assert_eq!(lab.successes(operation), 1, "{operation}");
    }
    lab.delete(&name);
    assert_eq!(lab.created(), Vec::<String>::new());
}

fn wipe_status(lab: &Lab, name: &str) {
    // An object that has no status yet needs no wiping, and would refuse it.
    let object = lab.kubectl.get(KIND, name).unwrap().unwrap();
    if object["status"].is_object() {
        let wipe = r#"[{"op": "remove", "path": "/status"}]"#;
        lab.kubectl.run(&["patch", KIND, name, "--subresource=status", "--type=json", "--patch", wipe]).unwrap();
    }
    // What the API server fills in stands for a status that was never written.
    let status = &lab.kubectl.get(KIND, name).unwrap().unwrap()["status"];
    assert_eq!(*status, json!({"observedGeneration": -1}));
}
