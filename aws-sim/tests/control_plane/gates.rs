//! Faults, rate limits, callers' policies, stale reads.

use aws_sim::gates::consistency::Consistency;
use aws_sim::gates::fault::{Fault, Kind};
use aws_sim::iam::{self, Policy};
use aws_sim::{Config, Simulator};

use super::client::{Client, VPC};

fn create_group(client: &Client, name: &str) -> super::client::Answer {
    client.ec2("CreateSecurityGroup", &format!("GroupName={name}&GroupDescription=d&VpcId={VPC}"))
}

fn groups(client: &Client) -> usize {
    client.ec2("DescribeSecurityGroups", "").ok().all("groupName").len()
}

#[test]
fn a_lost_answer_leaves_the_effect_a_lost_request_does_not() {
    let client = Client::new();
    let before = groups(&client);
    client.simulator.order_fault(Fault::on(Kind::ResetBefore, "CreateSecurityGroup").times(1));
    assert_eq!(create_group(&client, "a").status, 599);
    assert_eq!(groups(&client), before);
    client.simulator.order_fault(Fault::on(Kind::ResetAfter, "Create*").times(1));
    assert_eq!(create_group(&client, "a").status, 599);
    assert_eq!(groups(&client), before + 1);
    assert_eq!(create_group(&client, "a").code(), "InvalidGroup.Duplicate");
    let faults: Vec<_> = client.simulator.calls(None).into_iter().filter_map(|call| call.fault).collect();
    assert_eq!(faults, ["ResetBefore", "ResetAfter"]);
}

#[test]
fn each_service_throttles_in_its_own_words() {
    let client = Client::new();
    client.simulator.order_fault(Fault::on(Kind::Throttle, "*").times(2));
    let ec2 = client.ec2("DescribeVpcs", "");
    assert_eq!((ec2.status, ec2.code()), (503, "RequestLimitExceeded"));
    assert_eq!(client.elb("DescribeLoadBalancers", "").code(), "Throttling");
    client.ec2("DescribeVpcs", "").ok();
}

#[test]
fn buckets_empty_and_fill_again() {
    let client = Client::of(Simulator::new(Config { quotas: vec!["*".to_owned()], ..Config::default() }));
    let made = (0..60).take_while(|n| create_group(&client, &format!("g{n}")).status == 200).count();
    assert_eq!(made, 50);
    client.wait(1);
    let made = (60..80).take_while(|n| create_group(&client, &format!("g{n}")).status == 200).count();
    assert_eq!(made, 5);
}

#[test]
fn stale_reads_end() {
    let client = Client::new();
    let before = groups(&client);
    client.simulator.set_consistency(Consistency { lag_seconds: 5.0, probability: 1.0 });
    create_group(&client, "a").ok();
    assert_eq!(groups(&client), before);
    client.wait(6);
    assert_eq!(groups(&client), before + 1);
}

#[test]
fn policies_deny_what_they_do_not_allow() {
    let client = Client::new();
    let policy = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"},
        {"Effect": "Allow", "Action": "ec2:CreateSecurityGroup", "Resource": "arn:aws:ec2:*:*:vpc/*"},
        {"Effect": "Allow", "Action": ["ec2:CreateSecurityGroup", "ec2:CreateTags"], "Resource": "arn:aws:ec2:*:*:security-group/*",
         "Condition": {"StringEquals": {"aws:RequestTag/owner": "me"}}}]}"#;
    client.simulator.set_policy("test", Some(Policy::parse(policy, iam::Kind::Identity).unwrap()));
    client.ec2("DescribeVpcs", "").ok();
    let denied = create_group(&client, "a");
    assert_eq!((denied.status, denied.code()), (403, "UnauthorizedOperation"));
    assert!(denied.get("Message").contains("ec2:CreateSecurityGroup"), "{}", denied.body);
    let tagged = "&TagSpecification.1.ResourceType=security-group&TagSpecification.1.Tag.1.Key=owner&TagSpecification.1.Tag.1.Value=me";
    client.ec2("CreateSecurityGroup", &format!("GroupName=a&GroupDescription=d&VpcId={VPC}{tagged}")).ok();
    assert_eq!(client.elb("CreateTargetGroup", "Name=t").code(), "AccessDenied");
    create_group(&client.with_key("other"), "b").ok();
}

#[test]
fn the_log_tells_callers_apart() {
    let client = Client::new();
    client.ec2("DescribeVpcs", "").ok();
    create_group(&client.with_key("AKIAOTHER"), "a").ok();
    let calls = client.simulator.calls(None);
    let seen: Vec<_> =
        calls.iter().map(|call| (call.access_key.as_str(), call.operation.as_str(), call.mutating)).collect();
    assert_eq!(seen, [("test", "DescribeVpcs", false), ("AKIAOTHER", "CreateSecurityGroup", true)]);
}
