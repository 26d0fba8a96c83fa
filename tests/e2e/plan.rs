//! `frontdoor plan` as people run it.

use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::lab::{Lab, shared};

/// Runs it on an object as the lab's controller, as if the object were of the cluster that the tests share.
pub(crate) fn plan(lab: &Lab, object: &Value) -> Output {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("plans");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("{}.json", lab.account));
    std::fs::write(&file, object.to_string()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_frontdoor"));
    command.args(["plan", "--cluster-id", cluster_id(), "-f"]).arg(&file);
    command.envs(testenv::controller::aws(&lab.account, shared().simulator.url()));
    command.envs(lab.identity.environment());
    command.output().unwrap()
}

fn cluster_id() -> &'static str {
    static ID: OnceLock<String> = OnceLock::new();
    ID.get_or_init(|| {
        let namespace = shared().cluster.kubectl().get("namespace", "kube-system").unwrap().unwrap();
        namespace["metadata"]["uid"].as_str().unwrap().to_owned()
    })
}

#[test]
fn exit_status_and_text_tell_what_would_be_done() {
    let lab = Lab::new("plan");
    let mut object = lab.example("alb-lambda.yaml");
    let text = |output: &Output| String::from_utf8_lossy(&output.stdout).into_owned();

    let before = plan(&lab, &object);
    assert_eq!(before.status.code(), Some(2), "{before:?}");
    assert!(text(&before).contains("+ rest-api") || text(&before).contains("rest-api: create after"), "{before:?}");

    let name = lab.apply(&object);
    lab.ready(&name);
    let settled = plan(&lab, &object);
    assert_eq!((settled.status.code(), text(&settled).as_str()), (Some(0), "nothing to do\n"), "{settled:?}");

    object["spec"]["targetGroup"] = json!({"healthCheck": {"successCodes": "403"}});
    let changed = plan(&lab, &object);
    assert_eq!(changed.status.code(), Some(2));
    assert!(text(&changed).contains("200,403 → 403"), "{changed:?}");

    object["spec"]["vpcEndpoint"]["create"]["subnetIds"] = json!(["subnet-0a1b2c3d4e5f60099"]);
    let wrong = plan(&lab, &object);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("does not exist"), "{wrong:?}");
}
