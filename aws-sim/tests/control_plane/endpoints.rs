//! Interface endpoints, their interfaces, and the security groups they hold on to.

use super::client::{Client, SUBNET_A, VPC};

#[test]
fn an_endpoint_takes_time_to_come_and_to_go() {
    let client = Client::new();
    let made = client.endpoint("").ok();
    let id = made.get("vpcEndpointId").to_owned();
    let state = || client.ec2("DescribeVpcEndpoints", &format!("VpcEndpointId.1={id}"));
    assert_eq!((made.get("state"), made.all("item").is_empty()), ("pending", false));
    client.wait(61);
    assert_eq!(state().ok().get("state"), "available");

    client.ec2("DeleteVpcEndpoints", &format!("VpcEndpointId.1={id}")).ok();
    assert_eq!(state().ok().get("state"), "deleting");
    client.wait(61);
    assert_eq!(state().code(), "InvalidVpcEndpointId.NotFound");
    assert!(client.ec2("DescribeNetworkInterfaces", "").ok().all("networkInterfaceId").is_empty());
    assert_eq!(client.simulator.added(None), serde_json::json!({}), "nothing is left");
}

#[test]
fn private_dns_is_one_endpoints_at_a_time_and_lingers() {
    let client = Client::new();
    let first = client.endpoint("&PrivateDnsEnabled=true").ok().get("vpcEndpointId").to_owned();
    assert_eq!(client.endpoint("&PrivateDnsEnabled=true").code(), "InvalidParameter");
    client.ec2("DeleteVpcEndpoints", &format!("VpcEndpointId.1={first}")).ok();
    assert_eq!(client.endpoint("&PrivateDnsEnabled=true").code(), "InvalidParameter", "while it is being deleted");
    client.wait(61);
    client.endpoint("&PrivateDnsEnabled=true").ok();
}

#[test]
fn the_same_token_makes_one_endpoint_only() {
    let client = Client::new();
    let first = client.endpoint("&PrivateDnsEnabled=false&ClientToken=t").ok();
    let again = client.endpoint("&PrivateDnsEnabled=false&ClientToken=t").ok();
    assert_eq!(first.get("vpcEndpointId"), again.get("vpcEndpointId"));
    assert_eq!(client.endpoint("&PrivateDnsEnabled=true&ClientToken=t").code(), "IdempotentParameterMismatch");
}

#[test]
fn addresses_can_be_chosen_and_are_free_again_afterwards() {
    let client = Client::new();
    let chosen = format!(
        "&PrivateDnsEnabled=false&SubnetConfiguration.1.SubnetId={SUBNET_A}&SubnetConfiguration.1.Ipv4=10.0.11.77"
    );
    let id = client.endpoint(&chosen).ok().get("vpcEndpointId").to_owned();
    let addresses =
        client.ec2("DescribeNetworkInterfaces", "Filter.1.Name=interface-type&Filter.1.Value.1=vpc_endpoint").ok();
    assert!(addresses.all("privateIpAddress").contains(&"10.0.11.77"));
    assert_eq!(client.endpoint(&chosen).code(), "InvalidIPAddress.InUse");
    client.ec2("DeleteVpcEndpoints", &format!("VpcEndpointId.1={id}")).ok();
    client.wait(61);
    client.endpoint(&chosen).ok();
}

#[test]
fn a_group_in_use_or_referred_to_stays() {
    let client = Client::new();
    let group = |name: &str| {
        let parameters = format!("GroupName={name}&GroupDescription=d&VpcId={VPC}");
        client.ec2("CreateSecurityGroup", &parameters).ok().get("groupId").to_owned()
    };
    let (balancer, endpoint) = (group("balancer"), group("endpoint"));
    let permission = "&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=443&IpPermissions.1.ToPort=443&IpPermissions.1.Groups.1.GroupId=";
    client.ec2("AuthorizeSecurityGroupIngress", &format!("GroupId={endpoint}{permission}{balancer}")).ok();
    let delete = |id: &str| client.ec2("DeleteSecurityGroup", &format!("GroupId={id}"));
    assert_eq!(delete(&balancer).code(), "DependencyViolation");

    let made = client.endpoint(&format!("&SecurityGroupId.1={endpoint}")).ok();
    assert_eq!(delete(&endpoint).code(), "DependencyViolation");
    client.ec2("DeleteVpcEndpoints", &format!("VpcEndpointId.1={}", made.get("vpcEndpointId"))).ok();
    assert_eq!(delete(&endpoint).code(), "DependencyViolation", "its interfaces are still there");
    client.wait(61);
    delete(&endpoint).ok();
    delete(&balancer).ok();
    assert_eq!(delete(&balancer).code(), "InvalidGroup.NotFound");
}

#[test]
fn one_subnet_in_each_zone() {
    let client = Client::new();
    let twice = client.endpoint("&SubnetId.3=subnet-0a1b2c3d4e5f60011");
    assert_eq!(twice.code(), "DuplicateSubnetsInSameZone");
    assert!(client.ec2("DescribeNetworkInterfaces", "").ok().all("networkInterfaceId").is_empty());
}
