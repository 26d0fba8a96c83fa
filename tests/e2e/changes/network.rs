//! Changes of endpoint, subnets and security groups.

use serde_json::json;

use super::under_load::example;
use crate::aws::inner;
use crate::door::Door;
use crate::given::{self, PRIVATE_SUBNETS, PUBLIC_SUBNETS};
use crate::lab::Lab;
use crate::merge::merge;

#[test]
fn of_the_network() {
    let lab = Lab::new("change-network");
    let subnet = |zone, network| given::subnet(&lab, zone, network);
    let (third, beside, public) = (subnet("c", 13), subnet("a", 14), subnet("c", 3));
    let [a, b] = PRIVATE_SUBNETS;
    let subnets = |ids: &[&str]| json!({"vpcEndpoint": {"create": {"subnetIds": ids}}});
    let mut object = example(&lab);
    object["spec"]["vpcEndpoint"]["create"]["privateDns"] = json!("Enabled");
    object["spec"]["loadBalancer"]["create"]["subnetIds"].as_array_mut().unwrap().push(json!(public));
    let mut door = Door::open(lab, object);
    door.change_under_load(&[
        ("subnet added", subnets(&[a, b, &third])),
        ("subnet moved within its zone", subnets(&[&beside, b, &third])),
        ("subnet removed", subnets(&[b, &third])),
        ("every subnet moved", subnets(&[a])),
        (
            "endpoint policy",
            json!({"vpcEndpoint": {"create": {"policy": {"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
            ]}}}}),
        ),
        ("private DNS off", json!({"vpcEndpoint": {"create": {"privateDns": "Disabled"}}})),
        ("clients", json!({"loadBalancer": {"create": {"clientCidrs": ["203.0.113.0/24"]}}})),
    ]);
    let theirs = given::vpc_endpoint(&door.lab, door.text("/securityGroups/1/id"));
    let create = door.object["spec"]["vpcEndpoint"]["create"].clone();
    door.change_under_load(&[
        ("endpoint replaced by a given one", json!({"vpcEndpoint": {"create": null, "id": theirs}})),
        ("given endpoint replaced by one of its own", json!({"vpcEndpoint": {"create": create, "id": null}})),
        ("endpoint replaced beside itself", subnets(&[&beside])),
    ]);
    assert_eq!(door.lab.census().get("ec2:vpc-endpoint"), Some(&2));
}

#[test]
fn of_subnets_that_are_chosen_by_tags() {
    let lab = Lab::new("change-selector");
    let tag = |operation: &str, subnet: &str, tier: &str| {
        lab.ec2(&format!("{operation}&ResourceId.1={subnet}&Tag.1.Key=tier&Tag.1.Value={tier}"));
    };
    for (subnets, tier) in [(PRIVATE_SUBNETS, "private"), (PUBLIC_SUBNETS, "public")] {
        for subnet in subnets {
            tag("CreateTags", subnet, tier);
        }
    }
    let (third, public) = (given::subnet(&lab, "c", 13), given::subnet(&lab, "c", 3));
    tag("CreateTags", &public, "public");
    let mut object = example(&lab);
    let by_tag = |tier: &str| json!({"subnetIds": null, "subnetSelector": {"matchTags": {"tier": tier}}});
    merge(&mut object["spec"]["vpcEndpoint"]["create"], &by_tag("private"));
    merge(&mut object["spec"]["loadBalancer"]["create"], &by_tag("public"));
    let name = object["metadata"]["name"].as_str().unwrap().to_owned();
    let mut door = Door::open(lab, object);
    let subnets = |door: &Door| {
        let endpoint = door.lab.ec2(&format!("DescribeVpcEndpoints&VpcEndpointId.1={}", door.text("/vpcEndpoint/id")));
        [&PRIVATE_SUBNETS[..], &[third.as_str()]]
            .concat()
            .into_iter()
            .filter(|subnet| endpoint.contains(subnet))
            .count()
    };
    assert_eq!((door.request("").0, subnets(&door)), (200, 2));
    let url = format!("http://{}/", door.dns_name());
    for (operation, count) in [("CreateTags", 3), ("DeleteTags", 2)] {
        door.under_load(operation, &[&url], |door| {
            door.lab.ec2(&format!("{operation}&ResourceId.1={third}&Tag.1.Key=tier&Tag.1.Value=private"));
            door.lab.reconcile_now(&name);
            door.change(&json!({}));
        });
        assert_eq!((door.request("").0, subnets(&door)), (200, count), "{operation}");
    }
}

#[test]
fn of_the_endpoint_s_address_families() {
    let lab = Lab::new("change-address-family");
    given::add_ipv6(&lab, &PRIVATE_SUBNETS);
    let object = example(&lab);
    let mut door = Door::open(lab, object);
    let create = |kind: &str| json!({"vpcEndpoint": {"create": {"ipAddressType": kind}}});
    let kind = |door: &Door| {
        let id = door.text("/vpcEndpoint/id");
        inner(&door.lab.ec2(&format!("DescribeVpcEndpoints&VpcEndpointId.1={id}")), "ipAddressType")
    };
    for wanted in ["dualstack", "ipv4"] {
        door.change_under_load(&[(wanted, create(wanted))]);
        assert_eq!(kind(&door), wanted);
    }
}
