//! Policies that let no request pass: told before anything is made, and never `Ready`.

use serde_json::{Value, json};

use crate::given;
use crate::lab::{KIND, Lab, PATIENCE, browse};
use crate::plan::plan;

/// Denies every address but some by a key that no request through an endpoint has.
fn by_address() -> Value {
    json!({
        "Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*",
        "Condition": {"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}},
    })
}

fn condition<'a>(object: &'a Value, kind: &str) -> &'a Value {
    object["status"]["conditions"].as_array().unwrap().iter().find(|it| it["type"] == kind).unwrap()
}

fn patch_policy(lab: &Lab, api: &str, policy: &Value) {
    let operation = json!({"op": "replace", "path": "/policy", "value": policy.to_string()});
    lab.apigateway("PATCH", &format!("/restapis/{api}"), &json!({"patchOperations": [operation]}));
    lab.apigateway("POST", &format!("/restapis/{api}/deployments"), &json!({"stageName": "live"}));
}

#[test]
fn a_policy_of_the_spec_that_lets_no_request_pass_is_refused_before_anything_is_made() {
    let lab = Lab::new("denied-spec");
    let mut object = lab.example("alb-mock.yaml");
    object["spec"]["api"]["resourcePolicy"] = json!({"statements": [by_address()]});
    let parts = [
        "spec.api.resourcePolicy.statements[0]: it denies every request that comes through the load balancer and the VPC endpoint",
        "aws:SourceIp is not present in requests that come through a VPC endpoint",
        "use aws:SourceVpc or aws:SourceVpce instead",
    ];
    let output = plan(&lab, &object);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(parts.iter().all(|part| said.contains(part)), "{said}");
    let name = lab.apply(&object);
    let object = lab.kubectl.wait_condition((KIND, &name), "Stalled", "True", PATIENCE).unwrap();
    let ready = condition(&object, "Ready");
    assert_eq!((&ready["status"], &ready["reason"]), (&json!("False"), &json!("InvalidSpec")));
    assert!(parts.iter().all(|part| ready["message"].as_str().unwrap().contains(part)), "{ready}");
    assert_eq!((lab.mutations(), lab.created()), (0, Vec::new()));
}

#[test]
fn an_existing_api_whose_policy_lets_no_request_pass_is_not_ready_until_it_does() {
    let lab = Lab::new("denied-existing");
    let open = given::open_policy();
    let mut denying = open.clone();
    denying["Statement"].as_array_mut().unwrap().push(by_address());
    let api = given::private_api(&lab, "live", &denying);
    let mut object = lab.example("existing-api.yaml");
    object["spec"]["api"]["id"] = json!(api);
    let name = lab.apply(&object);
    let told = lab.kubectl.wait((KIND, &name), "the policy to be told", PATIENCE, |object| {
        let conditions = object["status"]["conditions"].as_array().cloned().unwrap_or_default();
        let of = |kind: &str| conditions.iter().find(|it| it["type"] == kind).cloned().unwrap_or_default();
        let stands = of("TargetsReady")["status"] == "True" && of("LoadBalancerReady")["status"] == "True";
        if stands && of("Stalled")["status"] == "True" { Ok(()) } else { Err(json!(conditions).to_string()) }
    });
    told.unwrap();
    let object = lab.kubectl.get(KIND, &name).unwrap().unwrap();
    let ready = condition(&object, "ApiReady");
    assert_eq!((&ready["status"], &ready["reason"]), (&json!("False"), &json!("ResourceFault")));
    let message = ready["message"].as_str().unwrap();
    let expected =
        format!("spec.api.id: Statement[1] of the resource policy of REST API {api}: it denies every request");
    assert!(message.starts_with(&expected) && message.contains("aws:SourceIp is not present"), "{message}");
    assert_eq!(condition(&object, "Ready")["status"], "False");
    let url = object["status"]["url"].as_str().unwrap();
    assert_eq!(browse(url).0, 403);
    patch_policy(&lab, &api, &open);
    lab.reconcile_now(&name);
    lab.settled(&name);
    assert_eq!(browse(url), (200, "theirs".to_owned()));
    // What others close later is told, too.
    patch_policy(&lab, &api, &denying);
    lab.reconcile_now(&name);
    lab.kubectl.wait_condition((KIND, &name), "Ready", "False", PATIENCE).unwrap();
    lab.delete(&name);
}
