"""Deletes whatever carries the tag of the trials, in the order in which AWS lets go of it. Works after any interruption."""

from account import TAG
from botocore.exceptions import ClientError

FILTER = [{"Name": f"tag-key", "Values": [TAG]}]


def tagged(tags):
    """Whether tags, in either of AWS's forms, name a trial."""
    return TAG in tags if isinstance(tags, dict) else any(tag["Key"] == TAG for tag in tags or [])


def front_doors(w):
    """Endpoint services and their connections, and endpoints."""
    for service in w.ec2.describe_vpc_endpoint_service_configurations(Filters=FILTER)["ServiceConfigurations"]:
        id = service["ServiceId"]
        connected = w.ec2.describe_vpc_endpoint_connections(Filters=[{"Name": "service-id", "Values": [id]}])["VpcEndpointConnections"]
        live = [c["VpcEndpointId"] for c in connected if c["VpcEndpointState"].lower() in ("available", "pendingacceptance")]
        if live:
            yield id, lambda id=id, live=live: w.ec2.reject_vpc_endpoint_connections(ServiceId=id, VpcEndpointIds=live)
        yield id, lambda id=id: w.ec2.delete_vpc_endpoint_service_configurations(ServiceIds=[id])
    for endpoint in w.ec2.describe_vpc_endpoints(Filters=FILTER)["VpcEndpoints"]:
        if endpoint["State"].lower() not in ("deleting", "deleted"):
            yield endpoint["VpcEndpointId"], lambda id=endpoint["VpcEndpointId"]: w.ec2.delete_vpc_endpoints(VpcEndpointIds=[id])
        else:
            yield endpoint["VpcEndpointId"], None


def balancing(w):
    """Load balancers before the target groups that their listeners use."""
    balancers = [b["LoadBalancerArn"] for b in w.elbv2.describe_load_balancers()["LoadBalancers"]]
    groups = [g["TargetGroupArn"] for g in w.elbv2.describe_target_groups()["TargetGroups"]]
    deletes = {arn: lambda arn=arn: w.elbv2.delete_load_balancer(LoadBalancerArn=arn) for arn in balancers}
    deletes |= {arn: lambda arn=arn: w.elbv2.delete_target_group(TargetGroupArn=arn) for arn in groups}
    for arn, delete in deletes.items():
        if tagged(w.elbv2.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]):
            yield arn, delete


def apis(w):
    for api in w.apigateway.get_rest_apis(limit=500)["items"]:
        if tagged(api.get("tags", {})):
            yield api["id"], lambda id=api["id"]: w.apigateway.delete_rest_api(restApiId=id)


def others(w):
    """Functions, roles and certificates."""
    for function in w.functions.list_functions()["Functions"]:
        if tagged(w.functions.list_tags(Resource=function["FunctionArn"])["Tags"]):
            yield function["FunctionName"], lambda name=function["FunctionName"]: w.functions.delete_function(FunctionName=name)
    for role in w.iam.list_roles()["Roles"]:
        name = role["RoleName"]
        if name.startswith("try-") and tagged(w.iam.get_role(RoleName=name)["Role"].get("Tags")):
            for policy in w.iam.list_role_policies(RoleName=name)["PolicyNames"]:
                yield f"{name}/{policy}", lambda name=name, policy=policy: w.iam.delete_role_policy(RoleName=name, PolicyName=policy)
            yield name, lambda name=name: w.iam.delete_role(RoleName=name)
    for certificate in w.acm.list_certificates(Includes={"keyTypes": ["EC_prime256v1", "RSA_2048"]})["CertificateSummaryList"]:
        arn = certificate["CertificateArn"]
        if tagged(w.acm.list_tags_for_certificate(CertificateArn=arn)["Tags"]):
            yield arn, lambda arn=arn: w.acm.delete_certificate(CertificateArn=arn)


def groups(w):
    """Security groups, first without the rules by which they refer to each other."""
    for group in w.ec2.describe_security_groups(Filters=FILTER)["SecurityGroups"]:
        id = group["GroupId"]
        if any(permission["UserIdGroupPairs"] for permission in group["IpPermissions"] + group["IpPermissionsEgress"]):
            yield id, lambda group=group: emptied(w, group)
        yield id, lambda id=id: w.ec2.delete_security_group(GroupId=id)


def emptied(w, group):
    if group["IpPermissions"]:
        w.ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=group["IpPermissions"])
    if group["IpPermissionsEgress"]:
        w.ec2.revoke_security_group_egress(GroupId=group["GroupId"], IpPermissions=group["IpPermissionsEgress"])


def network(w):
    """Subnets, route tables, internet gateways, VPCs."""
    for subnet in w.ec2.describe_subnets(Filters=FILTER)["Subnets"]:
        yield subnet["SubnetId"], lambda id=subnet["SubnetId"]: w.ec2.delete_subnet(SubnetId=id)
    for table in w.ec2.describe_route_tables(Filters=FILTER)["RouteTables"]:
        yield table["RouteTableId"], lambda id=table["RouteTableId"]: w.ec2.delete_route_table(RouteTableId=id)
    for gateway in w.ec2.describe_internet_gateways(Filters=FILTER)["InternetGateways"]:
        id = gateway["InternetGatewayId"]
        for attachment in gateway["Attachments"]:
            yield id, lambda id=id, vpc=attachment["VpcId"]: w.ec2.detach_internet_gateway(InternetGatewayId=id, VpcId=vpc)
        yield id, lambda id=id: w.ec2.delete_internet_gateway(InternetGatewayId=id)
    for vpc in w.ec2.describe_vpcs(Filters=FILTER)["Vpcs"]:
        yield vpc["VpcId"], lambda id=vpc["VpcId"]: w.ec2.delete_vpc(VpcId=id)


KINDS = (front_doors, balancing, apis, others, groups, network)


def sweep(w):
    """Asks once for the deletion of everything that there is; what is still there, and why."""
    left = {}
    for kind in KINDS:
        for id, delete in kind(w):
            left.setdefault(id, "deletion is under way")
            try:
                if delete:
                    delete()
            except ClientError as error:
                left[id] = f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"
    return left


def clean(w, seconds=1800):
    """Sweeps until nothing is left; what is left after that time."""
    end, left = w.clock.now() + seconds, sweep(w)
    while left and w.clock.now() < end:
        w.clock.pause(15)
        left = sweep(w)
    return left
