//! What all operations of a protocol have in common.

use bytes::Bytes;

use super::client::{Client, VPC, zone_id};

#[test]
fn parameters_that_are_unknown_missing_or_wrong_are_refused() {
    let client = Client::new();
    assert_eq!(client.ec2("DescribeVpcs", "Nonsense=1").code(), "UnknownParameter");
    assert_eq!(client.ec2("CreateSecurityGroup", "GroupName=a").code(), "MissingParameter");
    assert_eq!(client.ec2("DescribeVpcs", "MaxResults=many").code(), "InvalidParameterValue");
    assert_eq!(client.ec2("NoSuchAction", "").code(), "InvalidAction");
    assert_eq!(client.elb("CreateTargetGroup", "").code(), "ValidationError");
}

#[test]
fn a_dry_run_changes_nothing_but_looks_at_the_parameters() {
    let client = Client::new();
    let parameters = format!("GroupName=a&GroupDescription=d&VpcId={VPC}&DryRun=true");
    let dry = client.ec2("CreateSecurityGroup", &parameters);
    assert_eq!((dry.status, dry.code()), (412, "DryRunOperation"));
    assert_eq!(client.ec2("CreateSecurityGroup", "GroupName=a&DryRun=true").code(), "MissingParameter");
    assert!(!client.ec2("DescribeSecurityGroups", "").ok().all("groupName").contains(&"a"));
}

#[test]
fn an_account_number_as_access_key_is_an_account_of_its_own() {
    let client = Client::new();
    let other = client.with_key("999988887777");
    client.ec2("CreateVpc", "CidrBlock=10.9.0.0%2F16").ok();
    assert_eq!(client.ec2("DescribeVpcs", "").ok().all("vpcId").len(), 3);
    assert_eq!(other.ec2("DescribeVpcs", "").ok().all("vpcId").len(), 2);
    assert_eq!(other.call("sts", "GetCallerIdentity", "").ok().get("Account"), "999988887777");
}

#[test]
fn hosted_zones_of_one_name_are_listed_page_by_page() {
    let client = Client::new();
    for reference in ["a", "b", "c"] {
        let body = format!("<A><Name>shop.test</Name><CallerReference>{reference}</CallerReference></A>");
        assert_eq!(client.route53("POST", "hostedzone", &body).status, 201);
    }
    let mut ids = std::collections::BTreeSet::new();
    let mut query = "maxitems=1".to_owned();
    for _ in 0..3 {
        let page = client.route53("GET", &format!("hostedzonesbyname?{query}"), "").ok();
        ids.insert(zone_id(&page));
        query = format!("maxitems=1&dnsname=shop.test&hostedzoneid={}", page.get("NextHostedZoneId"));
    }
    assert_eq!(ids.len(), 3, "{ids:?}");
}

#[test]
fn a_rule_names_groups_of_its_own_vpc_and_account_only() {
    let client = Client::new();
    let group = |name: &str| {
        let made = client.ec2("CreateSecurityGroup", &format!("GroupName={name}&GroupDescription=d&VpcId={VPC}")).ok();
        made.get("groupId").to_owned()
    };
    let (group, peer) = (group("a"), group("b"));
    let from = |more: &str| {
        let port = "IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=443&IpPermissions.1.ToPort=443";
        let pair = format!("IpPermissions.1.Groups.1.GroupId={peer}&IpPermissions.1.Groups.1.{more}");
        client.ec2("AuthorizeSecurityGroupIngress", &format!("GroupId={group}&{port}&{pair}"))
    };
    assert_eq!(from("VpcId=vpc-0a1b2c3d4e5f60002").code(), "InvalidGroup.NotFound");
    assert_eq!(from("UserId=999988887777").code(), "InvalidGroup.NotFound");
    from(&format!("VpcId={VPC}")).ok();
}

#[test]
fn the_simulators_own_side_says_what_exists() {
    let client = Client::new();
    client.ec2("DescribeVpcs", "").ok();
    let get = |path: &str| {
        let response = client.simulator.handle(http::Request::get(path).body(Bytes::new()).unwrap());
        (response.status().as_u16(), String::from_utf8_lossy(response.body()).into_owned())
    };
    assert!(get("/_sim/").1.contains("/_sim/calls"));
    let state: serde_json::Value = serde_json::from_str(&get("/_sim/state").1).unwrap();
    assert_eq!(state["111122223333"]["us-east-1"]["ec2:vpc"].as_array().map(Vec::len), Some(2));
    let calls: serde_json::Value = serde_json::from_str(&get("/_sim/calls?service=ec2").1).unwrap();
    assert_eq!(calls[0]["operation"], "DescribeVpcs");
    assert_eq!(get("/_sim/nothing").0, 404);
}

#[test]
fn what_a_service_does_not_have_is_refused_in_its_protocols_form() {
    let client = Client::new();
    let json = |service: &str, target: &str, body: &str| {
        client.send(service, http::Request::post("/").header("x-amz-target", target), body.to_owned())
    };
    let get = |service: &str, path: &str| client.send(service, http::Request::get(path), "");
    let answers = [
        (json("acm", "CertificateManager.Frobnicate", "{}"), 400, r#"{"__type":"UnknownOperationException"}"#),
        (json("sqs", "AmazonSQS.ListQueues", "{}"), 400, r#"{"__type":"UnknownOperationException"}"#),
        (json("acm", "CertificateManager.ListCertificates", "["), 400, r#"{"__type":"SerializationException"}"#),
        (get("lambda", "/2015-03-31/nothing"), 404, "<UnknownOperationException/>\n"),
        (get("route53", "/2013-04-01/nothing"), 404, "<UnknownOperationException/>\n"),
        (get("apigateway", "/nothing"), 403, r#"{"message":"Missing Authentication Token"}"#),
    ];
    for (answer, status, body) in answers {
        assert_eq!((answer.status, answer.body.as_str()), (status, body));
    }
    for service in ["elasticloadbalancing", "iam", "autoscaling", "sns"] {
        let answer = client.call(service, "Frobnicate", "");
        assert_eq!((answer.status, answer.code()), (400, "InvalidAction"), "{}", answer.body);
        assert_eq!(answer.get("Message"), "Could not find operation Frobnicate for version 2015-12-01");
    }
    assert_eq!(client.route53("POST", "hostedzone", "<A><Name>").code(), "MalformedInput");
}

#[test]
fn null_in_a_patch_is_a_member_that_lacks() {
    let client = Client::new();
    let patch = http::Request::patch("/account");
    let answer =
        client.send("apigateway", patch, r#"{"patchOperations": [{"op": null, "path": "/a", "value": null}]}"#);
    let lacks = "1 validation error detected: Value null at 'patchOperations.1.member.op' failed to satisfy constraint: Member must not be null";
    assert_eq!((answer.status, answer.body.contains(lacks)), (400, true), "{}", answer.body);
}
