//! Changes of the API and its stage.

use serde_json::{Value, json};

use super::under_load::example;
use crate::door::Door;
use crate::lab::Lab;

fn mock(path: &str, body: &str) -> Value {
    json!({"path": path, "integration": {"mock": {"body": body}}})
}

#[test]
fn of_the_api() {
    let lab = Lab::new("change-api");
    let object = example(&lab);
    let mut door = Door::open(lab, object);
    let function = door.object["spec"]["api"]["routes"][0].clone();
    door.change_under_load(&[
        ("route added", json!({"api": {"routes": [function, mock("/orders", "[]")]}})),
        ("resource policy", json!({"api": {"resourcePolicy": {"additionalVpcEndpointIds": ["vpce-0a1b2c3d4e5f60009"]}}})),
        ("security policy", json!({"api": {"securityPolicy": "TLS_1_2"}})),
        ("stage settings", json!({"api": {"stage": {"description": "Orders", "variables": {"table": "orders"}, "metrics": "Enabled"}}})),
        ("stage cache", json!({"api": {"stage": {"cache": {"ttlSeconds": 60}}}})),
        ("stage cache resized", json!({"api": {"stage": {"cache": {"sizeGigabytes": "1.6"}}}})),
        ("stage cache taken away", json!({"api": {"stage": {"cache": null}}})),
        ("stage renamed", json!({"api": {"stage": {"name": "live"}}})),
        ("tags", json!({"tags": {"team": "shop"}})),
    ]);
    assert_eq!(door.request("orders"), (200, "[]".to_owned()));
    let before = door.text("/api/deploymentId").to_owned();
    door.change_under_load(&[(
        "function replaced",
        json!({"api": {"routes": [mock("/", "new"), mock("/orders", "[]")]}}),
    )]);
    assert_eq!(door.request("").1, "new");
    door.change_under_load(&[("rolled back", json!({"api": {"stage": {"rollbackTo": before}}}))]);
    assert_eq!(door.request("").1, "Hello from Lambda!");
    door.change_under_load(&[("rolled forward", json!({"api": {"stage": {"rollbackTo": null}}}))]);
    assert_eq!(door.request("").1, "new");
}
