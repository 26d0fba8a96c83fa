//! Another VPC reaches the load balancer through an endpoint service: endpoint → network load balancer → application load balancer → API.

use aws_sim::dataplane::Delivery;
use aws_sim::world::defaults::{CONSUMER_VPC, SUBNETS, VPC};

use crate::cloud::{Door, one};

/// DNS name of a consumer's endpoint to the door, and the ARN of the group whose one target is the door's load balancer.
fn consumer(door: &Door) -> (String, String) {
    let cloud = &door.cloud;
    let subnet = |name: &str| SUBNETS.iter().find(|(.., found)| *found == name).map(|(id, ..)| *id).unwrap();
    let balancer = one(&cloud.elb("DescribeLoadBalancers", &[("Names.member.1", "door")]), "LoadBalancerArn");
    let network = cloud.elb(
        "CreateLoadBalancer",
        &[
            ("Name", "nlb"),
            ("Type", "network"),
            ("Scheme", "internal"),
            ("Subnets.member.1", subnet("private-a")),
            ("Subnets.member.2", subnet("private-b")),
        ],
    );
    let network = one(&network, "LoadBalancerArn");
    let group = [
        ("Name", "to-alb"),
        ("Protocol", "TCP"),
        ("Port", "80"),
        ("VpcId", VPC),
        ("TargetType", "alb"),
        ("Matcher.HttpCode", "200-499"),
        ("HealthCheckProtocol", "HTTP"),
    ];
    let group = one(&cloud.elb("CreateTargetGroup", &group), "TargetGroupArn");
    let listener = [
        ("LoadBalancerArn", network.as_str()),
        ("Protocol", "TCP"),
        ("Port", "80"),
        ("DefaultActions.member.1.Type", "forward"),
        ("DefaultActions.member.1.TargetGroupArn", group.as_str()),
    ];
    cloud.elb("CreateListener", &listener);
    cloud.elb(
        "RegisterTargets",
        &[
            ("TargetGroupArn", group.as_str()),
            ("Targets.member.1.Id", balancer.as_str()),
            ("Targets.member.1.Port", "80"),
        ],
    );
    cloud.pass(600);
    let service = cloud.ec2(
        "CreateVpcEndpointServiceConfiguration",
        &[("AcceptanceRequired", "false"), ("NetworkLoadBalancerArn.1", network.as_str())],
    );
    let name = one(&service, "serviceName");
    let made = cloud
        .ec2("CreateSecurityGroup", &[("GroupName", "consumer"), ("GroupDescription", "d"), ("VpcId", CONSUMER_VPC)]);
    let security_group = one(&made, "groupId");
    let rule = [
        ("GroupId", security_group.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "443"),
        ("IpPermissions.1.ToPort", "443"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "10.1.0.0/16"),
    ];
    cloud.ec2("AuthorizeSecurityGroupIngress", &rule);
    let endpoint = cloud.ec2(
        "CreateVpcEndpoint",
        &[
            ("VpcEndpointType", "Interface"),
            ("VpcId", CONSUMER_VPC),
            ("ServiceName", name.as_str()),
            ("SubnetId.1", subnet("consumer-a")),
            ("SecurityGroupId.1", security_group.as_str()),
        ],
    );
    cloud.pass(600);
    (one(&endpoint, "dnsName"), group)
}

#[test]
fn a_consumer_reaches_the_api() {
    let door = Door::open();
    let (name, group) = consumer(&door);
    assert_eq!(door.cloud.get(&format!("https://{name}/test/"), &[]), (200, "Hello from Lambda!".into()));
    let outside = door.cloud.request("GET", &format!("https://{name}/test/"), &[("x-sim-client-ip", "10.9.0.1")]);
    assert!(matches!(outside, Delivery::TimedOut), "the consumer endpoint's group: {outside:?}");
    let health = door.cloud.elb("DescribeTargetHealth", &[("TargetGroupArn", &group)]);
    assert_eq!(one(&health, "State"), "healthy", "{health}");
}
