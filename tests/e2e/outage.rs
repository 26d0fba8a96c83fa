//! An API server that goes away in the middle of a create, and an object that an older CRD let through.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use testenv::{Cluster, Kubectl, controller, poll, tools};

use crate::lab::{KIND, Lab, PATIENCE, browse};

const CRD: &str = "privateapifrontdoors.privateapi.dev";
/// Where the CRD says what `managementPolicy` may be.
const RULE: &str = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/managementPolicy/enum";

#[test]
fn neither_an_outage_of_kubernetes_nor_an_unreadable_object_holds_up_a_create() {
    // Not below the folder of the cluster that all share: that one is made anew.
    let folder = &Path::new(env!("CARGO_TARGET_TMPDIR")).join("outage");
    let mut cluster = Cluster::start(&tools::ensure().unwrap(), folder).unwrap();
    controller::install(&cluster.kubectl()).unwrap();
    let lab = Lab::on(&cluster, "outage");
    let unreadable = apply_unreadable(&lab, &cluster.kubectl());
    let name = lab.apply(&lab.example("alb-lambda.yaml"));
    lab.wait_for("ec2:vpc-endpoint");
    cluster.stop_apiserver();
    cluster.stop_etcd();
    wait_for_trouble(&lab);
    cluster.start_etcd().unwrap();
    cluster.start_apiserver().unwrap();

    let url = lab.ready(&name)["status"]["url"].as_str().unwrap().to_owned();
    assert_eq!(browse(&url), (200, "Hello from Lambda!".to_owned()));
    for operation in ["CreateVpcEndpoint", "CreateRestApi", "CreateLoadBalancer", "CreateRule"] {
        assert_eq!(lab.successes(operation), 1, "{operation}");
    }
    let told = lab.kubectl.wait_condition((KIND, &unreadable), "Stalled", "True", PATIENCE).unwrap();
    let message = message(&told, "Stalled");
    assert!(message.contains("Unknown variant Pause") && message.contains("apply the manifest again"), "{message}");
    lab.delete(&name);
    assert_eq!(lab.created(), Vec::<String>::new());
}

/// An object with a value that only another CRD knows. Gives its name.
fn apply_unreadable(lab: &Lab, kubectl: &Kubectl) -> String {
    let rule = kubectl.get("crd", CRD).unwrap().unwrap().pointer(RULE).unwrap().clone();
    let patch = |patch: Value| {
        kubectl.run(&["patch", "crd", CRD, "--type=json", "--patch", &patch.to_string()]).unwrap();
    };
    patch(json!([{"op": "remove", "path": RULE}]));
    let mut object = lab.example("alb-mock.yaml");
    object["metadata"]["name"] = "unreadable".into();
    object["spec"]["managementPolicy"] = "Pause".into();
    // The API server takes a moment to go by another CRD.
    poll::until("an object of the older CRD", Duration::from_millis(100), PATIENCE, || {
        Ok(lab.kubectl.apply(&object.to_string()))
    })
    .unwrap();
    patch(json!([{"op": "add", "path": RULE, "value": rule}]));
    "unreadable".to_owned()
}

/// Waits until the controller has noticed.
fn wait_for_trouble(lab: &Lab) {
    poll::until("trouble", Duration::from_millis(50), PATIENCE, || {
        let log = fs::read_to_string(lab.controller.log()).unwrap_or_default();
        Ok(if log.contains("Kubernetes refused") { Ok(()) } else { Err("none yet") })
    })
    .unwrap();
}

fn message(object: &Value, kind: &str) -> String {
    let conditions = object["status"]["conditions"].as_array().unwrap();
    let condition = conditions.iter().find(|condition| condition["type"] == kind).unwrap();
    condition["message"].as_str().unwrap().to_owned()
}
