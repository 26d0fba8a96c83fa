//! An API server that goes away: in the middle of a create, beside an object that an older CRD let through; and for so long that the watch is too old.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use testenv::process::{Signal, signal};
use testenv::{Cluster, Kubectl, controller, poll, tools};

use crate::lab::{KIND, Lab, PATIENCE, browse};

pub(crate) const CRD: &str = "privateapifrontdoors.privateapi.dev";
/// How the log tells of a watch that cannot go on.
const GONE: &str = "code: 410";
/// Where the CRD says what `managementPolicy` may be.
const RULE: &str = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/managementPolicy/enum";

/// A cluster that a test has for itself. Not below the folder of the one that all share: that one is made anew.
pub(crate) fn own_cluster(name: &str) -> Cluster {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let cluster = Cluster::start(&tools::ensure().unwrap(), &folder).unwrap();
    controller::install(&cluster.kubectl()).unwrap();
    cluster
}

#[test]
fn neither_an_outage_of_kubernetes_nor_an_unreadable_object_holds_up_a_create() {
    let mut cluster = own_cluster("outage");
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
    assert!(
        message.contains("Unknown variant Pause") && message.contains("correct the manifest to fit the current CRD"),
        "{message}"
    );
    lab.delete(&name);
    assert_eq!(lab.created(), Vec::<String>::new());
}

#[test]
fn a_watch_that_is_too_old_begins_anew_and_misses_nothing() {
    let mut cluster = own_cluster("too-old");
    let lab = Lab::logging(&cluster, "too-old", "info,kube_runtime=debug");
    let mut object = lab.example("alb-mock.yaml");
    object["spec"].as_object_mut().unwrap().remove("loadBalancer");
    object["spec"]["vpcEndpoint"]["create"]["clientCidrs"] = json!(["10.20.0.0/16"]);
    let name = lab.apply(&object);
    lab.ready(&name);
    // The controller is held while all that its watch could go on from is forgotten, and things happen that it does not see.
    let controller = lab.controller.id().unwrap();
    signal(controller, Signal::STOP);
    cluster.stop_apiserver();
    cluster.compact_etcd().unwrap();
    cluster.start_apiserver().unwrap();
    object["spec"]["tags"] = json!({"team": "shop"});
    lab.apply(&object);
    let mut second = object.clone();
    second["metadata"]["name"] = "second".into();
    let second = lab.apply(&second);
    assert_eq!(lab.logged(GONE), 0);
    signal(controller, Signal::CONT);

    lab.settled(&name);
    lab.ready(&second);
    assert!(lab.logged(GONE) > 0, "the watch was answered with 410");
    lab.delete(&second);
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
        Ok(if lab.logged("Kubernetes refused") > 0 { Ok(()) } else { Err("none yet") })
    })
    .unwrap();
}

fn message(object: &Value, kind: &str) -> String {
    let conditions = object["status"]["conditions"].as_array().unwrap();
    let condition = conditions.iter().find(|condition| condition["type"] == kind).unwrap();
    condition["message"].as_str().unwrap().to_owned()
}
