//! Every example that needs nothing but the simulator's default world opens its front door.

use crate::lab::{Lab, browse};

/// Applies an example, asks what a user would ask, deletes it.
fn opens(namespace: &str, example: &str, path: &str, expected: (u16, &str)) {
    let lab = Lab::new(namespace);
    let name = lab.apply(&lab.example(example));
    let object = lab.ready(&name);
    let url = object["status"]["url"].as_str().unwrap();
    let (status, body) = browse(&format!("{url}{path}"));
    assert_eq!((status, body.trim()), expected, "{url}{path}");
    lab.delete(&name);
    assert!(lab.created().is_empty(), "{:?}", lab.created());
}

#[test]
fn mock() {
    opens("example-mock", "alb-mock.yaml", "", (200, r#"{"message": "pong"}"#));
}

#[test]
fn hidden_stage() {
    opens("example-hidden-stage", "hidden-stage.yaml", "orders", (200, "[]"));
}
