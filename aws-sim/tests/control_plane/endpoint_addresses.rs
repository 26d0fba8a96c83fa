//! Addresses of endpoints: IP address types, chosen addresses, DNS records, private DNS.

use super::client::{Answer, Client, SUBNET_A, SUBNET_B, VPC, zone_id};

/// The VPC's subnets get IPv6 blocks: the one of zone a, and of zone b too if asked for.
fn with_ipv6(client: &Client, both: bool) {
    let made = client.ec2("AssociateVpcCidrBlock", &format!("VpcId={VPC}&AmazonProvidedIpv6CidrBlock=true")).ok();
    let block = made.get("ipv6CidrBlock").replace("00::/56", "");
    let give = |subnet: &str, number: u8| {
        let parameters = format!("SubnetId={subnet}&Ipv6CidrBlock={block}{number:02x}%3A%3A%2F64");
        client.ec2("AssociateSubnetCidrBlock", &parameters).ok();
    };
    give(SUBNET_A, 1);
    if both {
        give(SUBNET_B, 2);
    }
}

fn interfaces(client: &Client) -> Answer {
    client.ec2("DescribeNetworkInterfaces", "Filter.1.Name=interface-type&Filter.1.Value.1=vpc_endpoint").ok()
}

#[test]
fn dual_stack_needs_ipv6_in_every_subnet() {
    let client = Client::new();
    assert_eq!(client.endpoint("&IpAddressType=dualstack").code(), "InvalidParameter");
    with_ipv6(&client, false);
    let refused = client.endpoint("&IpAddressType=dualstack");
    assert!(refused.get("Message").contains(SUBNET_B), "{}", refused.body);
    let plain = client.endpoint("&PrivateDnsEnabled=false").ok();
    assert_eq!((plain.get("ipAddressType"), plain.get("dnsRecordIpType")), ("ipv4", "ipv4"));
    let id = plain.get("vpcEndpointId");
    let modify = |more: &str| client.ec2("ModifyVpcEndpoint", &format!("VpcEndpointId={id}&{more}"));
    assert_eq!(modify("IpAddressType=dualstack").code(), "InvalidParameter");
    assert!(interfaces(&client).get("ipv6Address").is_empty(), "a refused change changes nothing");
}

#[test]
fn an_endpoint_turns_dual_stack_and_back() {
    let client = Client::new();
    with_ipv6(&client, true);
    let id = client.endpoint("").ok().get("vpcEndpointId").to_owned();
    let modify = |more: &str| client.ec2("ModifyVpcEndpoint", &format!("VpcEndpointId={id}&{more}"));
    let endpoint = || client.ec2("DescribeVpcEndpoints", &format!("VpcEndpointId.1={id}")).ok();
    assert_eq!(modify("DnsOptions.DnsRecordIpType=dualstack").code(), "InvalidParameter", "the endpoint is IPv4");
    modify("IpAddressType=dualstack&DnsOptions.DnsRecordIpType=service-defined").ok();
    assert_eq!((endpoint().get("ipAddressType"), endpoint().get("dnsRecordIpType")), ("dualstack", "service-defined"));
    assert_eq!(interfaces(&client).all("ipv6AddressesSet").len(), 2);
    let filter = "Filter.1.Name=ip-address-type&Filter.1.Value.1=dualstack";
    assert_eq!(client.ec2("DescribeVpcEndpoints", filter).ok().all("vpcEndpointId").len(), 1);
    modify("IpAddressType=ipv4").ok();
    assert_eq!((endpoint().get("ipAddressType"), endpoint().get("dnsRecordIpType")), ("ipv4", "ipv4"));
    assert_eq!(interfaces(&client).get("ipv6Address"), "");
    assert_eq!(modify("IpAddressType=ipv6").code(), "InvalidParameter", "these subnets have IPv4 too");
}

#[test]
fn chosen_addresses_are_those_of_the_interfaces() {
    let client = Client::new();
    let pinned = |a: &str, b: &str| {
        format!(
            "&SubnetConfiguration.1.SubnetId={SUBNET_A}&SubnetConfiguration.1.Ipv4={a}&SubnetConfiguration.2.SubnetId={SUBNET_B}&SubnetConfiguration.2.Ipv4={b}"
        )
    };
    let other_subnet = "&SubnetConfiguration.1.SubnetId=subnet-0a1b2c3d4e5f60011&SubnetConfiguration.1.Ipv4=10.0.1.9";
    assert_eq!(client.endpoint(other_subnet).code(), "InvalidParameter");
    let without = format!("&SubnetConfiguration.1.SubnetId={SUBNET_A}");
    assert_eq!(client.endpoint(&without).code(), "InvalidParameter");
    assert_eq!(
        client.endpoint(&pinned("10.0.11.3", "10.0.12.10")).code(),
        "InvalidParameterValue",
        "AWS's own address"
    );
    assert!(interfaces(&client).get("networkInterfaceId").is_empty(), "nothing is left of a refused endpoint");

    let made = client.endpoint(&pinned("10.0.11.10", "10.0.12.10")).ok();
    assert_eq!(interfaces(&client).all("privateIpAddress")[..2].len(), 2);
    assert!(["10.0.11.10", "10.0.12.10"].iter().all(|address| interfaces(&client).body.contains(address)));
    let twice = client.endpoint(&format!("&PrivateDnsEnabled=false{}", pinned("10.0.11.10", "10.0.12.11")));
    assert_eq!(twice.code(), "InvalidIPAddress.InUse");

    let id = made.get("vpcEndpointId");
    let before: Vec<String> = made.all("networkInterfaceIdSet").iter().map(ToString::to_string).collect();
    client.ec2("ModifyVpcEndpoint", &format!("VpcEndpointId={id}{}", pinned("10.0.11.11", "10.0.12.10"))).ok();
    client.wait(61);
    let after = client.ec2("DescribeVpcEndpoints", &format!("VpcEndpointId.1={id}")).ok();
    assert_ne!(before, after.all("networkInterfaceIdSet"), "the interface was replaced");
    let seen = interfaces(&client);
    assert!(seen.body.contains("10.0.11.11") && !seen.body.contains("10.0.11.10<"), "{}", seen.body);
}

