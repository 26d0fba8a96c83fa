"""EC2: VPCs and what is in them, endpoints, endpoint services."""

import ipaddress
from functools import partial

VPC, CONSUMER_VPC = "vpc-0a1b2c3d4e5f60001", "vpc-0a1b2c3d4e5f60002"
PUBLIC = ["subnet-0a1b2c3d4e5f60011", "subnet-0a1b2c3d4e5f60012"]
PRIVATE = ["subnet-0a1b2c3d4e5f60021", "subnet-0a1b2c3d4e5f60022"]
CONSUMER = ["subnet-0a1b2c3d4e5f60031", "subnet-0a1b2c3d4e5f60032"]
EXECUTE_API = "com.amazonaws.us-east-1.execute-api"


def tags(kind):
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": kind}, {"Key": "empty", "Value": ""}]}]


def run(c):
    ec2 = partial(c.call, "ec2")
    vpc = vpcs(c, ec2)
    subnets = subnets_of(c, ec2, vpc)
    gateways(c, ec2, vpc)
    routes(c, ec2, vpc, subnets)
    group = groups(c, ec2, vpc)
    own_interface(c, ec2, subnets[0], group)
    interfaces(c, ec2)
    places(c, ec2)
    tag(c, ec2, group)
    remove(c, ec2, vpc, subnets, group)


