//! How much a pass reads.

use frontdoor::aws::Pass;
use frontdoor::change::{Change, ListenerChange, Output, RuleChange, TargetGroupChange};
use frontdoor::intent::Wanted;
use frontdoor::node::Node;
use frontdoor::observed::Snapshot;

use crate::lab::{Lab, function_arn, http, owner, private_subnets};

/// Lookup and observation as a controller makes them in one pass; answers the reads, sorted since some run at the same time.
async fn pass(lab: &Lab) -> Vec<String> {
    let mark = lab.mark();
    let pass = Pass::default();
    lab.aws.lookup(&lab.wanted, &pass).await.unwrap();
    lab.aws.observe(&lab.owner, &lab.wanted, &pass).await.unwrap();
    let mut calls = lab.calls_since(mark);
    calls.sort();
    calls
}

/// An object that has everything.
async fn everything() -> Lab {
    let mut lab = Lab::new();
    let endpoint_group = lab.security_group("endpoint-security-group").await;
    let balancer_group = lab.security_group("load-balancer-security-group").await;
    let endpoint = lab.vpc_endpoint(&endpoint_group).await;
    let api = lab.rest_api(&endpoint).await;
    lab.deploy(&api, &endpoint, "hash").await;
    let balancer = lab.load_balancer(&balancer_group).await;
    let listener = lab.listener(&balancer).await;
    let target_group = lab.target_group().await;
    lab.wait(5).await;
    let addresses = lab.predicted.vpc_endpoints[0].target_addresses().unwrap();
    lab.step(Change::TargetGroup(TargetGroupChange::Register { arn: target_group.clone(), addresses })).await;
    lab.rule(&listener, &target_group, 1).await;
    lab.wanted.subnet_ids = private_subnets();
    lab
}

#[tokio::test]
async fn everything_owned_costs_twelve_reads_and_one_for_each_function() {
    let mut lab = everything().await;
    lab.wanted.function_arns = [function_arn()].into();
    pass(&lab).await;
    let expected = [
        "DescribeListeners",
        "DescribeLoadBalancerAttributes",
        "DescribeLoadBalancers",
        "DescribeRules",
        "DescribeSecurityGroups",
        "DescribeTags",
        "DescribeTargetGroupAttributes",
        "DescribeTargetGroups",
        "DescribeTargetHealth",
        "DescribeVpcEndpoints",
        "GetPolicy",
        "GetRestApis",
        "GetStages",
    ];
    assert_eq!(pass(&lab).await, expected);
}

#[tokio::test]
async fn behind_a_given_listener_a_pass_costs_eight_reads() {
    let mut lab = Lab::new();
    // Somebody else's load balancer and security groups.
    lab.owner = owner("platform");
    let group = lab.security_group("load-balancer-security-group").await;
    let balancer = lab.load_balancer(&group).await;
    let create = ListenerChange::Create { load_balancer_arn: balancer, settings: http(80), tags: lab.tags("listener") };
    let Output::Id(listener) = lab.aws.execute(&Change::Listener(create)).await.unwrap() else {
        panic!("a listener was made")
    };
    lab.predicted = Snapshot::default();
    lab.owner = owner("orders");
    lab.wanted = Wanted { kept_stage: Some("prod".to_owned()), ..Wanted::default() };
    let endpoint = lab.vpc_endpoint(&group).await;
    let api = lab.rest_api(&endpoint).await;
    lab.deploy(&api, &endpoint, "hash").await;
    lab.wait(5).await;
    lab.wanted.managed = [Node::TargetGroup].into();
    lab.wanted.subnet_ids = private_subnets();
    let target_group = lab.target_group().await;
    let addresses = lab.predicted.vpc_endpoints[0].target_addresses().unwrap();
    lab.step(Change::TargetGroup(TargetGroupChange::Register { arn: target_group.clone(), addresses })).await;
    let rule = lab.rule_change(&listener, &target_group, 1);
    assert!(matches!(rule, Change::Rule(RuleChange::Create { .. })));
    lab.aws.execute(&rule).await.unwrap();
    lab.wanted.listener_arn = Some(listener);
    let first = pass(&lab).await;
    let expected = [
        "DescribeRules",
        "DescribeTags",
        "DescribeTargetGroupAttributes",
        "DescribeTargetGroups",
        "DescribeTargetHealth",
        "DescribeVpcEndpoints",
        "GetRestApis",
        "GetStages",
    ];
    assert_eq!(pass(&lab).await, expected, "after a first pass of {first:?}");
}

#[tokio::test]
async fn a_restarted_controller_reads_a_little_more_once() {
    let mut lab = everything().await;
    lab.restart();
    let calls = pass(&lab).await;
    let extra = ["GetCallerIdentity", "DescribeSubnets", "GetDeployment", "DescribeNetworkInterfaces"];
    assert_eq!(calls.len(), 12 + extra.len(), "{calls:?}");
    assert!(extra.iter().all(|operation| calls.iter().any(|call| call == operation)), "{calls:?}");
}
