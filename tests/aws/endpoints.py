"""Interface endpoints and their network interfaces."""

import json

from botocore.exceptions import ClientError
from lane import check, refused, same, until

API = "EC2 API Reference, "


@check("DescribeVpcEndpointServices", "API Gateway Developer Guide, private REST APIs: com.amazonaws.<region>.execute-api")
def services(w):
    w.service = f"com.amazonaws.{w.region}.execute-api"
    (service,) = w.ec2.describe_vpc_endpoint_services(ServiceNames=[w.service])["ServiceDetails"]
    same([kind["ServiceType"] for kind in service["ServiceType"]], ["Interface"])


def wanted(w):
    return {
        "VpcEndpointType": "Interface", "VpcId": w.vpc, "ServiceName": f"com.amazonaws.{w.region}.execute-api",
        "SubnetIds": w.subnets, "SecurityGroupIds": [w.servers], "PrivateDnsEnabled": False, "ClientToken": w.mark,
        "TagSpecifications": [{"ResourceType": "vpc-endpoint", "Tags": w.tags()}],
    }


def described(w):
    return w.ec2.describe_vpc_endpoints(VpcEndpointIds=[w.endpoint])["VpcEndpoints"][0]


def gone(w):
    try:
        found = w.ec2.describe_vpc_endpoints(VpcEndpointIds=[w.endpoint])["VpcEndpoints"]
        return all(endpoint["State"].lower() == "deleted" for endpoint in found)
    except ClientError as error:
        return "NotFound" in error.response["Error"]["Code"]


@check("CreateVpcEndpoint", API + "CreateVpcEndpoint")
def create(w):
    made = w.ec2.create_vpc_endpoint(**wanted(w))["VpcEndpoint"]
    w.endpoint = made["VpcEndpointId"]
    w.later(w.ec2.delete_vpc_endpoints, VpcEndpointIds=[w.endpoint])
    same((made["VpcEndpointType"], made["VpcId"], sorted(made["SubnetIds"])), ("Interface", w.vpc, sorted(w.subnets)))


@check("CreateVpcEndpoint: pending at first", API + "VpcEndpoint, State")
def pending(w):
    same(described(w)["State"].lower() in ("pending", "available"), True)
    made = w.ec2.create_vpc_endpoint(**{**wanted(w), "ClientToken": w.mark + "-2"})["VpcEndpoint"]
    w.later(w.ec2.delete_vpc_endpoints, VpcEndpointIds=[made["VpcEndpointId"]])
    same(made["State"].lower(), "pending")
    w.ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])


@check("CreateVpcEndpoint: the same token", API + "Ensuring idempotency")
def token(w):
    same(w.ec2.create_vpc_endpoint(**wanted(w))["VpcEndpoint"]["VpcEndpointId"], w.endpoint)


@check("DescribeVpcEndpoints", API + "VpcEndpoint")
def describe(w):
    endpoint = until(w, lambda: described(w) if described(w)["State"].lower() == "available" else None, "available")
    same([group["GroupId"] for group in endpoint["Groups"]], [w.servers])
    same((endpoint["Tags"], endpoint["PrivateDnsEnabled"]), (w.tags(), False))


@check("DescribeVpcEndpoints: DNS names", "PrivateLink Guide, DNS names of interface endpoints")
def names(w):
    names = [entry["DnsName"] for entry in described(w)["DnsEntries"]]
    same(all(name.startswith(w.endpoint) for name in names), True, names)


@check("DescribeVpcEndpoints: a page", API + "Pagination")
def pages(w):
    pages = list(w.ec2.get_paginator("describe_vpc_endpoints").paginate(PaginationConfig={"PageSize": 5}))
    assert w.endpoint in [endpoint["VpcEndpointId"] for page in pages for endpoint in page["VpcEndpoints"]]


@check("DescribeVpcEndpoints: filters", API + "DescribeVpcEndpoints, Filters")
def filters(w):
    tagged = [{"Name": "tag:lane", "Values": [w.mark]}, {"Name": "vpc-endpoint-state", "Values": ["available"]}]
    same([found["VpcEndpointId"] for found in w.ec2.describe_vpc_endpoints(Filters=tagged)["VpcEndpoints"]], [w.endpoint])


@check("DescribeVpcEndpoints: unknown", "EC2 error codes: InvalidVpcEndpointId.NotFound")
def unknown(w):
    refused("InvalidVpcEndpointId.NotFound", w.ec2.describe_vpc_endpoints, VpcEndpointIds=["vpce-00000000000000000"])


@check("DescribeNetworkInterfaces: an endpoint's", "PrivateLink Guide: one interface in each subnet, with an address of it")
def interfaces(w):
    ids = described(w)["NetworkInterfaceIds"]
    found = w.ec2.describe_network_interfaces(NetworkInterfaceIds=ids)["NetworkInterfaces"]
    same(sorted(interface["SubnetId"] for interface in found), sorted(w.subnets))
    w.addresses = [interface["PrivateIpAddress"] for interface in found]


@check("DescribeNetworkInterfaces: their type", API + "NetworkInterface, InterfaceType")
def interface_type(w):
    ids = described(w)["NetworkInterfaceIds"]
    found = w.ec2.describe_network_interfaces(NetworkInterfaceIds=ids)["NetworkInterfaces"]
    same({interface["InterfaceType"] for interface in found}, {"vpc_endpoint"})


@check("ModifyVpcEndpoint: groups", API + "ModifyVpcEndpoint")
def groups(w):
    w.ec2.modify_vpc_endpoint(VpcEndpointId=w.endpoint, AddSecurityGroupIds=[w.clients])
    same({group["GroupId"] for group in described(w)["Groups"]}, {w.clients, w.servers})
    until(w, lambda: described(w)["State"].lower() == "available", "available")
    w.ec2.modify_vpc_endpoint(VpcEndpointId=w.endpoint, RemoveSecurityGroupIds=[w.clients])
    same([group["GroupId"] for group in described(w)["Groups"]], [w.servers])


@check("ModifyVpcEndpoint: policy", API + "ModifyVpcEndpoint, PolicyDocument and ResetPolicy")
def policy(w):
    until(w, lambda: described(w)["State"].lower() == "available", "available")
    statement = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    w.ec2.modify_vpc_endpoint(VpcEndpointId=w.endpoint, PolicyDocument=json.dumps(document))
    same(json.loads(described(w)["PolicyDocument"])["Statement"], [statement])


@check("DeleteSecurityGroup: in use by an endpoint", "EC2 error codes: DependencyViolation")
def in_use(w):
    refused("DependencyViolation", w.ec2.delete_security_group, GroupId=w.servers)