#[test]
fn private_dns_needs_the_vpcs_attributes_and_a_free_name() {
    let client = Client::new();
    let attribute = |value: bool| {
        client.ec2("ModifyVpcAttribute", &format!("VpcId={VPC}&EnableDnsHostnames.Value={value}")).ok();
        client.ec2("DescribeVpcAttribute", &format!("VpcId={VPC}&Attribute=enableDnsHostnames")).ok()
    };
    assert_eq!(attribute(false).get("value"), "false");
    let refused = client.endpoint("");
    assert_eq!(refused.code(), "InvalidParameter");
    assert!(refused.get("Message").contains("enableDnsSupport and enableDnsHostnames VPC attributes set to true"));
    let id = client.endpoint("&PrivateDnsEnabled=false").ok().get("vpcEndpointId").to_owned();
    let enable = || client.ec2("ModifyVpcEndpoint", &format!("VpcEndpointId={id}&PrivateDnsEnabled=true"));
    assert_eq!(enable().code(), "InvalidParameter");
    assert_eq!(attribute(true).get("value"), "true");
    enable().ok();
    let conflict = client.endpoint("");
    let message = format!(
        "private-dns-enabled cannot be set because there is already a conflicting DNS domain for execute-api.us-east-1.amazonaws.com in the VPC {VPC}"
    );
    assert_eq!((conflict.code(), conflict.get("Message")), ("InvalidParameter", message.as_str()));
    client.ec2("DeleteVpcEndpoints", &format!("VpcEndpointId.1={id}")).ok();
    assert_eq!(client.endpoint("").code(), "InvalidParameter", "an endpoint on its way out still has the name");
    client.wait(61);
    client.endpoint("").ok();
}

#[test]
fn a_private_zone_and_private_dns_exclude_each_other() {
    let client = Client::new();
    let zone = |reference: &str| {
        let vpc = format!("<VPC><VPCRegion>us-east-1</VPCRegion><VPCId>{VPC}</VPCId></VPC>");
        let name = "<Name>execute-api.us-east-1.amazonaws.com</Name>";
        client.route53(
            "POST",
            "hostedzone",
            &format!("<A>{name}<CallerReference>{reference}</CallerReference>{vpc}</A>"),
        )
    };
    client.ec2("DescribeVpcs", "").ok();
    let made = zone("1");
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(client.endpoint("").code(), "InvalidParameter");
    client.route53("DELETE", &format!("hostedzone/{}", zone_id(&made)), "").ok();
    client.endpoint("").ok();
    assert_eq!(zone("2").code(), "ConflictingDomainExists");
}

#[test]
fn an_endpoint_policy_is_a_policy() {
    let client = Client::new();
    let id = client.endpoint("").ok().get("vpcEndpointId").to_owned();
    let set = |document: &str| {
        let document: String = form_urlencoded::byte_serialize(document.as_bytes()).collect();
        client.ec2("ModifyVpcEndpoint", &format!("VpcEndpointId={id}&PolicyDocument={document}"))
    };
    for bad in [
        "{not json",
        r#"{"Version":"2012-10-17","Statement":[]}"#,
        r#"{"Version":"2011-01-01","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#,
        r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*"}]}"#,
        r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
        r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"Invoke","Resource":"*"}]}"#,
    ] {
        assert_eq!(set(bad).code(), "InvalidPolicyDocument", "{bad}");
    }
    let good = r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"*"}]}"#;
    set(good).ok();
    let described = || client.ec2("DescribeVpcEndpoints", "").ok();
    assert_eq!(described().get("policyDocument").replace("&quot;", "\""), good);
    client.ec2("ModifyVpcEndpoint", &format!("VpcEndpointId={id}&ResetPolicy=true")).ok();
    assert!(described().get("policyDocument").contains("&quot;Action&quot;: &quot;*&quot;"));
}
