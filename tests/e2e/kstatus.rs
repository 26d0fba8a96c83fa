//! What kstatus, by which `helm --wait`, `flux` and `kubectl wait`-like tools judge, makes of a front door in each phase of its life.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use testenv::{poll, tools};

use crate::lab::{KIND, Lab, PATIENCE};

/// What both the library of the Kubernetes CLI and Flux's make of an object.
fn kstatus(object: &Value) -> String {
    let mut command = Command::new(tools::kstatus().unwrap());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(object.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["kstatus"], told["flux"], "{told}");
    told["kstatus"].as_str().unwrap().to_owned()
}

/// Waits until it makes this of the object, once the object has a condition.
fn becomes(lab: &Lab, name: &str, (kind, reason): (&str, &str), expected: &str) {
    let object = lab.kubectl.wait((KIND, name), kind, PATIENCE, |object| {
        let conditions = object["status"]["conditions"].as_array().cloned().unwrap_or_default();
        let observed = object["status"]["observedGeneration"] == object["metadata"]["generation"];
        let holds = conditions.iter().any(|it| it["type"] == kind && it["reason"] == reason);
        if observed && holds { Ok(object.clone()) } else { Err(format!("{conditions:?}")) }
    });
    let object = object.unwrap();
    assert_eq!(kstatus(&object), expected, "{}", object["status"]["conditions"]);
}

fn object(lab: &Lab, name: &str) -> Value {
    lab.kubectl.get(KIND, name).unwrap().unwrap()
}

#[test]
fn kstatus_never_takes_an_object_for_current_before_it_is_ready() {
    let mut lab = Lab::new("kstatus");
    // Nobody has looked at it yet.
    lab.controller.stop();
    let name = lab.apply(&lab.example("alb-mock.yaml"));
    let fresh = object(&lab, &name);
    assert_eq!(fresh["status"], json!({"observedGeneration": -1}));
    assert_eq!(kstatus(&fresh), "InProgress");
    lab.controller.start_again().unwrap();

    becomes(&lab, &name, ("Reconciling", "WaitingForAws"), "InProgress");
    becomes(&lab, &name, ("Ready", "Ready"), "Current");

    // A changed spec, before and after a pass has seen it.
    lab.controller.stop();
    lab.patch(&name, &json!({"spec": {"targetGroup": {"healthCheck": {"successCodes": "403"}}}}));
    assert_eq!(kstatus(&object(&lab, &name)), "InProgress");
    lab.controller.start_again().unwrap();
    becomes(&lab, &name, ("Ready", "Ready"), "Current");

    let absent = "subnet-0a1b2c3d4e5f60099";
    lab.patch(&name, &json!({"spec": {"vpcEndpoint": {"create": {"subnetIds": [absent]}}}}));
    becomes(&lab, &name, ("Stalled", "InvalidSpec"), "Failed");

    let subnets = lab.example("alb-mock.yaml")["spec"]["vpcEndpoint"]["create"]["subnetIds"].clone();
    lab.patch(&name, &json!({"spec": {"vpcEndpoint": {"create": {"subnetIds": subnets}}}}));
    becomes(&lab, &name, ("Ready", "Ready"), "Current");

    lab.patch(&name, &json!({"spec": {"suspend": true}}));
    becomes(&lab, &name, ("Suspended", "Suspended"), "Current");

    lab.patch(&name, &json!({"spec": {"suspend": false, "managementPolicy": "Observe", "tags": {"team": "shop"}}}));
    becomes(&lab, &name, ("Ready", "Drifted"), "InProgress");

    // Held up, so that there is time to look at it.
    lab.patch(&name, &json!({"spec": {"managementPolicy": "Manage"}}));
    becomes(&lab, &name, ("Ready", "Ready"), "Current");
    lab.controller.stop();
    lab.kubectl.delete(KIND, &name).unwrap();
    poll::until("a deletion", Duration::from_millis(20), PATIENCE, || {
        let object = object(&lab, &name);
        Ok(if object["metadata"]["deletionTimestamp"].is_string() { Ok(()) } else { Err("it is not asked for") })
    })
    .unwrap();
    assert_eq!(kstatus(&object(&lab, &name)), "Terminating");
    lab.controller.start_again().unwrap();
    lab.kubectl.wait_gone((KIND, &name), PATIENCE).unwrap();
}

#[test]
fn an_object_that_is_suspended_from_the_start_is_in_progress() {
    let lab = Lab::new("kstatus-suspended");
    let mut object = lab.example("alb-mock.yaml");
    object["spec"]["suspend"] = json!(true);
    let name = lab.apply(&object);
    becomes(&lab, &name, ("Suspended", "Suspended"), "InProgress");
}
