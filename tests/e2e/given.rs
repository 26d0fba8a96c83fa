//! What others made before the front door comes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use testenv::simulator::REGION;

use crate::aws::inner;
use crate::lab::Lab;

pub(crate) const VPC: &str = "vpc-0a1b2c3d4e5f60001";
pub(crate) const PUBLIC_SUBNETS: [&str; 2] = ["subnet-0a1b2c3d4e5f60011", "subnet-0a1b2c3d4e5f60012"];
pub(crate) const PRIVATE_SUBNETS: [&str; 2] = ["subnet-0a1b2c3d4e5f60021", "subnet-0a1b2c3d4e5f60022"];

/// A load balancer with a listener on port 80.
pub(crate) struct GivenLoadBalancer {
    pub(crate) listener_arn: String,
}

/// A fixed answer as the action of a listener or rule.
pub(crate) fn fixed_response(parameter: &str, status: u16) -> String {
    format!("{parameter}.member.1.Type=fixed-response&{parameter}.member.1.FixedResponseConfig.StatusCode={status}")
}

fn security_group(lab: &Lab, name: &str, port: u16, from: &str) -> String {
    let group = lab.ec2(&format!("CreateSecurityGroup&GroupName={name}&GroupDescription={name}&VpcId={VPC}"));
    let group = inner(&group, "groupId");
    let permission =
        format!("IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort={port}&IpPermissions.1.ToPort={port}");
    lab.ec2(&format!("AuthorizeSecurityGroupIngress&GroupId={group}&{permission}&IpPermissions.1.{from}"));
    group
}

/// An internet-facing Application Load Balancer whose default answer is 404.
pub(crate) fn load_balancer(lab: &Lab) -> GivenLoadBalancer {
    let group = security_group(lab, "theirs", 80, "IpRanges.1.CidrIp=0.0.0.0/0");
    let [a, b] = PUBLIC_SUBNETS;
    let answer = lab.elb(&format!(
        "CreateLoadBalancer&Name=theirs&Subnets.member.1={a}&Subnets.member.2={b}&SecurityGroups.member.1={group}"
    ));
    let arn = inner(&answer, "LoadBalancerArn");
    let answer = lab.elb(&format!(
        "CreateListener&LoadBalancerArn={arn}&Protocol=HTTP&Port=80&{}",
        fixed_response("DefaultActions", 404)
    ));
    GivenLoadBalancer { listener_arn: inner(&answer, "ListenerArn") }
}

/// An `execute-api` endpoint that lets this security group in.
pub(crate) fn vpc_endpoint(lab: &Lab, from_group: &str) -> String {
    let group = security_group(lab, "theirs-endpoint", 443, &format!("Groups.1.GroupId={from_group}"));
    let [a, b] = PRIVATE_SUBNETS;
    let answer = lab.ec2(&format!(
        "CreateVpcEndpoint&VpcEndpointType=Interface&VpcId={VPC}&ServiceName=com.amazonaws.{REGION}.execute-api\
         &SubnetId.1={a}&SubnetId.2={b}&SecurityGroupId.1={group}"
    ));
    inner(&answer, "vpcEndpointId")
}

/// One more subnet of the VPC, in the zone of this letter, with the range `10.0.<network>.0/24`.
pub(crate) fn subnet(lab: &Lab, zone: &str, network: u8) -> String {
    let form = format!("CreateSubnet&VpcId={VPC}&CidrBlock=10.0.{network}.0/24&AvailabilityZone={REGION}{zone}");
    inner(&lab.ec2(&form), "subnetId")
}

/// An IPv6 block for the VPC and for each of these subnets.
pub(crate) fn add_ipv6(lab: &Lab, subnets: &[&str]) {
    let answer = lab.ec2(&format!("AssociateVpcCidrBlock&VpcId={VPC}&AmazonProvidedIpv6CidrBlock=true"));
    let block = inner(&answer, "ipv6CidrBlock").replace("00::/56", "");
    for (number, subnet) in subnets.iter().enumerate() {
        let block = format!("{block}{number:02x}%3A%3A%2F64");
        lab.ec2(&format!("AssociateSubnetCidrBlock&SubnetId={subnet}&Ipv6CidrBlock={block}"));
    }
}

/// A private API with one method, which answers `theirs`, deployed to a stage. Its policy admits whom it is told to.
pub(crate) fn private_api(lab: &Lab, stage: &str, policy: &Value) -> String {
    let api = json!({"name": "theirs", "endpointConfiguration": {"types": ["PRIVATE"]}, "policy": policy.to_string()});
    let id = lab.apigateway("POST", "/restapis", &api)["id"].as_str().unwrap().to_owned();
    lab.apigateway("PUT", &format!("/restapis/{id}?mode=merge"), &document("theirs"));
    lab.apigateway("POST", &format!("/restapis/{id}/deployments"), &json!({"stageName": stage}));
    id
}

/// A policy that admits everybody.
pub(crate) fn open_policy() -> Value {
    json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
    ]})
}

/// `GET /` with a fixed answer.
fn document(body: &str) -> Value {
    json!({
        "openapi": "3.0.1",
        "info": {"title": "theirs", "version": "1"},
        "paths": {"/": {"get": {
            "responses": {"200": {"description": "The fixed answer"}},
            "x-amazon-apigateway-integration": {
                "type": "mock",
                "requestTemplates": {"application/json": "{\"statusCode\": 200}"},
                "responses": {"default": {"statusCode": "200", "responseTemplates": {"application/json": body}}},
            },
        }}},
    })
}

/// A certificate for `second.example.com`, valid until 2100. Nobody has its key, and the simulator looks only whether one is given.
const CERTIFICATE: &str = include_str!("second.example.com.pem");

/// Imports it, once more each time.
pub(crate) fn certificate(lab: &Lab) -> String {
    let key = "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----";
    let (certificate, key) = (STANDARD.encode(CERTIFICATE), STANDARD.encode(key));
    let answer = lab.acm("ImportCertificate", &json!({"Certificate": certificate, "PrivateKey": key}));
    answer["CertificateArn"].as_str().unwrap().to_owned()
}
