"""IAM, Lambda, Resource Groups Tagging, Route 53, STS, and services whose lists are empty."""

import base64
import datetime
import hashlib
import io
import json
import zipfile
from functools import partial

import network


def run(c):
    role = roles(c)
    functions(c, role)
    tagging(c)
    zones(c)
    sessions(c, role)
    empty(c)


def roles(c):
    iam = partial(c.call, "iam")
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
    made = [iam("CreateRole", RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"] for name in ("one", "two")]
    c.wait("iam", "role_exists", RoleName="one")
    iam("GetRole", RoleName="one")
    iam("ListRoles")
    policy = {"RoleName": "one", "PolicyName": "own"}
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam("PutRolePolicy", **policy, PolicyDocument=json.dumps(allow))
    iam("GetRolePolicy", **policy)
    iam("DeleteRolePolicy", **policy)
    for operation in ("ListAttachedRolePolicies", "ListInstanceProfilesForRole", "ListRolePolicies"):
        iam(operation, RoleName="one")
    iam("ListAccountAliases")
    c.paginate("iam", "ListRoles")
    iam("DeleteRole", RoleName="two")
    return made[0]


def functions(c, role):
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.mjs", "export const echo = async (event) => event;")
    aws = partial(c.call, "lambda")
    made = aws(
        "CreateFunction", FunctionName="conformance", Role=role, Runtime="nodejs24.x", Handler="index.echo",
        Code={"ZipFile": code.getvalue()}, Description="d", Timeout=5, MemorySize=256, Tags={"a": "b"},
        Environment={"Variables": {"NAME": "b"}},
    )
    package = code.getvalue()
    assert made["CodeSize"] == len(package), made
    assert base64.b64decode(made["CodeSha256"]) == hashlib.sha256(package).digest(), made
    named = {"FunctionName": "conformance"}
    for waiter in ("function_exists", "function_active", "function_active_v2", "function_updated", "function_updated_v2", "published_version_active"):
        c.wait("lambda", waiter, **named)
    aws("GetFunction", **named)
    aws("GetFunctionConfiguration", **named)
    aws("ListFunctions")
    aws("ListEventSourceMappings", **named)
    c.paginate("lambda", "ListFunctions")
    version = aws("PublishVersion", **named)["Version"]
    aws("ListVersionsByFunction", **named)
    for alias in ("blue", "green"):
        aws("CreateAlias", **named, Name=alias, FunctionVersion=version)
    aws("GetAlias", **named, Name="blue")
    aws("UpdateAlias", **named, Name="blue", FunctionVersion="$LATEST", Description="d")
    aws("UpdateFunctionConfiguration", **named, Timeout=7)
    newer = aws("PublishVersion", **named)["Version"]
    weights = {"AdditionalVersionWeights": {version: 0.25}}
    shared = aws("UpdateAlias", **named, Name="green", FunctionVersion=newer, RoutingConfig=weights)
    assert shared["RoutingConfig"] == weights, shared
    aws("ListAliases", **named)
    c.paginate("lambda", "ListAliases", **named)
    aws("DeleteAlias", **named, Name="green")
    aws("UpdateFunctionCode", **named, ZipFile=code.getvalue())
    aws("UpdateFunctionConfiguration", **named, Timeout=9)
    json.load(aws("Invoke", **named, Payload=b'{"a": 1}')["Payload"])
    aws("AddPermission", **named, StatementId="gateway", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com",
        SourceArn="arn:aws:execute-api:us-east-1:111122223333:abcdefghij/*/*")
    aws("GetPolicy", **named)
    aws("RemovePermission", **named, StatementId="gateway")
    arn = made["FunctionArn"]
    aws("TagResource", Resource=arn, Tags={"c": "d"})
    aws("ListTags", Resource=arn)
    aws("UntagResource", Resource=arn, TagKeys=["c"])
    aws("DeleteFunction", **named)


def tagging(c):
    tagging = partial(c.call, "tagging")
    tagging("GetResources", TagFilters=[{"Key": "Name"}], ResourceTypeFilters=["ec2:vpc", "ec2:subnet"])
    c.paginate("tagging", "GetResources", 5, ResourceTypeFilters=["ec2:subnet"])
    subnet = f"arn:aws:ec2:us-east-1:111122223333:subnet/{network.PRIVATE[0]}"
    gone = subnet.replace("5f6002", "5f6009")
    (failed,) = tagging("TagResources", ResourceARNList=[subnet, gone], Tags={"seen": "1"})["FailedResourcesMap"]
    assert failed == gone, failed
    assert tagging("GetResources", TagFilters=[{"Key": "seen"}])["ResourceTagMappingList"]
    tagging("UntagResources", ResourceARNList=[subnet], TagKeys=["seen"])
    assert not tagging("GetResources", TagFilters=[{"Key": "seen"}])["ResourceTagMappingList"]
    tagging("GetTagKeys")
    tagging("GetTagValues", Key="Name")


def zones(c):
    route53 = partial(c.call, "route53")
    vpc = {"VPCRegion": "us-east-1", "VPCId": network.VPC}
    other = {"VPCRegion": "us-east-1", "VPCId": network.CONSUMER_VPC}
    config = {"Comment": "c", "PrivateZone": True}
    zone = route53("CreateHostedZone", Name="private.example.org", VPC=vpc, CallerReference="one", HostedZoneConfig=config)["HostedZone"]["Id"]
    public = route53("CreateHostedZone", Name="example.org", CallerReference="two")["HostedZone"]["Id"]
    route53("AssociateVPCWithHostedZone", HostedZoneId=zone, VPC=other)
    route53("GetHostedZone", Id=zone)
    route53("DisassociateVPCFromHostedZone", HostedZoneId=zone, VPC=other)
    route53("ListHostedZones")
    c.paginate("route53", "ListHostedZones")
    route53("ListHostedZonesByName", DNSName="example.org")
    alias = {"HostedZoneId": "Z35SXDOTRQ7X7K", "DNSName": "x.us-east-1.elb.amazonaws.com", "EvaluateTargetHealth": False}
    records = [
        {"Name": "a.example.org", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]},
        {"Name": "b.example.org", "Type": "A", "AliasTarget": alias},
        {"Name": "c.example.org", "Type": "A", "TTL": 60, "SetIdentifier": "s", "Weight": 1, "ResourceRecords": [{"Value": "192.0.2.1"}]},
    ]
    batch = lambda action: {"Changes": [{"Action": action, "ResourceRecordSet": record} for record in records]}
    change = route53("ChangeResourceRecordSets", HostedZoneId=public, ChangeBatch=batch("CREATE"))["ChangeInfo"]["Id"]
    route53("GetChange", Id=change)
    c.wait("route53", "resource_record_sets_changed", Id=change)
    route53("ListResourceRecordSets", HostedZoneId=public)
    c.paginate("route53", "ListResourceRecordSets", HostedZoneId=public)
    c.refused("InvalidChangeBatch", "route53", "ChangeResourceRecordSets", HostedZoneId=public, ChangeBatch=batch("CREATE"))
    c.refused("HostedZoneNotEmpty", "route53", "DeleteHostedZone", Id=public)
    route53("ChangeResourceRecordSets", HostedZoneId=public, ChangeBatch=batch("DELETE"))
    plain = public.removeprefix("/hostedzone/")
    route53("ChangeTagsForResource", ResourceType="hostedzone", ResourceId=plain, AddTags=[{"Key": "a", "Value": "b"}])
    route53("ListTagsForResource", ResourceType="hostedzone", ResourceId=plain)
    route53("ListTagsForResources", ResourceType="hostedzone", ResourceIds=[plain])
    route53("GetDNSSEC", HostedZoneId=public)
    route53("GetHostedZoneCount")
    route53("ListHealthChecks")
    route53("DeleteHostedZone", Id=public)


def sessions(c, role):
    c.call("sts", "GetCallerIdentity")
    c.call("sts", "AssumeRole", RoleArn=role, RoleSessionName="conformance")


def empty(c):
    monitoring = partial(c.call, "monitoring")
    end = datetime.datetime(2026, 11, 23, tzinfo=datetime.timezone.utc)
    span = {"StartTime": end - datetime.timedelta(days=1), "EndTime": end}
    metric = {"Namespace": "AWS/ApiGateway", "MetricName": "Count"}
    monitoring("DescribeAlarms")
    monitoring("ListMetrics")
    monitoring("GetMetricStatistics", **metric, **span, Period=86400, Statistics=["Sum"])
    query = {"Id": "m1", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Sum"}}
    monitoring("GetMetricData", **span, MetricDataQueries=[query])
    for operation in ("DescribeAutoScalingGroups", "DescribeAutoScalingInstances", "DescribeLaunchConfigurations"):
        c.call("autoscaling", operation)
    stage = "arn:aws:apigateway:us-east-1::/restapis/abcdefghij/stages/live"
    for service, more in (("waf-regional", {}), ("wafv2", {"Scope": "REGIONAL"})):
        c.call(service, "ListWebACLs", **more)
        c.answer(service, "GetWebACLForResource", ResourceArn=stage)
    (bus,) = c.call("events", "ListEventBuses")["EventBuses"]
    c.call("events", "ListRules", EventBusName=bus["Arn"])
    c.answer("events", "ListRuleNamesByTarget", TargetArn=stage)
    c.refused("ResourceNotFoundException", "events", "ListTargetsByRule", Rule="none")
    c.refused("ResourceNotFoundException", "events", "ListRules", EventBusName="other")
    assert c.call("codebuild", "BatchGetProjects", names=["none"])["projectsNotFound"] == ["none"]
    c.call("codebuild", "ListProjects")
    c.call("batch", "DescribeComputeEnvironments")
