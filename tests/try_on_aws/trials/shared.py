"""What several trials need: made once, by the first that asks."""

import functools
import json

import boto3
from account import attempt

NETWORK = "10.77.0.0/16"
# The answer of a listener where no rule matches.
NOTHING = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain", "MessageBody": "no rule"}}]


def once(function):
    """Calls it once for an account; later calls get the same answer."""

    @functools.wraps(function)
    def call(w):
        made = w.__dict__.setdefault("made", {})
        if function.__name__ not in made:
            made[function.__name__] = function(w)
        return made[function.__name__]

    return call


@once
def vpc(w):
    """A VPC with DNS support and host names, which an interface endpoint needs for private DNS."""
    made = w.ec2.create_vpc(CidrBlock=NETWORK, TagSpecifications=w.specification("vpc", w.run))["Vpc"]["VpcId"]
    w.ec2.modify_vpc_attribute(VpcId=made, EnableDnsHostnames={"Value": True})
    return made


@once
def zones(w):
    found = w.ec2.describe_availability_zones(Filters=[{"Name": "zone-type", "Values": ["availability-zone"]}])["AvailabilityZones"]
    service = w.ec2.describe_vpc_endpoint_services(ServiceNames=[f"com.amazonaws.{w.region}.execute-api"])["ServiceDetails"][0]
    return [zone["ZoneName"] for zone in found if zone["ZoneName"] in service["AvailabilityZones"]][:2]


def subnets(w, first):
    """A subnet in each of two zones."""
    made = []
    for index, zone in enumerate(zones(w)):
        block = f"10.77.{first + index}.0/24"
        tags = w.specification("subnet", f"{w.run}-{first + index}")
        made.append(w.ec2.create_subnet(VpcId=vpc(w), CidrBlock=block, AvailabilityZone=zone, TagSpecifications=tags)["Subnet"]["SubnetId"])
    return made


@once
def private_subnets(w):
    return subnets(w, 10)


@once
def public_subnets(w):
    """Subnets whose route table leads to an internet gateway."""
    made = subnets(w, 20)
    gateway = w.ec2.create_internet_gateway(TagSpecifications=w.specification("internet-gateway", w.run))["InternetGateway"]["InternetGatewayId"]
    w.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc(w))
    table = w.ec2.create_route_table(VpcId=vpc(w), TagSpecifications=w.specification("route-table", w.run))["RouteTable"]["RouteTableId"]
    w.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    for subnet in made:
        w.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    return made


def group(w, name, *openings):
    """A security group that lets each (port, CIDR block) in."""
    made = w.ec2.create_security_group(
        GroupName=f"{w.run}-{name}", Description="trial", VpcId=vpc(w), TagSpecifications=w.specification("security-group", name)
    )["GroupId"]
    ports = [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": block}]} for port, block in openings]
    w.ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=ports)
    return made


@once
def endpoint(w):
    """An interface endpoint for execute-api, private DNS off."""
    made = w.ec2.create_vpc_endpoint(
        VpcEndpointType="Interface", VpcId=vpc(w), ServiceName=f"com.amazonaws.{w.region}.execute-api", SubnetIds=private_subnets(w),
        SecurityGroupIds=[group(w, "endpoint", (443, NETWORK))], PrivateDnsEnabled=False, TagSpecifications=w.specification("vpc-endpoint", w.run),
    )["VpcEndpoint"]["VpcEndpointId"]
    describe = lambda: w.ec2.describe_vpc_endpoints(VpcEndpointIds=[made])["VpcEndpoints"][0]
    w.must(lambda: describe()["State"].lower() == "available", "the endpoint is available")
    interfaces = w.ec2.describe_network_interfaces(NetworkInterfaceIds=describe()["NetworkInterfaceIds"])["NetworkInterfaces"]
    w.addresses = sorted(interface["PrivateIpAddress"] for interface in interfaces)
    return made


@once
def balancer(w):
    """An internet-facing Application Load Balancer with an HTTP listener: its ARN, DNS name and listener."""
    open_ports = [(port, "0.0.0.0/0") for port in (80, 443, 8080)]
    made = w.elbv2.create_load_balancer(
        Name=w.run, Scheme="internet-facing", Subnets=public_subnets(w), SecurityGroups=[group(w, "alb", *open_ports)], Tags=w.tags()
    )["LoadBalancers"][0]
    arn = made["LoadBalancerArn"]
    active = lambda: w.elbv2.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"][0]["State"]["Code"] == "active"
    w.must(active, "the load balancer is active")
    return {"arn": arn, "name": made["DNSName"], "listener": listener(w, arn, "HTTP", 80)}


