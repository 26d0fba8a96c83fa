//! `frontdoor plan` as people run it.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::lab::{Lab, shared};

/// Runs it on an object as the lab's controller, as if the object were of the cluster that the tests share.
pub(crate) fn plan(lab: &Lab, object: &Value) -> Output {
    command(lab, object).output().unwrap()
}

fn command(lab: &Lab, object: &Value) -> Command {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("plans");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("{}.json", lab.account));
    std::fs::write(&file, object.to_string()).unwrap();
    let mut command = on(lab);
    command.arg(&file);
    command
}

/// It without the name of its file.
fn on(lab: &Lab) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_frontdoor"));
    command.args(["plan", "--cluster-id", cluster_id(), "-f"]);
    command.envs(testenv::controller::aws(&lab.account, shared().simulator.url()));
    command.envs(lab.identity.environment());
    command
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

#[test]
fn a_forgotten_region_is_named() {
    let lab = Lab::new("plan-region");
    let mut object = lab.example("alb-mock.yaml");
    let plan = |object: &Value| {
        let mut command = command(&lab, object);
        command.env_remove("AWS_REGION").env_remove("AWS_DEFAULT_REGION").env("AWS_EC2_METADATA_DISABLED", "true");
        command.env("AWS_CONFIG_FILE", "/dev/null").env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
        command.output().unwrap()
    };
    let forgotten = plan(&object);
    assert_eq!(forgotten.status.code(), Some(1), "{forgotten:?}");
    let said = String::from_utf8_lossy(&forgotten.stderr).into_owned();
    assert_eq!(
        said,
        "frontdoor: spec.region: no region is known: set it, or AWS_REGION in the controller's environment\n"
    );
    object["spec"]["region"] = json!("ap-northeast-1");
    let named = plan(&object);
    assert_eq!(named.status.code(), Some(2), "{named:?}");
}

#[test]
fn what_the_api_server_would_refuse_is_refused() {
    let lab = Lab::new("plan-unknown");
    let mut object = lab.example("alb-mock.yaml");
    object["spec"]["suspnd"] = json!(true);
    let wrong = plan(&lab, &object);
    assert_eq!(wrong.status.code(), Some(1), "{wrong:?}");
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("spec.suspnd: unknown field"), "{wrong:?}");
    assert!(wrong.stdout.is_empty(), "{wrong:?}");
}

#[test]
fn a_plan_without_cluster_id_says_what_it_rests_on() {
    let lab = Lab::new("plan-fresh");
    let object = lab.example("alb-mock.yaml");
    let hint = "without --cluster-id";
    let said = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();
    let named = plan(&lab, &object);
    assert!(!said(&named).contains(hint), "{named:?}");
    let file = command(&lab, &object).get_args().last().unwrap().to_owned();
    let mut fresh = Command::new(env!("CARGO_BIN_EXE_frontdoor"));
    fresh.args(["plan", "-f"]).arg(file).env_remove("FRONTDOOR_CLUSTER_ID");
    fresh.envs(testenv::controller::aws(&lab.account, shared().simulator.url())).envs(lab.identity.environment());
    let fresh = fresh.output().unwrap();
    assert_eq!(fresh.status.code(), Some(2), "{fresh:?}");
    assert!(said(&fresh).contains(hint), "{fresh:?}");
}

#[test]
fn every_document_is_planned_and_what_is_skipped_is_named() {
    let lab = Lab::new("plan-documents");
    let (mock, mut wrong) = (lab.example("alb-mock.yaml"), lab.example("hidden-stage.yaml"));
    wrong["spec"]["vpcEndpoint"]["create"]["subnetIds"] = json!(["subnet-0a1b2c3d4e5f60099"]);
    let other = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}});
    let piped = |documents: &[&Value]| {
        let texts: Vec<String> = documents.iter().map(ToString::to_string).chain([String::new()]).collect();
        let text = texts.join("\n---\n");
        let mut command = on(&lab);
        command.arg("-").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();

    let one = piped(&[&other, &mock]);
    assert_eq!(one.status.code(), Some(2), "{one:?}");
    let said = text(&one.stderr);
    assert!(said.contains("skipped -: document 1: ConfigMap settings is of another kind\n"), "{said}");
    assert!(said.contains("skipped -: document 3: it is empty\n"), "{said}");

    let both = piped(&[&wrong, &mock]);
    assert_eq!(both.status.code(), Some(1), "{both:?}");
    assert!(
        text(&both.stderr).contains("frontdoor: plan-documents/hidden-stage: spec.vpcEndpoint.create.subnetIds[0]: ")
    );
    assert_eq!(text(&both.stdout), format!("plan-documents/alb-mock:\n{}\n", text(&one.stdout)));

    let none = piped(&[&other]);
    assert_eq!(none.status.code(), Some(1), "{none:?}");
    assert!(text(&none.stderr).contains("there is no PrivateApiFrontDoor in it"), "{none:?}");
}

/// What is neither a step nor an error: it changes no exit status.
#[test]
fn a_plan_tells_who_signs_for_which_host_and_which_usage_plans_hold_a_stage_that_goes() {
    let lab = Lab::new("plan-notices");
    let mut object = lab.example("alb-mock.yaml");
    object["spec"]["api"]["routes"][0]["authorization"] = json!("AWS_IAM");
    let name = lab.apply(&object);
    let status = lab.settled(&name)["status"].clone();
    let api = status["api"]["id"].as_str().unwrap();
    let host = format!("{api}.execute-api.ap-northeast-1.amazonaws.com");
    let note = status["access"][0]["note"].as_str().unwrap();
    assert!(note.starts_with("ANY /: clients sign for service execute-api") && note.contains(&host), "{note}");
    let settled = plan(&lab, &object);
    let text = String::from_utf8_lossy(&settled.stdout).into_owned();
    assert_eq!(settled.status.code(), Some(0), "{settled:?}");
    assert_eq!(text, format!("nothing to do\n! rest-api: spec.api.routes[0].authorization: {note}\n"));

    let stages = json!([{"apiId": api, "stage": "prod"}]);
    lab.apigateway("POST", "/usageplans", &json!({"name": "gold", "apiStages": stages}));
    object["spec"]["api"]["stage"] = json!({"name": "live"});
    assert!(!String::from_utf8_lossy(&plan(&lab, &lab.example("alb-mock.yaml")).stdout).contains("gold"));
    let renamed = plan(&lab, &object);
    assert_eq!(renamed.status.code(), Some(2), "{renamed:?}");
    let text = String::from_utf8_lossy(&renamed.stdout).into_owned();
    let expected = format!("! stage: stage prod of REST API {api} is deleted, which these usage plans hold: gold (");
    assert!(text.contains(&expected) && text.contains("add stage live there"), "{text}");
}

#[test]
fn wrong_arguments_are_no_changes() {
    for (arguments, expected) in [
        (["plan", "--filname"].as_slice(), 1),
        (&["plan"], 1),
        (&["paln"], 1),
        (&["plan", "--help"], 0),
        (&["--version"], 0),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_frontdoor")).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(expected), "{arguments:?}: {output:?}");
    }
}
