"""Elastic Load Balancing, Certificate Manager and S3 as it needs them, endpoint services."""

import datetime
import json
import subprocess
import tempfile
from functools import partial

import network

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d-4e5f-4000-8000-000000000001"
FIXED = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain", "MessageBody": "m"}}]
TAGS = [{"Key": "team", "Value": "blue"}]


def run(c):
    elb = partial(c.call, "elasticloadbalancing")
    certificate, key = self_signed()
    store = trust_stores(c, elb, certificate)
    balancer = load_balancers(c, elb)
    groups = target_groups(c, elb)
    listener = listeners(c, elb, balancer, groups, store)
    rules(c, elb, listener, groups)
    targets(c, elb, groups[0])
    tags(elb, balancer)
    endpoint_service(c, elb)
    account(c, elb)
    another = certificates(c, certificate, key)
    remove(c, elb, balancer, listener, another, groups, store)


def self_signed():
    """A certificate and its key in PEM. openssl makes them: the standard library cannot."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=conformance.test",
             "-keyout", f"{folder}/key", "-out", f"{folder}/certificate"],
            check=True, capture_output=True,
        )
        return open(f"{folder}/certificate", "rb").read(), open(f"{folder}/key", "rb").read()


def revocations(certificate):
    """An empty revocation list of an authority made for it."""
    with tempfile.TemporaryDirectory() as folder:
        write = lambda name, text: open(f"{folder}/{name}", "w").write(text)
        write("index", "")
        write("number", "01")
        write("conf", f"[ca]\ndefault_ca=d\n[d]\ndatabase={folder}/index\ncrlnumber={folder}/number\ndefault_md=sha256\ndefault_crl_days=30\n")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=authority",
             "-keyout", f"{folder}/key", "-out", f"{folder}/ca"],
            check=True, capture_output=True,
        )
        return subprocess.run(
            ["openssl", "ca", "-gencrl", "-config", f"{folder}/conf", "-cert", f"{folder}/ca", "-keyfile", f"{folder}/key"],
            check=True, capture_output=True,
        ).stdout


def settings(c, bucket):
    """What a bucket answers that nobody has set anything for."""
    get = lambda operation: c.call("s3", operation, Bucket=bucket)
    assert not get("GetBucketLocation").get("LocationConstraint")
    assert get("GetBucketRequestPayment")["Payer"] == "BucketOwner"
    assert all(get("GetPublicAccessBlock")["PublicAccessBlockConfiguration"].values())
    (grant,) = get("GetBucketAcl")["Grants"]
    assert (grant["Grantee"]["Type"], grant["Permission"]) == ("CanonicalUser", "FULL_CONTROL"), grant
    (rule,) = get("GetBucketEncryption")["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256", rule
    (rule,) = get("GetBucketOwnershipControls")["OwnershipControls"]["Rules"]
    assert rule["ObjectOwnership"] == "BucketOwnerEnforced", rule
    for operation in ("GetBucketAccelerateConfiguration", "GetBucketLogging", "GetBucketNotificationConfiguration", "GetBucketVersioning",
                      "ListBucketInventoryConfigurations"):
        get(operation)
    never_set = {
        "GetBucketCors": "NoSuchCORSConfiguration", "GetBucketLifecycleConfiguration": "NoSuchLifecycleConfiguration",
        "GetBucketReplication": "ReplicationConfigurationNotFoundError", "GetBucketTagging": "NoSuchTagSet",
        "GetBucketWebsite": "NoSuchWebsiteConfiguration", "GetObjectLockConfiguration": "ObjectLockConfigurationNotFoundError",
    }
    for operation, code in never_set.items():
        c.refused(code, "s3", operation, Bucket=bucket)


def trust_stores(c, elb, certificate):
    s3 = partial(c.call, "s3")
    s3("CreateBucket", Bucket="conformance")
    c.wait("s3", "bucket_exists", Bucket="conformance")
    s3("HeadBucket", Bucket="conformance")
    settings(c, "conformance")
    s3("CreateBucket", Bucket="conformance-2")
    s3("ListBuckets")
    c.paginate("s3", "ListBuckets")
    s3("DeleteBucket", Bucket="conformance-2")
    for name, body in (("ca.pem", certificate), ("list.crl", revocations(certificate))):
        s3("PutObject", Bucket="conformance", Key=name, Body=body)
    c.wait("s3", "object_exists", Bucket="conformance", Key="ca.pem")
    s3("HeadObject", Bucket="conformance", Key="ca.pem")
    assert s3("GetObject", Bucket="conformance", Key="ca.pem")["Body"].read() == certificate
    s3("ListObjectsV2", Bucket="conformance")
    c.paginate("s3", "ListObjectsV2", Bucket="conformance")
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::conformance/*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    s3("PutBucketPolicy", Bucket="conformance", Policy=policy)
    assert s3("GetBucketPolicy", Bucket="conformance")["Policy"] == policy
    s3("DeleteBucketPolicy", Bucket="conformance")
    c.refused("NoSuchBucketPolicy", "s3", "GetBucketPolicy", Bucket="conformance")
    place = {"CaCertificatesBundleS3Bucket": "conformance", "CaCertificatesBundleS3Key": "ca.pem"}
    store, other = (
        elb("CreateTrustStore", Name=name, Tags=TAGS, **place)["TrustStores"][0]["TrustStoreArn"] for name in ("one", "two")
    )
    c.refused("DuplicateTrustStoreName", "elasticloadbalancing", "CreateTrustStore", Name="one", **place)
    c.pass_time(60)
    elb("DescribeTrustStores", TrustStoreArns=[store])
    c.paginate("elasticloadbalancing", "DescribeTrustStores")
    elb("ModifyTrustStore", TrustStoreArn=store, **place)
    elb("GetTrustStoreCaCertificatesBundle", TrustStoreArn=store)
    contents = [{"S3Bucket": "conformance", "S3Key": "list.crl", "RevocationType": "CRL"}] * 2
    elb("AddTrustStoreRevocations", TrustStoreArn=store, RevocationContents=contents)
    elb("DescribeTrustStoreRevocations", TrustStoreArn=store)
    c.paginate("elasticloadbalancing", "DescribeTrustStoreRevocations", TrustStoreArn=store)
    elb("GetTrustStoreRevocationContent", TrustStoreArn=store, RevocationId=1)
    elb("RemoveTrustStoreRevocations", TrustStoreArn=store, RevocationIds=[1])
    elb("DeleteTrustStore", TrustStoreArn=other)
    for name in ("ca.pem", "list.crl"):
        s3("DeleteObject", Bucket="conformance", Key=name)
    c.wait("s3", "object_not_exists", Bucket="conformance", Key="ca.pem")
    s3("DeleteBucket", Bucket="conformance")
    c.wait("s3", "bucket_not_exists", Bucket="conformance")
    return store


def load_balancers(c, elb):
    balancer = elb("CreateLoadBalancer", Name="conformance", Subnets=network.PUBLIC, Tags=TAGS)["LoadBalancers"][0]
    arn = balancer["LoadBalancerArn"]
    c.wait("elasticloadbalancing", "load_balancer_exists", LoadBalancerArns=[arn])
    c.wait("elasticloadbalancing", "load_balancer_available", LoadBalancerArns=[arn])
    other = elb("CreateLoadBalancer", Name="other", Scheme="internal", Subnets=network.PRIVATE)["LoadBalancers"][0]
    elb("DescribeLoadBalancers", LoadBalancerArns=[arn])
    c.paginate("elasticloadbalancing", "DescribeLoadBalancers")
    elb("ModifyLoadBalancerAttributes", LoadBalancerArn=arn, Attributes=[{"Key": "idle_timeout.timeout_seconds", "Value": "90"}])
    elb("DescribeLoadBalancerAttributes", LoadBalancerArn=arn)
    elb("SetIpAddressType", LoadBalancerArn=arn, IpAddressType="ipv4")
    elb("SetSecurityGroups", LoadBalancerArn=arn, SecurityGroups=balancer["SecurityGroups"])
    elb("SetSubnets", LoadBalancerArn=arn, Subnets=network.PUBLIC)
    elb("DescribeCapacityReservation", LoadBalancerArn=arn)
    elb("DeleteLoadBalancer", LoadBalancerArn=other["LoadBalancerArn"])
    c.wait("elasticloadbalancing", "load_balancers_deleted", LoadBalancerArns=[other["LoadBalancerArn"]])
    return arn


def target_groups(c, elb):
    settings = {"Protocol": "HTTPS", "Port": 443, "VpcId": network.VPC, "TargetType": "ip", "Matcher": {"HttpCode": "200,403"}}
    groups = [
        elb("CreateTargetGroup", Name=name, HealthCheckProtocol="HTTPS", Tags=TAGS, **settings)["TargetGroups"][0]["TargetGroupArn"]
        for name in ("blue", "green")
    ]
    elb("DescribeTargetGroups", TargetGroupArns=groups[:1])
    c.paginate("elasticloadbalancing", "DescribeTargetGroups")
    elb("ModifyTargetGroup", TargetGroupArn=groups[0], HealthCheckPath="/ping")
    delay = [{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}]
    elb("ModifyTargetGroupAttributes", TargetGroupArn=groups[0], Attributes=delay)
    elb("DescribeTargetGroupAttributes", TargetGroupArn=groups[0])
    return groups


def listeners(c, elb, balancer, groups, store):
    verify = {"Mode": "verify", "TrustStoreArn": store}
    secure = {"Protocol": "HTTPS", "Certificates": [{"CertificateArn": CERTIFICATE}], "MutualAuthentication": verify}
    forward = [{"Type": "forward", "TargetGroupArn": groups[0]}]
    listener = elb("CreateListener", LoadBalancerArn=balancer, Port=443, DefaultActions=forward, Tags=TAGS, **secure)
    listener = listener["Listeners"][0]["ListenerArn"]
    elb("CreateListener", LoadBalancerArn=balancer, Port=8443, DefaultActions=FIXED, SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06", **secure)
    redirect = [{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}]
    elb("CreateListener", LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=redirect)
    elb("DescribeListeners", LoadBalancerArn=balancer)
    c.paginate("elasticloadbalancing", "DescribeListeners", LoadBalancerArn=balancer)
    elb("DescribeTrustStoreAssociations", TrustStoreArn=store)
    c.paginate("elasticloadbalancing", "DescribeTrustStoreAssociations", TrustStoreArn=store)
    elb("ModifyListener", ListenerArn=listener, MutualAuthentication={"Mode": "off"})
    header = [{"Key": "routing.http.response.server.enabled", "Value": "false"}]
    elb("ModifyListenerAttributes", ListenerArn=listener, Attributes=header)
    elb("DescribeListenerAttributes", ListenerArn=listener)
    return listener


def rules(c, elb, listener, groups):
    conditions = [
        [{"Field": "path-pattern", "Values": ["/a/*"]}],
        [{"Field": "host-header", "HostHeaderConfig": {"Values": ["a.example.com"]}},
         {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "x-team", "Values": ["blue"]}}],
        [{"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "a", "Value": "b"}]}},
         {"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8"]}},
         {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET"]}}],
    ]
    weighted = {"TargetGroups": [{"TargetGroupArn": arn, "Weight": 1} for arn in groups]}
    actions = [FIXED, [{"Type": "forward", "ForwardConfig": weighted}], [{"Type": "forward", "TargetGroupArn": groups[0]}]]
    rewrite = {"Rewrites": [{"Regex": "^.*$", "Replace": "abcdefghij.execute-api.us-east-1.amazonaws.com"}]}
    transforms = [{"Type": "host-header-rewrite", "HostHeaderRewriteConfig": rewrite}]
    made = [
        elb(
            "CreateRule", ListenerArn=listener, Priority=priority, Conditions=condition, Actions=action, Tags=TAGS,
            **({} if action is FIXED else {"Transforms": transforms}),
        )["Rules"][0]["RuleArn"]
        for priority, (condition, action) in enumerate(zip(conditions, actions), 1)
    ]
    elb("DescribeRules", ListenerArn=listener)
    c.paginate("elasticloadbalancing", "DescribeRules", ListenerArn=listener)
    elb("ModifyRule", RuleArn=made[2], ResetTransforms=True)
    elb("SetRulePriorities", RulePriorities=[{"RuleArn": made[2], "Priority": 7}])
    elb("DeleteRule", RuleArn=made[0])
    c.refused("PriorityInUse", "elasticloadbalancing", "CreateRule", ListenerArn=listener, Priority=2, Conditions=conditions[0], Actions=FIXED)


def targets(c, elb, group):
    """The targets are an endpoint's addresses; all are in the VPC's default group, whose members may talk to each other."""
    ec2 = partial(c.call, "ec2")
    network.endpoint(ec2, network.VPC, network.PRIVATE, PrivateDnsEnabled=False)
    c.pass_time(120)
    found = ec2("DescribeNetworkInterfaces", Filters=[
        {"Name": "interface-type", "Values": ["vpc_endpoint"]}, {"Name": "subnet-id", "Values": network.PRIVATE[1:]},
    ])["NetworkInterfaces"]
    c.paginate("ec2", "DescribeNetworkInterfaces", 5)
    target = [{"Id": found[0]["PrivateIpAddress"], "Port": 443}]
    elb("RegisterTargets", TargetGroupArn=group, Targets=target)
    elb("DescribeTargetHealth", TargetGroupArn=group)
    c.wait("elasticloadbalancing", "target_in_service", TargetGroupArn=group, Targets=target)
    elb("DeregisterTargets", TargetGroupArn=group, Targets=target)
    c.wait("elasticloadbalancing", "target_deregistered", TargetGroupArn=group, Targets=target)


def tags(elb, balancer):
    elb("AddTags", ResourceArns=[balancer], Tags=[{"Key": "a", "Value": "b"}])
    elb("DescribeTags", ResourceArns=[balancer])
    elb("RemoveTags", ResourceArns=[balancer], TagKeys=["a"])


def endpoint_service(c, elb):
    """A network load balancer offered to another account over PrivateLink."""
    ec2, consumer = partial(c.call, "ec2"), "444455556666"
    made = [
        elb("CreateLoadBalancer", Name=name, Type="network", Scheme="internal", Subnets=network.PRIVATE)["LoadBalancers"][0]
        for name in ("nlb-one", "nlb-two")
    ]
    services = [
        ec2(
            "CreateVpcEndpointServiceConfiguration", NetworkLoadBalancerArns=[balancer["LoadBalancerArn"]],
            AcceptanceRequired=True, TagSpecifications=network.tags("vpc-endpoint-service"),
        )["ServiceConfiguration"]
        for balancer in made
    ]
    service, name = services[0]["ServiceId"], services[0]["ServiceName"]
    ec2("ModifyVpcEndpointServiceConfiguration", ServiceId=service, PrivateDnsName="api.example.com")
    ec2("StartVpcEndpointServicePrivateDnsVerification", ServiceId=service)
    principals = [f"arn:aws:iam::{consumer}:root", "arn:aws:iam::444455556667:role/r"]
    ec2("ModifyVpcEndpointServicePermissions", ServiceId=service, AddAllowedPrincipals=principals)
    ec2("DescribeVpcEndpointServicePermissions", ServiceId=service)
    c.paginate("ec2", "DescribeVpcEndpointServicePermissions", ServiceId=service)
    ec2("DescribeVpcEndpointServiceConfigurations", ServiceIds=[service])
    c.paginate("ec2", "DescribeVpcEndpointServiceConfigurations")
    endpoints = [
        network.endpoint(partial(c.call, "ec2", key=consumer), network.CONSUMER_VPC, network.CONSUMER, name, PrivateDnsEnabled=False)
        for _ in range(2)
    ]
    ec2("DescribeVpcEndpointConnections", Filters=[{"Name": "service-id", "Values": [service]}])
    c.paginate("ec2", "DescribeVpcEndpointConnections")
    ec2("AcceptVpcEndpointConnections", ServiceId=service, VpcEndpointIds=endpoints[:1])
    ec2("RejectVpcEndpointConnections", ServiceId=service, VpcEndpointIds=endpoints)
    ec2("DeleteVpcEndpointServiceConfigurations", ServiceIds=[service])


def account(c, elb):
    elb("DescribeAccountLimits")
    c.paginate("elasticloadbalancing", "DescribeAccountLimits", 5)
    elb("DescribeSSLPolicies")
    c.paginate("elasticloadbalancing", "DescribeSSLPolicies", 5)


def certificates(c, certificate, key):
    """Returns the ARN of an imported certificate that stays."""
    acm = partial(c.call, "acm")
    imported = acm("ImportCertificate", Certificate=certificate, PrivateKey=key, Tags=TAGS)["CertificateArn"]
    names = {"DomainName": "conformance.example", "SubjectAlternativeNames": ["*.conformance.example"]}
    arn = acm("RequestCertificate", ValidationMethod="DNS", **names)["CertificateArn"]
    (option, *_) = acm("DescribeCertificate", CertificateArn=arn)["Certificate"]["DomainValidationOptions"]
    zone = c.call("route53", "CreateHostedZone", Name="conformance.example", CallerReference="certificates")["HostedZone"]["Id"]
    record = option["ResourceRecord"]
    proof = {"Name": record["Name"], "Type": record["Type"], "TTL": 60, "ResourceRecords": [{"Value": record["Value"]}]}
    changes = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": proof}]}
    change = c.call("route53", "ChangeResourceRecordSets", HostedZoneId=zone, ChangeBatch=changes)["ChangeInfo"]["Id"]
    c.wait("route53", "resource_record_sets_changed", Id=change)
    c.wait("acm", "certificate_validated", CertificateArn=arn)
    acm("DescribeCertificate", CertificateArn=arn)
    acm("GetCertificate", CertificateArn=imported)
    acm("GetCertificate", CertificateArn=CERTIFICATE)
    acm("ListCertificates")
    c.paginate("acm", "ListCertificates")
    acm("AddTagsToCertificate", CertificateArn=arn, Tags=[{"Key": "a", "Value": "b"}])
    acm("ListTagsForCertificate", CertificateArn=arn)
    acm("RemoveTagsFromCertificate", CertificateArn=arn, Tags=[{"Key": "a"}])
    acm("DeleteCertificate", CertificateArn=arn)
    return imported


def remove(c, elb, balancer, listener, certificate, groups, store):
    two = [{"CertificateArn": arn} for arn in (certificate, CERTIFICATE)]
    c.refused("ValidationError", "elasticloadbalancing", "AddListenerCertificates", ListenerArn=listener, Certificates=two)
    elb("AddListenerCertificates", ListenerArn=listener, Certificates=two[:1])
    elb("DescribeListenerCertificates", ListenerArn=listener)
    c.paginate("elasticloadbalancing", "DescribeListenerCertificates", ListenerArn=listener)
    elb("RemoveListenerCertificates", ListenerArn=listener, Certificates=[{"CertificateArn": certificate}])
    c.refused(
        "OperationNotPermitted", "elasticloadbalancing", "RemoveListenerCertificates",
        ListenerArn=listener, Certificates=[{"CertificateArn": CERTIFICATE}],
    )
    c.refused("TrustStoreInUse", "elasticloadbalancing", "DeleteTrustStore", TrustStoreArn=store)
    c.refused("ResourceInUse", "elasticloadbalancing", "DeleteTargetGroup", TargetGroupArn=groups[0])
    elb("DeleteListener", ListenerArn=listener)
    elb("DeleteTargetGroup", TargetGroupArn=groups[0])
    elb("DeleteLoadBalancer", LoadBalancerArn=balancer)
