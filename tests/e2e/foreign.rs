//! What belongs to others stays as it is.

use serde_json::json;

use crate::given::{self, fixed_response};
use crate::lab::{Lab, browse};

/// All that AWS says of the listener's rules but the request's own ID.
fn rules(lab: &Lab, listener_arn: &str) -> String {
    let answer = lab.elb(&format!("DescribeRules&ListenerArn={listener_arn}"));
    answer.split("<ResponseMetadata>").next().unwrap_or_default().to_owned()
}

#[test]
fn shared_listener_keeps_the_rules_of_others() {
    let lab = Lab::new("foreign");
    let listener = given::load_balancer(&lab).listener_arn;
    let conditions =
        "Conditions.member.1.Field=path-pattern&Conditions.member.1.PathPatternConfig.Values.member.1=/theirs";
    let answer = fixed_response("Actions", 418);
    lab.elb(&format!("CreateRule&ListenerArn={listener}&Priority=7&{conditions}&{answer}"));
    // An API with the name that ours gets, but without our tags.
    lab.apigateway("POST", "/restapis", &json!({"name": "alb-lambda"}));
    let (before, rules_before) = (lab.created(), rules(&lab, &listener));

    let mut object = lab.example("alb-lambda.yaml");
    object["spec"]["loadBalancer"] = json!({"listenerArn": listener});
    let name = lab.apply(&object);
    let url = lab.ready(&name)["status"]["url"].as_str().unwrap().to_owned();
    assert_eq!(browse(&url), (200, "Hello from Lambda!".to_owned()));
    assert_eq!(lab.census().get("elasticloadbalancing:loadbalancer"), Some(&1));
    assert_eq!(browse(&url.replace("/test/", "/theirs")).0, 418);

    lab.delete(&name);
    assert_eq!(lab.created(), before);
    assert_eq!(rules(&lab, &listener), rules_before);
}
