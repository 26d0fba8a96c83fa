//! Another VPC reaches the load balancer through an endpoint service: endpoint → network load balancer → application load balancer → API.

use aws_sim::dataplane::Delivery;
use aws_sim::world::defaults::{CONSUMER_VPC, SUBNETS, VPC};

use crate::cloud::{Cloud, Door, one, target_health};

fn subnet(name: &str) -> &'static str {
    SUBNETS.iter().find(|(.., found)| *found == name).map(|(id, ..)| *id).unwrap()
}

/// The door behind a network load balancer that is offered as an endpoint service: its ID and name, and the ARN of the group whose one
/// target is the door's load balancer.
fn service(door: &Door, acceptance: &str) -> (String, String, String) {
    let cloud = &door.cloud;
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
        &[("AcceptanceRequired", acceptance), ("NetworkLoadBalancerArn.1", network.as_str())],
    );
    (one(&service, "serviceId"), one(&service, "serviceName"), group)
}

/// A security group that lets the consumer's VPC in.
fn consumer_group(cloud: &Cloud) -> String {
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
    security_group
}

/// Parameters of a consumer's endpoint.
fn endpoint<'a>(service: &'a str, group: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("VpcEndpointType", "Interface"),
        ("VpcId", CONSUMER_VPC),
        ("ServiceName", service),
        ("SubnetId.1", subnet("consumer-a")),
        ("SecurityGroupId.1", group),
    ]
}

#[test]
fn a_consumer_reaches_the_api() {
    let door = Door::open();
    let (_, service, group) = service(&door, "false");
    let made = door.cloud.ec2("CreateVpcEndpoint", &endpoint(&service, &consumer_group(&door.cloud)));
    let name = one(&made, "dnsName");
    door.cloud.pass(600);
    assert_eq!(door.cloud.get(&format!("https://{name}/test/"), &[]), (200, "Hello from Lambda!".into()));
    let outside = door.cloud.request("GET", &format!("https://{name}/test/"), &[("x-sim-client-ip", "10.9.0.1")]);
    assert!(matches!(outside, Delivery::TimedOut), "the consumer endpoint's group: {outside:?}");
    let health = door.cloud.elb("DescribeTargetHealth", &[("TargetGroupArn", &group)]);
    assert_eq!(one(target_health(&health), "State"), "healthy", "{health}");
}

#[test]
fn another_accounts_endpoint_is_let_in_by_the_provider() {
    let door = Door::open();
    let (id, service, _) = service(&door, "true");
    let consumer = door.cloud.of_account("444455556666");
    let group = consumer_group(&consumer);
    let (status, refused) = consumer.try_query("ec2", "CreateVpcEndpoint", &endpoint(&service, &group));
    assert_eq!(
        (status, one(&refused, "Code").as_str()),
        (400, "InvalidServiceName"),
        "who is not allowed does not see it"
    );
    let allow = [("ServiceId", id.as_str()), ("AddAllowedPrincipals.1", "arn:aws:iam::444455556666:root")];
    door.cloud.ec2("ModifyVpcEndpointServicePermissions", &allow);
    let made = consumer.ec2("CreateVpcEndpoint", &endpoint(&service, &group));
    let (name, endpoint) = (one(&made, "dnsName"), one(&made, "vpcEndpointId"));
    let state = || {
        let seen = consumer.ec2("DescribeVpcEndpoints", &[("VpcEndpointId.1", endpoint.as_str())]);
        let connection = door.cloud.ec2("DescribeVpcEndpointConnections", &[]);
        assert_eq!(one(&connection, "vpcEndpointOwner"), "444455556666");
        (one(&seen, "state"), one(&connection, "vpcEndpointState"))
    };
    let get = || consumer.request("GET", &format!("https://{name}/test/"), &[]);
    door.cloud.pass(600);
    assert_eq!(state(), ("pendingAcceptance".into(), "pendingAcceptance".into()));
    assert!(matches!(get(), Delivery::TimedOut), "not accepted yet");
    let decision = [("ServiceId", id.as_str()), ("VpcEndpointId.1", endpoint.as_str())];
    door.cloud.ec2("AcceptVpcEndpointConnections", &decision);
    door.cloud.pass(600);
    assert_eq!(state(), ("available".into(), "available".into()));
    assert_eq!(get().answer().unwrap().status(), 200);
    let (status, _) = consumer.try_query("ec2", "AcceptVpcEndpointConnections", &decision);
    assert_eq!(status, 400, "the service is not the consumer's");
    door.cloud.ec2("RejectVpcEndpointConnections", &decision);
    assert_eq!(state(), ("rejected".into(), "rejected".into()));
    assert!(matches!(get(), Delivery::TimedOut), "the provider has taken it back");
}

/// AWS `PrivateLink` Guide, "Configure an endpoint service": a zone that a load balancer gets later comes with another association of it.
#[test]
fn a_service_is_in_the_zones_that_its_load_balancer_had_when_it_was_added() {
    let cloud = Cloud::new();
    let network = cloud.elb(
        "CreateLoadBalancer",
        &[("Name", "nlb"), ("Type", "network"), ("Scheme", "internal"), ("Subnets.member.1", subnet("private-a"))],
    );
    let network = one(&network, "LoadBalancerArn");
    let made = cloud.ec2(
        "CreateVpcEndpointServiceConfiguration",
        &[("AcceptanceRequired", "false"), ("NetworkLoadBalancerArn.1", network.as_str())],
    );
    let (id, name) = (one(&made, "serviceId"), one(&made, "serviceName"));
    let endpoint = |zone: &str| {
        let subnet = subnet(&format!("consumer-{zone}"));
        let parameters = [
            ("VpcEndpointType", "Interface"),
            ("VpcId", CONSUMER_VPC),
            ("ServiceName", name.as_str()),
            ("SubnetId.1", subnet),
        ];
        cloud.try_query("ec2", "CreateVpcEndpoint", &parameters)
    };
    let refused = |what: &str| {
        let (status, text) = endpoint("b");
        let message = format!("The VPC endpoint service {name} does not support the availability zone of the subnet: ");
        assert!(status == 400 && text.contains("InvalidParameter") && text.contains(&message), "{what}: {text}");
    };
    assert_eq!(endpoint("a").0, 200);
    refused("a zone that the load balancer is not in");
    cloud.elb(
        "SetSubnets",
        &[
            ("LoadBalancerArn", network.as_str()),
            ("Subnets.member.1", subnet("private-a")),
            ("Subnets.member.2", subnet("private-b")),
        ],
    );
    refused("a zone that the load balancer was given since");
    cloud.ec2(
        "ModifyVpcEndpointServiceConfiguration",
        &[("ServiceId", id.as_str()), ("AddNetworkLoadBalancerArn.1", network.as_str())],
    );
    assert_eq!(endpoint("b").0, 200);
}
