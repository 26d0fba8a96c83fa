//! What AWS does on bad days.

use std::time::Duration;

use frontdoor::aws::{Class, Pass};
use frontdoor::change::{Change, RuleChange, StageChange};
use frontdoor::intent::Wanted;
use serde_json::json;

use crate::common::control;
use crate::lab::{ACCOUNT, Lab, public_subnets};

fn fault(lab: &Lab, fault: &serde_json::Value) {
    control(&lab.simulator, "POST", "faults", fault);
}

#[tokio::test]
async fn a_throttled_create_is_not_tried_again_and_says_when_to() {
    let mut lab = Lab::new();
    let endpoint = lab.any_endpoint().await;
    fault(&lab, &json!({"kind": "throttle", "operation": "CreateRestApi", "count": 1, "retryAfter": 7}));
    let mark = lab.mark();
    let error = lab.fails(lab.api_change(&endpoint)).await;
    assert_eq!(lab.calls_since(mark), ["CreateRestApi"]);
    assert_eq!((error.class, error.retry_after), (Class::Throttled, Some(Duration::from_secs(7))), "{error}");
}

#[tokio::test]
async fn a_throttled_read_is_tried_again() {
    let lab = Lab::new();
    fault(&lab, &json!({"kind": "throttle", "operation": "DescribeSubnets", "count": 1}));
    let mark = lab.mark();
    let wanted = Wanted { subnet_ids: public_subnets(), ..Wanted::default() };
    let found = lab.aws.lookup(&wanted, &Pass::default()).await.unwrap();
    assert_eq!(found.subnets.len(), 2);
    assert_eq!(lab.calls_since(mark).iter().filter(|call| *call == "DescribeSubnets").count(), 2);
}

#[tokio::test]
async fn an_api_whose_answer_was_lost_exists_once() {
    let mut lab = Lab::new();
    let endpoint = lab.any_endpoint().await;
    fault(&lab, &json!({"kind": "resetAfter", "operation": "CreateRestApi", "count": 1}));
    let error = lab.fails(lab.api_change(&endpoint)).await;
    assert_eq!(error.class, Class::Transient, "{error}");
    assert_eq!(lab.observe().await.rest_apis.len(), 1);
}

#[tokio::test]
async fn an_endpoint_whose_answer_was_lost_exists_once() {
    let mut lab = Lab::new();
    let group = lab.security_group("endpoint-security-group").await;
    fault(&lab, &json!({"kind": "resetAfter", "operation": "CreateVpcEndpoint", "count": 1}));
    let mark = lab.mark();
    lab.aws.execute(&lab.endpoint_change(&group)).await.unwrap();
    assert_eq!(lab.calls_since(mark), ["CreateVpcEndpoint", "CreateVpcEndpoint"]);
    assert_eq!(lab.observe().await.vpc_endpoints.len(), 1);
}

#[tokio::test]
async fn a_failure_of_aws_is_transient() {
    let lab = Lab::new();
    fault(&lab, &json!({"kind": "internalError", "operation": "CreateDeployment", "count": 1}));
    let deploy = StageChange::deploy("a1b2c3d4e5", "prod", "hash");
    let error = lab.fails(Change::Stage(deploy)).await;
    assert_eq!(error.class, Class::Transient, "{error}");
}

#[tokio::test]
async fn a_refusal_names_what_is_missing() {
    let mut lab = Lab::new();
    let endpoint = lab.any_endpoint().await;
    let group = lab.predicted.security_groups[0].id.clone();
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}]});
    control(&lab.simulator, "PUT", "policies", &json!({"caller": ACCOUNT, "policy": policy}));
    let changes = [
        (lab.endpoint_change(&group), "ec2:CreateVpcEndpoint"),
        (lab.api_change(&endpoint), "apigateway:POST"),
        (lab.load_balancer_change(&group), "elasticloadbalancing:CreateLoadBalancer"),
        (lab.permission("a1b2c3d4e5"), "lambda:AddPermission"),
    ];
    for (change, action) in changes {
        let error = lab.fails(change).await;
        assert_eq!(error.class, Class::Denied, "{error}");
        assert!(error.message.contains(&format!("lacks {action} on arn:aws:")), "{error}");
    }
}

#[tokio::test]
async fn a_rule_that_is_listed_though_it_is_gone_does_not_hide_the_tags_of_the_rest() {
    let mut lab = Lab::new();
    let group = lab.security_group("load-balancer-security-group").await;
    let balancer = lab.load_balancer(&group).await;
    let listener = lab.listener(&balancer).await;
    let target_group = lab.target_group().await;
    control(&lab.simulator, "PUT", "consistency", &json!({"lagSeconds": 60, "probability": 0}));
    let gone = lab.rule(&listener, &target_group, 10).await;
    let kept = lab.rule(&listener, &target_group, 20).await;
    lab.wait(5).await;
    lab.step(Change::Rule(RuleChange::Delete { arn: gone })).await;
    fault(&lab, &json!({"kind": "stale", "operation": "DescribeRules", "count": 1}));
    let mark = lab.mark();
    let observed = lab.observe().await;
    assert_eq!(observed.rules.iter().map(|rule| &rule.arn).collect::<Vec<_>>(), [&kept]);
    assert_eq!((observed.target_groups.len(), observed.listeners.len(), observed.load_balancers.len()), (1, 1, 1));
    assert_eq!(lab.calls_since(mark).iter().filter(|call| *call == "DescribeTags").count(), 6);
}
