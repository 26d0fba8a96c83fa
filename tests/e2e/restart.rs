//! A controller that dies in the middle goes on from what AWS says, with or without a status.

use crate::lab::{KIND, Lab, browse};

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

/// Kills the controller as soon as something of a kind exists, wipes the status, starts it again.
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
}

fn wipe_status(lab: &Lab, name: &str) {
    // An object that has no status yet needs no wiping, and would refuse it.
    let object = lab.kubectl.get(KIND, name).unwrap().unwrap();
    if object["status"].is_object() {
        let wipe = r#"[{"op": "remove", "path": "/status"}]"#;
        lab.kubectl.run(&["patch", KIND, name, "--subresource=status", "--type=json", "--patch", wipe]).unwrap();
    }
    assert!(lab.kubectl.get(KIND, name).unwrap().unwrap()["status"].is_null());
}
