//! An API of others that is kept in parts.

use serde_json::{Value, json};

use crate::door::Door;
use crate::given;
use crate::lab::Lab;

/// What of an API is the front door's business: its associations and its policy.
fn entrance(lab: &Lab, api: &str) -> (Value, Value) {
    let api = lab.apigateway("GET", &format!("/restapis/{api}"), &Value::Null);
    let policy: String = serde_json::from_str(&format!("\"{}\"", api["policy"].as_str().unwrap())).unwrap();
    let associated = api["endpointConfiguration"]["vpcEndpointIds"].as_array().cloned().unwrap_or_default();
    (json!(associated), serde_json::from_str(&policy).unwrap())
}

/// Takes the association and our statement away, and asks for a pass.
fn others_take_away(door: &Door, api: &str, policy: &Value) {
    let endpoint = door.text("/vpcEndpoint/id");
    let operation = |op: &str, path: &str, value: &str| json!({"op": op, "path": path, "value": value});
    let operations = [
        operation("remove", "/endpointConfiguration/vpcEndpointIds", endpoint),
        operation("replace", "/policy", &policy.to_string()),
    ];
    door.lab.apigateway("PATCH", &format!("/restapis/{api}"), &json!({"patchOperations": operations}));
    door.lab.reconcile_now(door.name());
    // AWS still updates the API after what others have changed.
    door.lab.settled(door.name());
}

#[test]
fn of_an_api_of_others_that_is_kept_in_parts_and_given_back() {
    let lab = Lab::new("change-managed");
    let closed = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": lab.account}, "Action": "execute-api:Invoke", "Resource": "execute-api:/*"
    }]});
    let api = given::private_api(&lab, "live", &closed);
    let (before, theirs) = (lab.created(), entrance(&lab, &api));
    let mut object = lab.example("existing-api.yaml");
    object["spec"]["api"]["id"] = json!(api);
    let mut door = Door::open(lab, object);
    assert_eq!(door.request_url().0, 403);
    let managed = json!({"endpointAssociation": "Managed", "resourcePolicy": "Managed", "stage": "Managed"});
    door.change(&json!({"api": {"manage": managed}}));
    assert_eq!(door.request_url(), (200, "theirs".to_owned()));
    let (associated, policy) = entrance(&door.lab, &api);
    assert_eq!(associated, json!([door.text("/vpcEndpoint/id")]));
    assert_eq!(policy["Statement"].as_array().unwrap().len(), 2);
    others_take_away(&door, &api, &closed);
    assert_eq!(entrance(&door.lab, &api), (associated, policy));
    assert_eq!(door.request_url(), (200, "theirs".to_owned()));
    door.lab.delete(door.name());
    assert_eq!(entrance(&door.lab, &api), theirs);
    assert_eq!(door.lab.created(), before);
}