def vpcs(c, ec2):
    vpc = ec2("CreateVpc", CidrBlock="10.50.0.0/16", TagSpecifications=tags("vpc"))["Vpc"]["VpcId"]
    c.wait("ec2", "vpc_exists", VpcIds=[vpc])
    c.wait("ec2", "vpc_available", VpcIds=[vpc])
    for number in range(51, 54):
        ec2("CreateVpc", CidrBlock=f"10.{number}.0.0/16", AmazonProvidedIpv6CidrBlock=True)
    ec2("DescribeVpcs", VpcIds=[vpc])
    ec2("DescribeVpcs", Filters=[{"Name": "tag:Name", "Values": ["vpc"]}])
    c.paginate("ec2", "DescribeVpcs", 5)
    ec2("ModifyVpcAttribute", VpcId=vpc, EnableDnsHostnames={"Value": True})
    for attribute in ("enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics"):
        ec2("DescribeVpcAttribute", VpcId=vpc, Attribute=attribute)
    ec2("DescribeRouteTables", Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    c.paginate("ec2", "DescribeRouteTables", 5)
    return vpc


def subnets_of(c, ec2, vpc):
    block = ec2("AssociateVpcCidrBlock", VpcId=vpc, AmazonProvidedIpv6CidrBlock=True)["Ipv6CidrBlockAssociation"]
    small = list(ipaddress.ip_network(block["Ipv6CidrBlock"]).subnets(new_prefix=64))
    made = []
    for number, zone in enumerate(("us-east-1a", "us-east-1b")):
        subnet = ec2(
            "CreateSubnet", VpcId=vpc, CidrBlock=f"10.50.{number}.0/24", Ipv6CidrBlock=str(small[number]),
            AvailabilityZone=zone, TagSpecifications=tags("subnet"),
        )["Subnet"]["SubnetId"]
        c.wait("ec2", "subnet_available", SubnetIds=[subnet])
        made.append(subnet)
    third = ec2("CreateSubnet", VpcId=vpc, CidrBlock="10.50.9.0/24")["Subnet"]["SubnetId"]
    given = ec2("AssociateSubnetCidrBlock", SubnetId=third, Ipv6CidrBlock=str(small[9]))["Ipv6CidrBlockAssociation"]
    ec2("DescribeSubnets", SubnetIds=[third])
    ec2("DisassociateSubnetCidrBlock", AssociationId=given["AssociationId"])
    ec2("DeleteSubnet", SubnetId=third)
    c.paginate("ec2", "DescribeSubnets", 5)
    return made


def gateways(c, ec2, vpc):
    made = [
        ec2("CreateInternetGateway", TagSpecifications=tags("internet-gateway"))["InternetGateway"]["InternetGatewayId"]
        for _ in range(5)
    ]
    c.wait("ec2", "internet_gateway_exists", InternetGatewayIds=made[:1])
    ec2("AttachInternetGateway", InternetGatewayId=made[0], VpcId=vpc)
    ec2("DescribeInternetGateways", InternetGatewayIds=made[:1])
    c.paginate("ec2", "DescribeInternetGateways", 5)
    ec2("DetachInternetGateway", InternetGatewayId=made[0], VpcId=vpc)
    ec2("DeleteInternetGateway", InternetGatewayId=made[0])


def routes(c, ec2, vpc, subnets):
    gateway = ec2("CreateInternetGateway")["InternetGateway"]["InternetGatewayId"]
    ec2("AttachInternetGateway", InternetGatewayId=gateway, VpcId=vpc)
    table = ec2("CreateRouteTable", VpcId=vpc, TagSpecifications=tags("route-table"))["RouteTable"]["RouteTableId"]
    everywhere = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0"}
    ec2("CreateRoute", **everywhere, GatewayId=gateway)
    ec2("CreateRoute", RouteTableId=table, DestinationIpv6CidrBlock="::/0", GatewayId=gateway)
    ec2("ReplaceRoute", **everywhere, GatewayId=gateway)
    c.refused("InvalidRoute.NotFound", "ec2", "DeleteRoute", RouteTableId=table, DestinationCidrBlock="192.0.2.0/24")
    association = ec2("AssociateRouteTable", RouteTableId=table, SubnetId=subnets[0])["AssociationId"]
    (described,) = ec2("DescribeRouteTables", RouteTableIds=[table])["RouteTables"]
    assert [one["SubnetId"] for one in described["Associations"]] == subnets[:1], described
    c.refused("DependencyViolation", "ec2", "DeleteRouteTable", RouteTableId=table)
    ec2("DisassociateRouteTable", AssociationId=association)
    ec2("DeleteRoute", **everywhere)
    ec2("DeleteRouteTable", RouteTableId=table)
    ec2("DetachInternetGateway", InternetGatewayId=gateway, VpcId=vpc)
    ec2("DescribeNetworkAcls", Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    c.paginate("ec2", "DescribeNetworkAcls", 5)
    ec2("DescribeDhcpOptions")
    ec2("DescribeInstances")
    c.refused("InvalidInstanceID.NotFound", "ec2", "DescribeInstances", InstanceIds=["i-0a1b2c3d4e5f60001"])
    ec2("DescribeNatGateways")


def own_interface(c, ec2, subnet, group):
    made = ec2("CreateNetworkInterface", SubnetId=subnet, Description="d", TagSpecifications=tags("network-interface"))
    interface = made["NetworkInterface"]["NetworkInterfaceId"]
    c.wait("ec2", "network_interface_available", NetworkInterfaceIds=[interface])
    ec2("ModifyNetworkInterfaceAttribute", NetworkInterfaceId=interface, Groups=[group])
    (described,) = ec2("DescribeNetworkInterfaces", NetworkInterfaceIds=[interface])["NetworkInterfaces"]
    assert [one["GroupId"] for one in described["Groups"]] == [group], described
    ec2("DeleteNetworkInterface", NetworkInterfaceId=interface)


def groups(c, ec2, vpc):
    group = ec2(
        "CreateSecurityGroup", GroupName="servers", Description="d", VpcId=vpc, TagSpecifications=tags("security-group"),
    )["GroupId"]
    c.wait("ec2", "security_group_exists", GroupIds=[group])
    permissions = [
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "d"}]},
        {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32"}]},
        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "UserIdGroupPairs": [{"GroupId": group}]},
    ]
    rules = ec2(
        "AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=permissions,
        TagSpecifications=tags("security-group-rule"),
    )["SecurityGroupRules"]
    everywhere = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]
    ec2("AuthorizeSecurityGroupEgress", GroupId=group, IpPermissions=everywhere)
    rule = rules[0]["SecurityGroupRuleId"]
    changed = {"IpProtocol": "tcp", "FromPort": 444, "ToPort": 444, "CidrIpv4": "10.0.0.0/8"}
    ec2(
        "ModifySecurityGroupRules", GroupId=group,
        SecurityGroupRules=[{"SecurityGroupRuleId": rule, "SecurityGroupRule": changed}],
    )
    described = [{"SecurityGroupRuleId": rule, "Description": "new"}]
    ec2("UpdateSecurityGroupRuleDescriptionsIngress", GroupId=group, SecurityGroupRuleDescriptions=described)
    ec2("UpdateSecurityGroupRuleDescriptionsEgress", GroupId=group, IpPermissions=everywhere)
    ec2("DescribeSecurityGroupRules", Filters=[{"Name": "group-id", "Values": [group]}])
    ec2("DescribeSecurityGroups", GroupIds=[group])
    ec2("DescribeSecurityGroupReferences", GroupId=[group])
    c.paginate("ec2", "DescribeSecurityGroupRules", 5)
    c.paginate("ec2", "DescribeSecurityGroups", 5)
    ec2("RevokeSecurityGroupIngress", GroupId=group, SecurityGroupRuleIds=[rule])
    ec2("RevokeSecurityGroupEgress", GroupId=group, IpPermissions=everywhere)
    return group


