"""Deletions of what other checks needed until now."""

import endpoints
import network
from lane import check, refused, same, until


@check("DeleteRestApi", "API Gateway API Reference, DeleteRestApi")
def delete_api(w):
    w.apigateway.delete_rest_api(restApiId=w.api)
    refused("NotFoundException", w.apigateway.get_rest_api, restApiId=w.api)


@check("DeleteVpcEndpoints", "EC2 API Reference, DeleteVpcEndpoints")
def delete_endpoint(w):
    same(w.ec2.delete_vpc_endpoints(VpcEndpointIds=[w.endpoint]).get("Unsuccessful", []), [])
    until(w, lambda: endpoints.gone(w), "the endpoint is gone")
    filters = [{"Name": "group-id", "Values": [w.servers]}, {"Name": "interface-type", "Values": ["vpc_endpoint"]}]
    until(w, lambda: not w.ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"], "its interfaces are gone")


@check("DeleteVpcEndpoints: unknown", "EC2 API Reference, DeleteVpcEndpoints: answers what it could not delete")
def delete_unknown(w):
    (refusal,) = w.ec2.delete_vpc_endpoints(VpcEndpointIds=["vpce-00000000000000000"])["Unsuccessful"]
    same(refusal["Error"]["Code"], "InvalidVpcEndpointId.NotFound")


@check("DeleteSecurityGroup", "EC2 API Reference, DeleteSecurityGroup")
def delete_groups(w):
    w.ec2.delete_security_group(GroupId=w.servers)
    refused("InvalidGroup.NotFound", network.described, w=w, group=w.servers)
