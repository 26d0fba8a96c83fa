//! What the user forbids is not done, and is told.

use serde_json::{Value, json};

use crate::lab::{KIND, Lab, PATIENCE, browse, shared};

fn lines(object: &Value) -> Vec<String> {
    let lines = object["status"]["plan"].as_array().into_iter().flatten();
    lines.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn an_observed_object_writes_nothing_and_shows_its_plan() {
    let lab = Lab::new("observe");
    let mut object = lab.example("alb-lambda.yaml");
    object["spec"]["managementPolicy"] = json!("Observe");
    let name = lab.apply(&object);
    let object = lab.kubectl.wait_condition((KIND, &name), "Ready", "False", PATIENCE).unwrap();
    let plan = lines(&object);
    assert!(plan.iter().any(|line| line.contains("ec2:CreateSecurityGroup")), "{plan:#?}");
    assert!(plan.iter().any(|line| line.contains("vpc-endpoint: create after")), "{plan:#?}");
    let ready = object["status"]["conditions"].as_array().unwrap().iter().find(|it| it["type"] == "Ready").unwrap();
    assert_eq!(ready["reason"], "Drifted");
    assert_eq!((lab.mutations(), lab.created()), (0, Vec::new()));
    assert!(object["metadata"]["finalizers"].is_null());
    lab.delete(&name);
    assert_eq!(lab.mutations(), 0);
}

#[test]
fn suspended_nothing_is_asked_and_deletion_waits() {
    let lab = Lab::new("suspend");
    let name = lab.apply(&lab.example("alb-lambda.yaml"));
    lab.ready(&name);
    lab.patch(&name, &json!({"spec": {"suspend": true}}));
    lab.kubectl.wait_condition((KIND, &name), "Suspended", "True", PATIENCE).unwrap();
    let before = lab.mutations();
    lab.patch(&name, &json!({"spec": {"tags": {"team": "shop"}}}));
    lab.kubectl.delete(KIND, &name).unwrap();
    let object = lab.kubectl.get(KIND, &name).unwrap().unwrap();
    assert!(object["metadata"]["deletionTimestamp"].is_string());
    assert_eq!(lab.mutations(), before);
    lab.patch(&name, &json!({"spec": {"suspend": false}}));
    lab.kubectl.wait_gone((KIND, &name), PATIENCE).unwrap();
    assert_eq!(lab.created(), Vec::<String>::new());
}

#[test]
fn what_is_retained_still_answers_and_has_no_owner() {
    let lab = Lab::new("retain");
    let mut object = lab.example("alb-lambda.yaml");
    object["spec"]["deletionPolicy"] = json!("Retain");
    object["spec"]["tags"] = json!({"team": "shop"});
    let name = lab.apply(&object);
    let url = lab.ready(&name)["status"]["url"].as_str().unwrap().to_owned();
    let before = lab.created();
    lab.delete(&name);
    assert_eq!(lab.created(), before);
    assert_eq!(browse(&url), (200, "Hello from Lambda!".to_owned()));
    let state = shared().simulator.query(&lab.account, "ec2", "Action=DescribeVpcEndpoints&Version=2016-11-15");
    let state = state.unwrap();
    assert!(!state.contains("privateapi.dev/") && state.contains("shop"), "{state}");
}

#[test]
fn a_section_may_stay_while_the_rest_goes() {
    let lab = Lab::new("retain-endpoint");
    let mut object = lab.example("alb-lambda.yaml");
    object["spec"]["vpcEndpoint"]["create"]["deletionPolicy"] = json!("Retain");
    let name = lab.apply(&object);
    lab.ready(&name);
    lab.delete(&name);
    let census = lab.census();
    assert_eq!((census.get("ec2:vpc-endpoint"), census.get("ec2:security-group")), (Some(&1), Some(&1)), "{census:?}");
    assert!(census.keys().all(|kind| kind.starts_with("ec2:")), "{census:?}");
}

#[test]
fn a_namespace_with_front_doors_can_be_deleted() {
    let lab = Lab::new("namespace");
    let name = lab.apply(&lab.example("alb-lambda.yaml"));
    lab.ready(&name);
    shared().cluster.kubectl().run(&["delete", "namespace", "namespace", "--wait=false"]).unwrap();
    // No controller of namespaces runs here: it would delete what is in it.
    lab.delete(&name);
    assert_eq!(lab.created(), Vec::<String>::new());
}

#[test]
fn a_front_door_that_is_only_observed_tells_what_others_did_and_leaves_it() {
    let lab = Lab::new("observe-drift");
    let name = lab.apply(&lab.example("alb-lambda.yaml"));
    let status = lab.ready(&name)["status"].clone();
    lab.patch(&name, &json!({"spec": {"managementPolicy": "Observe"}}));
    lab.elb(&format!("DeleteRule&RuleArn={}", status["rules"][0]["arn"].as_str().unwrap()));
    let before = lab.mutations();
    lab.reconcile_now(&name);
    let object = lab.kubectl.wait_condition((KIND, &name), "Ready", "False", PATIENCE).unwrap();
    let plan = lines(&object);
    assert!(plan.iter().any(|line| line.contains("elasticloadbalancing:CreateRule")), "{plan:#?}");
    assert_eq!(lab.mutations(), before);
    lab.patch(&name, &json!({"spec": {"managementPolicy": "Manage"}}));
    lab.settled(&name);
    assert_eq!(browse(status["url"].as_str().unwrap()), (200, "Hello from Lambda!".to_owned()));
}

#[test]
fn a_protected_load_balancer_serves_until_somebody_frees_it() {
    let lab = Lab::new("protected");
    let name = lab.apply(&lab.example("alb-lambda.yaml"));
    let status = lab.ready(&name)["status"].clone();
    let (url, arn) = (status["url"].as_str().unwrap(), status["loadBalancer"]["arn"].as_str().unwrap());
    let protect = |on: bool| {
        let attribute = format!("Attributes.member.1.Key=deletion_protection.enabled&Attributes.member.1.Value={on}");
        lab.elb(&format!("ModifyLoadBalancerAttributes&LoadBalancerArn={arn}&{attribute}"));
    };
    protect(true);
    lab.reconcile_now(&name);
    lab.kubectl.delete(KIND, &name).unwrap();
    let told = lab.kubectl.wait_condition((KIND, &name), "Stalled", "True", PATIENCE).unwrap();
    let conditions = told["status"]["conditions"].to_string();
    for part in ["elasticloadbalancing:DeleteLoadBalancer", "Key=deletion_protection.enabled,Value=false"] {
        assert!(conditions.contains(part), "{part} in {conditions}");
    }
    assert_eq!(browse(url), (200, "Hello from Lambda!".to_owned()));
    protect(false);
    lab.reconcile_now(&name);
    lab.kubectl.wait_gone((KIND, &name), PATIENCE).unwrap();
    assert_eq!(lab.created(), Vec::<String>::new());
}
