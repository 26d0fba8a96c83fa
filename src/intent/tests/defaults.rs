//! What is filled in.

use serde_json::json;

use super::*;
use crate::intent::{ApiIntent, ListenerIntent, SecurityGroups, TargetGroupIntent};

#[test]
fn defaults_fill_what_the_user_leaves_out() {
    let intent = intent(&[]);
    let ApiIntent::Create(api) = &intent.api else { panic!("created") };
    assert_eq!(
        (api.name.as_str(), intent.stage.name.as_str(), intent.vpc_id.as_str()),
        ("shop-orders", "prod", "vpc-1")
    );
    let balancer = intent.load_balancer.expect("one");
    let ListenerIntent::Create(create) = &balancer.listener else { panic!("created") };
    assert_eq!((create.port, create.ssl_policy.as_deref()), (80, None));
    assert_eq!(create.security_groups, SecurityGroups::Managed);
    let target_group =
        TargetGroupIntent::Create { health_check: HealthCheck::https("200,403"), deregistration_delay: 30 };
    assert_eq!(balancer.target_group, target_group);
    assert_eq!(balancer.rules.len(), 1);
}

#[test]
fn an_https_listener_gets_port_443_and_a_policy_with_tls_1_3() {
    let listener = json!({"protocol": "HTTPS", "certificateArns": ["arn:aws:iam::111122223333:server-certificate/a"]});
    let balancer = json!({"create": {"subnetIds": ["subnet-a", "subnet-b"]}, "listener": listener});
    let balancer = intent(&[("loadBalancer", balancer)]).load_balancer.expect("one");
    let ListenerIntent::Create(create) = &balancer.listener else { panic!("created") };
    assert_eq!((create.port, create.ssl_policy.as_deref()), (443, Some("ELBSecurityPolicy-TLS13-1-2-2021-06")));
}

#[test]
fn a_name_that_is_too_long_for_an_api_is_cut() {
    let long = Owner { name: "n".repeat(253), ..owner() };
    let intent = resolve(&spec(&[]), &long, &found()).expect("a spec that can be had");
    let ApiIntent::Create(api) = &intent.api else { panic!("created") };
    assert_eq!(api.name.len(), 255);
}