def listener(w, balancer_arn, protocol, port, **more):
    made = w.elbv2.create_listener(LoadBalancerArn=balancer_arn, Protocol=protocol, Port=port, DefaultActions=NOTHING, Tags=w.tags(), **more)
    return made["Listeners"][0]["ListenerArn"]


def forward(w, listener_arn, priority, path, group_arn, host=None):
    """A rule that forwards a path, and rewrites the Host header where one is given."""
    rewrite = {"Type": "host-header-rewrite", "HostHeaderRewriteConfig": {"Rewrites": [{"Regex": ".*", "Replace": host}]}}
    return w.elbv2.create_rule(
        ListenerArn=listener_arn, Priority=priority, Tags=w.tags(), Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}}],
        Actions=[{"Type": "forward", "TargetGroupArn": group_arn}], **({"Transforms": [rewrite]} if host else {}),
    )["Rules"][0]["RuleArn"]


def target_group(w, name, **more):
    """A target group on the endpoint's addresses, health-checked by HTTPS."""
    endpoint(w)
    made = w.elbv2.create_target_group(
        **{"Name": f"{w.run}-{name}", "Protocol": "HTTPS", "Port": 443, "VpcId": vpc(w), "TargetType": "ip", "HealthCheckProtocol": "HTTPS",
           "Matcher": {"HttpCode": "200,403"}, "Tags": w.tags(), **more}
    )["TargetGroups"][0]["TargetGroupArn"]
    w.elbv2.register_targets(TargetGroupArn=made, Targets=[{"Id": address, "Port": 443} for address in w.addresses])
    return made


@once
def endpoint_targets(w):
    """The target group that the front door has: success codes 200 and 403."""
    return target_group(w, "ends")


def health(w, group_arn):
    """State and reason of each target, once none is at its beginning."""
    look = lambda: w.elbv2.describe_target_health(TargetGroupArn=group_arn)["TargetHealthDescriptions"]
    settled = lambda: [t["TargetHealth"] for t in look() if t["TargetHealth"]["State"] not in ("initial", "unused")]
    seen = w.until(settled, "targets are checked", 300) or [t["TargetHealth"] for t in look()]
    return sorted({" ".join(filter(None, (target["State"], target.get("Reason"), target.get("Description")))) for target in seen})


def policy(w):
    """Admits the endpoint only, in the short form of resources."""
    statement = {"Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
    other = {"StringNotEquals": {"aws:SourceVpce": endpoint(w)}}
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}, {"Effect": "Deny", **statement, "Condition": other}]}
    return json.dumps(document)


def definition(w, title):
    """A document of one method at the root that a mock answers."""
    mock = {"type": "mock", "requestTemplates": {"application/json": '{"statusCode": 200}'}, "responses": {"default": {"statusCode": "200"}}}
    root = {"get": {"responses": {"200": {"description": "fine"}}, "x-amazon-apigateway-integration": mock}}
    return json.dumps({"openapi": "3.0.1", "info": {"title": title, "version": "1"}, "paths": {"/": root},
                       "x-amazon-apigateway-policy": json.loads(policy(w))}).encode()


@once
def controller_session(w):
    """Credentials of a role that has the shipped policy and nothing else, for an hour."""
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": w.number}}]}
    arn = w.iam.create_role(RoleName=w.run, AssumeRolePolicyDocument=json.dumps(trust), Tags=w.tags())["Role"]["Arn"]
    w.iam.put_role_policy(RoleName=w.run, PolicyName="shipped", PolicyDocument=json.dumps(json.loads(w.shipped_policy)))
    # A role and its policy take effect some seconds after the calls (IAM User Guide, "Changes that I make are not always immediately visible").
    w.clock.pause(20)
    assumed = w.must(lambda: attempt(w.sts.assume_role, RoleArn=arn, RoleSessionName="trial")[0], "the role can be assumed", 120)
    keys = assumed["Credentials"]
    return boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], w.region)


def api_host(w, api):
    return f"{api}.execute-api.{w.region}.amazonaws.com"


def status_of(w, api):
    """`apiStatus`; APIs that answer none are available."""
    return w.apigateway.get_rest_api(restApiId=api).get("apiStatus", "AVAILABLE")


def available(w, api, seconds=1800):
    return w.must(lambda: status_of(w, api) == "AVAILABLE", f"API {api} is AVAILABLE", seconds)
