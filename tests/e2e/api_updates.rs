//! AWS locks an API while it updates it: that is a wait, and is told as one.

use serde_json::{Value, json};

use crate::door::Door;
use crate::lab::{KIND, Lab, PATIENCE};

fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    object["status"]["conditions"].as_array()?.iter().find(|it| it["type"] == kind)
}

/// Looks at the object until this holds; it must never be stalled.
fn wait_unstalled(lab: &Lab, name: &str, what: &str, holds: impl Fn(&Value) -> bool) {
    let look = |object: &Value| {
        assert_eq!(condition(object, "Stalled"), None, "{}", object["status"]);
        if holds(object) { Ok(()) } else { Err(object["status"]["conditions"].to_string()) }
    };
    lab.kubectl.wait((KIND, name), what, PATIENCE, look).unwrap();
}

#[test]
fn a_creation_waits_for_them_and_never_stalls() {
    let lab = Lab::new("api-updates-create");
    let name = lab.apply(&lab.example("alb-lambda.yaml"));
    wait_unstalled(&lab, &name, "Ready", |object| {
        condition(object, "Ready").is_some_and(|ready| ready["status"] == "True")
    });
    let events = lab.events();
    assert!(events.values().all(|(reason, _)| reason != "RequestRefused" && reason != "AwsError"), "{events:#?}");
}

#[test]
fn a_change_of_the_security_policy_tells_how_long_it_takes() {
    let lab = Lab::new("api-updates-policy");
    let object = lab.example("alb-lambda.yaml");
    let mut door = Door::open(lab, object);
    let name = door.name().to_owned();
    door.lab.patch(&name, &json!({"spec": {"api": {"securityPolicy": "TLS_1_2"}}}));
    wait_unstalled(&door.lab, &name, "message about 15 minutes", |object| {
        let ready = condition(object, "ApiReady");
        ready.is_some_and(|it| {
            it["reason"] == "WaitingForAws" && it["message"].as_str().unwrap_or_default().contains("about 15 minutes")
        })
    });
    assert_eq!(door.request_url().0, 200, "the deployment still answers");
    door.settle();
    assert_eq!(door.request_url().0, 200);
}
