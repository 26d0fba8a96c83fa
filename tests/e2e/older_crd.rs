//! A controller that is newer than the CRD: what it writes into the status is refused.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testenv::{Cluster, poll};

use crate::lab::{KIND, Lab, PATIENCE, browse};
use crate::outage::{CRD, own_cluster};

/// What the older CRD lacks: a field of the spec and one of the status, with the default that names it.
const NEWER: [&str; 3] = ["spec/properties/suspend", "status/default", "status/properties/observedGeneration"];
/// So many refusals, each after twice the wait of the one before: the last waits are seconds.
const REFUSALS: usize = 9;
/// What these waits take at least, at the poll interval of the tests.
const WAITS: Duration = Duration::from_secs(8);

/// Takes the fields out of the CRD; gives what brings them back.
fn downgrade(cluster: &Cluster) -> Value {
    let crd = cluster.kubectl().get("crd", CRD).unwrap().unwrap();
    let path = |field: &str| format!("/spec/versions/0/schema/openAPIV3Schema/properties/{field}");
    let remove = NEWER.map(|field| json!({"op": "remove", "path": path(field)}));
    patch(cluster, &json!(remove));
    json!(NEWER.map(|field| json!({"op": "add", "path": path(field), "value": crd.pointer(&path(field))})))
}

fn patch(cluster: &Cluster, patch: &Value) {
    cluster.kubectl().run(&["patch", "crd", CRD, "--type=json", "--patch", &patch.to_string()]).unwrap();
}

/// Waits until the API server refuses an object with the field of the spec, by its name.
fn wait_until_older(lab: &Lab, object: &Value) {
    poll::until("the older CRD", Duration::from_millis(100), PATIENCE, || {
        let refused = lab.kubectl.pipe(&["apply", "--dry-run=server", "-f", "-"], &object.to_string());
        let told = refused.map_or_else(|error| error.to_string(), |_| "it is taken".to_owned());
        Ok(if told.contains("unknown field \"spec.suspend\"") { Ok(()) } else { Err(told) })
    })
    .unwrap();
}

#[test]
fn under_an_older_crd_aws_is_kept_in_order_and_the_status_follows_with_the_present_one() {
    let cluster = own_cluster("older-crd");
    let lab = Lab::on(&cluster, "older-crd");
    let present = downgrade(&cluster);
    let object = lab.example("alb-mock.yaml");
    let mut newer = object.clone();
    newer["spec"]["suspend"] = json!(false);
    wait_until_older(&lab, &newer);

    let name = lab.apply(&object);
    lab.wait_for_call("CreateRule");
    // As long as something is done in AWS, it goes on at once.
    let (start, before) = (Instant::now(), lab.logged("Kubernetes refused"));
    poll::until("refusals", Duration::from_millis(50), PATIENCE, || {
        let count = lab.logged("Kubernetes refused") - before;
        Ok(if count >= REFUSALS { Ok(()) } else { Err(format!("{count} so far")) })
    })
    .unwrap();
    assert!(start.elapsed() > WAITS, "{REFUSALS} refusals within {:?}: it asks without rest", start.elapsed());
    assert!(
        lab.logged("status.observedGeneration: field not declared in schema") > 0,
        "the log says what the CRD lacks"
    );

    patch(&cluster, &present);
    let url = lab.ready(&name)["status"]["url"].as_str().unwrap().to_owned();
    assert_eq!(browse(&url).0, 200);
    for operation in ["CreateVpcEndpoint", "CreateRestApi", "CreateLoadBalancer", "CreateRule"] {
        assert_eq!(lab.successes(operation), 1, "{operation}");
    }
    lab.apply(&newer);
    lab.settled(&name);

    let present = downgrade(&cluster);
    wait_until_older(&lab, &newer);
    lab.kubectl.delete(KIND, &name).unwrap();
    poll::until("the end of all resources", Duration::from_millis(100), PATIENCE, || {
        let left = lab.created();
        Ok(if left.is_empty() { Ok(()) } else { Err(format!("{left:?}")) })
    })
    .unwrap();
    let held = lab.kubectl.get(KIND, &name).unwrap();
    assert!(held.is_some(), "the finalizer stays until the status can tell what has become of the resources");
    patch(&cluster, &present);
    lab.kubectl.wait_gone((KIND, &name), PATIENCE).unwrap();
}
