//! Endpoint and security groups.

use serde_json::json;

use super::{Row, put_right};
use crate::aws::every;
use crate::door::Door;
use crate::lab::Lab;

const DEFAULT_GROUP: &str = "sg-0a1b2c3d4e5f60001";

/// What EC2 says of the endpoint, but for its interfaces: those of a subnet that went and came back are others.
fn endpoint(door: &Door) -> String {
    let elements = ["privateDnsEnabled", "policyDocument", "groupId", "item", "key", "value", "ipAddressType"];
    let all = door.ec2(&format!("DescribeVpcEndpoints&VpcEndpointId.1={}", door.endpoint()), &elements);
    let interfaces = |text: &str| text.contains("eni-");
    all.split(", ").filter(|text| !interfaces(text)).collect()
}

fn modify(door: &Door, what: &str) {
    door.lab.ec2(&format!("ModifyVpcEndpoint&VpcEndpointId={}&{what}", door.endpoint()));
}

/// The rules of both groups, but for their IDs.
fn groups(door: &Door) -> String {
    let elements = ["isEgress", "ipProtocol", "fromPort", "toPort", "cidrIpv4", "groupId"];
    let of = |id: String| {
        let answer = door.lab.ec2(&format!("DescribeSecurityGroupRules&Filter.1.Name=group-id&Filter.1.Value.1={id}"));
        let rule = |item: &str| elements.iter().flat_map(|element| every(item, element)).collect::<Vec<_>>().join(" ");
        let mut rules: Vec<String> = answer.split("<item>").skip(1).map(rule).collect();
        rules.sort();
        rules
    };
    format!("{:?}", [of(door.endpoint_group()), of(door.balancer_group())])
}

/// One TCP port for a peer.
fn tcp(port: u16, peer: &str) -> String {
    format!(
        "IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort={port}&IpPermissions.1.ToPort={port}&IpPermissions.1.{peer}"
    )
}

const EVERYBODY: &str = "IpRanges.1.CidrIp=0.0.0.0/0";

/// Addresses in the subnet where one is pinned.
fn addresses(door: &Door) -> String {
    let form = format!("DescribeNetworkInterfaces&Filter.1.Name=subnet-id&Filter.1.Value.1={PINNED_SUBNET}");
    door.ec2(&form, &["privateIpAddress"])
}

const PINNED_SUBNET: &str = "subnet-0a1b2c3d4e5f60021";

const ENDPOINT: [Row; 6] = [
    Row {
        name: "endpoint policy",
        drift: |door| modify(door, "ResetPolicy=true"),
        look: endpoint,
        operation: "ec2:ModifyVpcEndpoint",
    },
    Row {
        name: "pinned address",
        drift: |door| {
            let configuration = format!("SubnetConfiguration.1.SubnetId={PINNED_SUBNET}");
            modify(door, &format!("{configuration}&SubnetConfiguration.1.Ipv4=10.0.11.60"));
        },
        look: addresses,
        operation: "ec2:ModifyVpcEndpoint",
    },
    Row {
        name: "private DNS",
        drift: |door| modify(door, "PrivateDnsEnabled=false"),
        look: endpoint,
        operation: "ec2:ModifyVpcEndpoint",
    },
    Row {
        name: "subnet taken away",
        drift: |door| modify(door, "RemoveSubnetId.1=subnet-0a1b2c3d4e5f60022"),
        look: endpoint,
        operation: "ec2:ModifyVpcEndpoint",
    },
    Row {
        name: "security groups of the endpoint",
        drift: |door| {
            let ours = door.endpoint_group();
            modify(door, &format!("AddSecurityGroupId.1={DEFAULT_GROUP}&RemoveSecurityGroupId.1={ours}"));
        },
        look: endpoint,
        operation: "ec2:ModifyVpcEndpoint",
    },
    Row {
        name: "tags",
        drift: |door| {
            let (endpoint, group) = (door.endpoint(), door.balancer_group());
            door.lab.ec2(&format!("DeleteTags&ResourceId.1={endpoint}&ResourceId.2={group}&Tag.1.Key=team"));
        },
        look: |door| door.ec2("DescribeTags&Filter.1.Name=key&Filter.1.Value.1=team", &["resourceId", "value"]),
        operation: "ec2:CreateTags",
    },
];

const GROUPS: [Row; 5] = [
    Row {
        name: "the endpoint's group closed to the load balancer",
        drift: |door| {
            let (ours, peer) = (door.endpoint_group(), format!("Groups.1.GroupId={}", door.balancer_group()));
            door.lab.ec2(&format!("RevokeSecurityGroupIngress&GroupId={ours}&{}", tcp(443, &peer)));
        },
        look: groups,
        operation: "ec2:AuthorizeSecurityGroupIngress",
    },
    Row {
        name: "the endpoint's group opened",
        drift: |door| {
            let ours = door.endpoint_group();
            door.lab.ec2(&format!("AuthorizeSecurityGroupIngress&GroupId={ours}&{}", tcp(443, EVERYBODY)));
        },
        look: groups,
        operation: "ec2:RevokeSecurityGroupIngress",
    },
    Row {
        name: "the load balancer's group closed to clients",
        drift: |door| {
            let ours = door.balancer_group();
            door.lab.ec2(&format!("RevokeSecurityGroupIngress&GroupId={ours}&{}", tcp(80, EVERYBODY)));
        },
        look: groups,
        operation: "ec2:AuthorizeSecurityGroupIngress",
    },
    Row {
        name: "the load balancer's group closed to the endpoint",
        drift: |door| {
            let (ours, peer) = (door.balancer_group(), format!("Groups.1.GroupId={}", door.endpoint_group()));
            door.lab.ec2(&format!("RevokeSecurityGroupEgress&GroupId={ours}&{}", tcp(443, &peer)));
        },
        look: groups,
        operation: "ec2:AuthorizeSecurityGroupEgress",
    },
    Row {
        name: "the load balancer's group opened outward",
        drift: |door| {
            let ours = door.balancer_group();
            door.lab.ec2(&format!("AuthorizeSecurityGroupEgress&GroupId={ours}&{}", tcp(22, EVERYBODY)));
        },
        look: groups,
        operation: "ec2:RevokeSecurityGroupEgress",
    },
];

#[test]
fn of_endpoint_and_security_groups() {
    let lab = Lab::new("drift-network");
    let mut object = lab.example("alb-lambda.yaml");
    object["spec"]["tags"] = json!({"team": "shop"});
    let create = &mut object["spec"]["vpcEndpoint"]["create"];
    create["privateDns"] = json!("Enabled");
    create["policy"] = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
    ]});
    create["subnetConfigurations"] = json!([{"subnetId": PINNED_SUBNET, "ipv4": "10.0.11.50"}]);
    let mut door = Door::open(lab, object);
    for rows in [&ENDPOINT[..], &GROUPS] {
        put_right(&mut door, rows);
    }
}