def endpoint(ec2, vpc, subnets, service=EXECUTE_API, **more):
    return ec2(
        "CreateVpcEndpoint", VpcEndpointType="Interface", VpcId=vpc, ServiceName=service, SubnetIds=subnets,
        TagSpecifications=tags("vpc-endpoint"), **more,
    )["VpcEndpoint"]["VpcEndpointId"]


def interfaces(c, ec2):
    made = endpoint(ec2, VPC, PRIVATE)
    pinned = endpoint(
        ec2, VPC, PRIVATE, PrivateDnsEnabled=False, IpAddressType="ipv4", DnsOptions={"DnsRecordIpType": "ipv4"},
        SubnetConfigurations=[{"SubnetId": PRIVATE[0], "Ipv4": "10.0.11.77"}], ClientToken="conformance",
    )
    endpoint(ec2, VPC, PUBLIC, PrivateDnsEnabled=False)
    c.call("ec2", "CreateVpcEndpoint", VpcId=VPC, ServiceName="com.amazonaws.us-east-1.s3")
    ec2("ModifyVpcEndpoint", VpcEndpointId=pinned, RemoveSubnetIds=PRIVATE[:1])
    c.pass_time(120)
    ec2("DescribeVpcEndpoints", VpcEndpointIds=[made])
    c.paginate("ec2", "DescribeVpcEndpoints", 2)
    (interface, *_) = ec2("DescribeNetworkInterfaces", Filters=[{"Name": "vpc-id", "Values": [VPC]}])["NetworkInterfaces"]
    # An interface that belongs to an endpoint or a load balancer nobody may delete.
    c.refused("OperationNotPermitted", "ec2", "DeleteNetworkInterface", NetworkInterfaceId=interface["NetworkInterfaceId"])
    ec2("DeleteVpcEndpoints", VpcEndpointIds=[made])


def places(c, ec2):
    ec2("DescribeAvailabilityZones")
    ec2("DescribeRegions")
    ec2("DescribePrefixLists")
    c.paginate("ec2", "DescribePrefixLists")
    ec2("DescribeVpcEndpointServices", ServiceNames=[EXECUTE_API])
    c.paginate("ec2", "DescribeVpcEndpointServices", 5)


def tag(c, ec2, group):
    ec2("CreateTags", Resources=[group], Tags=[{"Key": "a", "Value": "b"}])
    ec2("DescribeTags", Filters=[{"Name": "resource-id", "Values": [group]}])
    c.pass_time(600)  # what is on its way out is gone with its tags, so that pages are of one moment
    c.paginate("ec2", "DescribeTags", 5)
    ec2("DeleteTags", Resources=[group], Tags=[{"Key": "a"}])


def remove(c, ec2, vpc, subnets, group):
    ec2("DeleteSecurityGroup", GroupId=group)
    for subnet in subnets:
        ec2("DeleteSubnet", SubnetId=subnet)
    (described,) = ec2("DescribeVpcs", VpcIds=[vpc])["Vpcs"]
    ec2("DisassociateVpcCidrBlock", AssociationId=described["Ipv6CidrBlockAssociationSet"][0]["AssociationId"])
    ec2("DeleteVpc", VpcId=vpc)
    c.refused("DryRunOperation", "ec2", "CreateVpc", CidrBlock="10.60.0.0/16", DryRun=True)
