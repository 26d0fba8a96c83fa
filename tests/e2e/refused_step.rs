//! AWS refuses a step: everything else is done, the status says what is tried when, and it goes on once it is not refused any more.

use k8s_openapi::jiff::Timestamp;
use serde_json::{Value, json};
use testenv::simulator::REGION;

use crate::lab::{KIND, Lab, PATIENCE, RECONCILE_NOW, browse, shared};

/// What Elastic Load Balancing says of a bucket for access logs that it may not write to.
const NO_BUCKET: (&str, &str) =
    ("InvalidConfigurationRequest", "Access Denied for bucket: logs. Please check S3bucket permission");

/// Has the calls of an operation refused in this account.
fn refuse(lab: &Lab, operation: &str, (code, message): (&str, &str)) {
    let fault =
        json!({"kind": "refuse", "operation": operation, "account": lab.account, "code": code, "message": message});
    shared().simulator.send("POST", "faults", &fault).unwrap();
}

fn lift(lab: &Lab) {
    shared().simulator.send("DELETE", &format!("faults?account={}", lab.account), &Value::Null).unwrap();
}

/// A front door with settings of the load balancer, as it is when AWS refuses them.
fn refused_settings(lab: &Lab) -> String {
    refuse(lab, "ModifyLoadBalancerAttributes", NO_BUCKET);
    let mut object = lab.example("alb-mock.yaml");
    object["spec"]["loadBalancer"]["create"]["attributes"] = json!({"idleTimeoutSeconds": 120});
    lab.apply(&object)
}

fn condition<'a>(object: &'a Value, kind: &str) -> &'a Value {
    let conditions = object["status"]["conditions"].as_array();
    conditions.into_iter().flatten().find(|it| it["type"] == kind).unwrap_or(&Value::Null)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[test]
fn a_wrong_log_bucket_keeps_nothing_else_and_goes_on_by_itself_once_it_is_right() {
    let lab = Lab::new("refused-bucket");
    let name = refused_settings(&lab);
    let object = lab.kubectl.wait((KIND, &name), "all other parts", PATIENCE, |object| {
        let ready = |kind: &&str| condition(object, kind)["status"] == "True";
        let all = ["EndpointReady", "ApiReady", "TargetsReady"].iter().all(ready);
        let refused = condition(object, "LoadBalancerReady")["reason"] == "RequestRefused";
        if all && refused { Ok(object.clone()) } else { Err(object["status"]["conditions"].to_string()) }
    });
    let object = object.unwrap();
    let message = text(&condition(&object, "LoadBalancerReady")["message"]);
    let field = "spec.loadBalancer.create.attributes: elasticloadbalancing:ModifyLoadBalancerAttributes: ";
    for part in [field, NO_BUCKET.0, NO_BUCKET.1, "; next attempt at "] {
        assert!(message.contains(part), "{part} in {message}");
    }
    let stalled = condition(&object, "Stalled");
    let now = format!("; to try now: kubectl annotate pafd/{name} {RECONCILE_NOW}=\"$(date +%s)\" --overwrite");
    assert!(stalled["status"] == "True" && text(&stalled["message"]).contains(&now), "{stalled}");
    assert_eq!(browse(text(&object["status"]["url"])).0, 200);
    lift(&lab);
    lab.settled(&name);
}

#[test]
fn a_refused_step_is_tried_at_once_when_the_annotation_asks_for_it() {
    let lab = Lab::new("refused-now");
    let name = refused_settings(&lab);
    // The waits grow: until the next one is long enough to tell.
    let due = lab.kubectl.wait((KIND, &name), "a long wait", PATIENCE, |object| {
        let message = text(&condition(object, "LoadBalancerReady")["message"]);
        let due = message.rsplit_once("next attempt at ").and_then(|(_, time)| time.parse::<Timestamp>().ok());
        let due = due.filter(|due| due.as_second() - Timestamp::now().as_second() > 8);
        due.ok_or_else(|| object["status"]["conditions"].to_string())
    });
    let (due, tries) = (due.unwrap(), lab.calls()["ModifyLoadBalancerAttributes"]);
    lift(&lab);
    lab.reconcile_now(&name);
    assert_eq!(lab.calls()["ModifyLoadBalancerAttributes"], tries + 1);
    assert!(Timestamp::now() < due);
    lab.settled(&name);
}

#[test]
fn a_deletion_goes_on_by_itself_once_a_base_path_mapping_is_gone() {
    let lab = Lab::new("refused-mapping");
    let name = lab.apply(&lab.example("alb-mock.yaml"));
    let object = lab.settled(&name);
    let certificate = format!("arn:aws:acm:{REGION}:{}:certificate/0a1b2c3d-4e5f-4000-8000-000000000001", lab.account);
    let domain = json!({"domainName": "api.example.com", "certificateArn": certificate,
        "endpointConfiguration": {"types": ["PRIVATE"]}});
    let id = lab.apigateway("POST", "/domainnames", &domain)["domainNameId"].clone();
    let (mappings, of) = ("/domainnames/api.example.com/basepathmappings", format!("domainNameId={}", text(&id)));
    let mapping = json!({"restApiId": object["status"]["api"]["id"]});
    lab.apigateway("POST", &format!("{mappings}?{of}"), &mapping);

    lab.kubectl.delete(KIND, &name).unwrap();
    let told = lab.kubectl.wait((KIND, &name), "the refusal, and nothing else left", PATIENCE, |object| {
        let message = text(&condition(object, "Stalled")["message"]);
        let parts = ["apigateway:DeleteRestApi: ", "base path mappings", "; next attempt at ", "; to try now: "];
        let said =
            condition(object, "Stalled")["reason"] == "RequestRefused" && parts.iter().all(|it| message.contains(it));
        let left = lab.created().into_iter().filter(|it| !it.contains("apigateway:")).collect::<Vec<_>>();
        if said && left.is_empty() { Ok(()) } else { Err(format!("{left:?} {}", object["status"]["conditions"])) }
    });
    told.unwrap();
    assert_eq!(lab.created().iter().filter(|it| it.contains("apigateway:restapi")).count(), 1, "{:?}", lab.created());

    lab.apigateway("DELETE", &format!("{mappings}/(none)?{of}"), &Value::Null);
    lab.kubectl.wait_gone((KIND, &name), PATIENCE).unwrap();
    lab.apigateway("DELETE", &format!("/domainnames/api.example.com?{of}"), &Value::Null);
    assert_eq!(lab.created(), Vec::<String>::new());
}
