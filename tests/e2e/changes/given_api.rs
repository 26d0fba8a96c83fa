//! An API of others that is kept in parts.

use serde_json::{Value, json};

use super::door::Door;
use crate::given;
use crate::lab::Lab;

/// What of an API is the front door's business: its associations and its policy.
fn entrance(lab: &Lab, api: &str) -> (Value, Value) {
    let api = lab.apigateway("GET", &format!("/restapis/{api}"), &Value::Null);
    let policy: String = serde_json::from_str(&format!("\"{}\"", api["policy"].as_str().unwrap())).unwrap();
    let associated = api["endpointConfiguration"]["vpcEndpointIds"].as_array().cloned().unwrap_or_default();
    (json!(associated), serde_json::from_str(&policy).unwrap())
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
    door.lab.delete(door.object["metadata"]["name"].as_str().unwrap());
    assert_eq!(entrance(&door.lab, &api), theirs);
    assert_eq!(door.lab.created(), before);
}
