"""VPCs, subnets, security groups and their rules."""

import os

from lane import check, refused, same

API = "EC2 API Reference, "


@check("GetCallerIdentity", "STS API Reference, GetCallerIdentity")
def caller(w):
    answer = w.sts.get_caller_identity()
    assert len(answer["Account"]) == 12 and answer["Account"].isdigit(), answer["Account"]
    assert answer["Arn"].split(":")[4] == answer["Account"], answer["Arn"]


@check("DescribeVpcs and DescribeSubnets", API + "DescribeSubnets")
def places(w):
    named = os.environ.get("AWS_TEST_VPC")
    vpcs = w.ec2.describe_vpcs(**({"VpcIds": [named]} if named else {}))["Vpcs"]
    for vpc in sorted(vpcs, key=lambda vpc: not vpc["IsDefault"]):
        subnets = w.ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])["Subnets"]
        zones = {subnet["AvailabilityZone"]: subnet["SubnetId"] for subnet in subnets}
        if len(zones) >= 2:
            w.vpc, w.subnets = vpc["VpcId"], [zones[zone] for zone in sorted(zones)][:2]
            return
    raise AssertionError("no VPC with subnets in two zones; name one: AWS_TEST_VPC")


@check("DescribeVpcs: unknown", "EC2 error codes: InvalidVpcID.NotFound")
def unknown_vpc(w):
    refused("InvalidVpcID.NotFound", w.ec2.describe_vpcs, VpcIds=["vpc-00000000000000000"])


@check("DescribeVpcAttribute", API + "DescribeVpcAttribute")
def attribute(w):
    answer = w.ec2.describe_vpc_attribute(VpcId=w.vpc, Attribute="enableDnsSupport")
    assert answer["EnableDnsSupport"]["Value"] in (True, False)


def make_group(w, name):
    tags = [{"ResourceType": "security-group", "Tags": w.tags()}]
    made = w.ec2.create_security_group(GroupName=f"{w.mark}-{name}", Description="lane", VpcId=w.vpc, TagSpecifications=tags)
    w.later(w.ec2.delete_security_group, GroupId=made["GroupId"])
    return made["GroupId"]


def described(w, group):
    return w.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]


@check("CreateSecurityGroup", API + "CreateSecurityGroup: outbound traffic is allowed at first")
def create_group(w):
    w.clients, w.servers = make_group(w, "clients"), make_group(w, "servers")
    group = described(w, w.servers)
    same((group["VpcId"], group["Tags"], group["IpPermissions"]), (w.vpc, w.tags(), []))
    same([rule["IpProtocol"] for rule in group["IpPermissionsEgress"]], ["-1"], "outbound rules")


@check("CreateSecurityGroup: name taken", "EC2 error codes: InvalidGroup.Duplicate")
def duplicate_group(w):
    refused("InvalidGroup.Duplicate", w.ec2.create_security_group, GroupName=f"{w.mark}-clients", Description="d", VpcId=w.vpc)


@check("CreateSecurityGroup: DryRun", "EC2 error codes: DryRunOperation")
def dry_run(w):
    refused("DryRunOperation", w.ec2.create_security_group, GroupName=f"{w.mark}-dry", Description="d", VpcId=w.vpc, DryRun=True)
    names = w.ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [f"{w.mark}-dry"]}])
    same(names["SecurityGroups"], [])


@check("DescribeSecurityGroups: filters by tag", API + "DescribeSecurityGroups")
def find_groups(w):
    found = w.ec2.describe_security_groups(Filters=[{"Name": "tag:lane", "Values": [w.mark]}])["SecurityGroups"]
    same({group["GroupId"] for group in found}, {w.clients, w.servers})


@check("DescribeSecurityGroups: unknown", "EC2 error codes: InvalidGroup.NotFound")
def unknown_group(w):
    refused("InvalidGroup.NotFound", w.ec2.describe_security_groups, GroupIds=["sg-00000000000000000"])


def https_from(group):
    return [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [{"GroupId": group, "Description": "lane"}]}]


@check("AuthorizeSecurityGroupIngress", API + "AuthorizeSecurityGroupIngress: answers the rules that it added")
def authorize(w):
    made = w.ec2.authorize_security_group_ingress(GroupId=w.servers, IpPermissions=https_from(w.clients))
    (rule,) = made["SecurityGroupRules"]
    same((rule["ReferencedGroupInfo"]["GroupId"], rule["FromPort"], rule["IsEgress"]), (w.clients, 443, False))
    w.rule = rule["SecurityGroupRuleId"]
    (permission,) = described(w, w.servers)["IpPermissions"]
    same([pair["GroupId"] for pair in permission["UserIdGroupPairs"]], [w.clients])


@check("AuthorizeSecurityGroupIngress: there already", "EC2 error codes: InvalidPermission.Duplicate")
def authorize_again(w):
    refused("InvalidPermission.Duplicate", w.ec2.authorize_security_group_ingress, GroupId=w.servers, IpPermissions=https_from(w.clients))


@check("DescribeSecurityGroupRules", API + "DescribeSecurityGroupRules")
def rules(w):
    found = w.ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [w.servers]}])["SecurityGroupRules"]
    same(sorted(rule["IsEgress"] for rule in found), [False, True])
    assert w.rule in [rule["SecurityGroupRuleId"] for rule in found]


@check("DeleteSecurityGroup: another one's rule refers to it", "EC2 error codes: DependencyViolation")
def referred(w):
    refused("DependencyViolation", w.ec2.delete_security_group, GroupId=w.clients)


@check("RevokeSecurityGroupIngress", API + "RevokeSecurityGroupIngress, SecurityGroupRuleIds")
def revoke(w):
    w.ec2.revoke_security_group_ingress(GroupId=w.servers, SecurityGroupRuleIds=[w.rule])
    same(described(w, w.servers)["IpPermissions"], [])


@check("AuthorizeSecurityGroupEgress and RevokeSecurityGroupEgress", API + "RevokeSecurityGroupEgress")
def egress(w):
    w.ec2.authorize_security_group_egress(GroupId=w.clients, IpPermissions=https_from(w.servers))
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    w.ec2.revoke_security_group_egress(GroupId=w.clients, IpPermissions=everything)
    (left,) = described(w, w.clients)["IpPermissionsEgress"]
    same((left["FromPort"], [pair["GroupId"] for pair in left["UserIdGroupPairs"]]), (443, [w.servers]))
    w.ec2.revoke_security_group_egress(GroupId=w.clients, IpPermissions=https_from(w.servers))


@check("RevokeSecurityGroupIngress: not there", API + "RevokeSecurityGroupIngress: InvalidPermission.NotFound in a VPC that is not the default one")
def revoke_again(w):
    refused("InvalidPermission.NotFound", w.ec2.revoke_security_group_ingress, GroupId=w.servers, IpPermissions=https_from(w.clients))


@check("CreateTags and DeleteTags", API + "CreateTags")
def tags(w):
    w.ec2.create_tags(Resources=[w.servers], Tags=[{"Key": "more", "Value": "1"}])
    same({tag["Key"]: tag["Value"] for tag in described(w, w.servers)["Tags"]}, {"lane": w.mark, "more": "1"})
    w.ec2.delete_tags(Resources=[w.servers], Tags=[{"Key": "more"}])
    same(described(w, w.servers)["Tags"], w.tags())
