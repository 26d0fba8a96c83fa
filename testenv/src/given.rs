//! AWS resources of others that manifests refer to: those of `examples/`, under the names that stand there, and more of
//! their kinds.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::poll;
use crate::simulator::{REGION, Simulator};

const VPC: &str = "vpc-0a1b2c3d4e5f60001";
const PUBLIC_SUBNETS: [&str; 2] = ["subnet-0a1b2c3d4e5f60011", "subnet-0a1b2c3d4e5f60012"];
const PRIVATE_SUBNETS: [&str; 2] = ["subnet-0a1b2c3d4e5f60021", "subnet-0a1b2c3d4e5f60022"];
/// The endpoint in the examples.
const ENDPOINT: &str = "vpce-0a1b2c3d4e5f60041";
/// End of the ARNs of the load balancer and the listener in the examples.
const LISTENER: [&str; 2] = ["0123456789abcdef", "0123456789abcdef"];
/// The API in the examples.
const API: &str = "a1b2c3d4e5";

/// Makes it in an account, and waits until the endpoint is available.
pub fn make(simulator: &Simulator, account: &str) -> Result<()> {
    let given = Given { simulator, account };
    given.order("vpce", &[ENDPOINT])?;
    given.order("hex16", &LISTENER)?;
    given.order("alphanumeric10", &[API])?;
    let group = given.client_security_group()?;
    given.load_balancer("shared", &group)?;
    given.endpoint(&group)?;
    given.api()
}

/// Creates resources in an account of the simulator.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// The simulator.
    pub simulator: &'a Simulator,
    /// ID of the account.
    pub account: &'a str,
}

impl Given<'_> {
    fn order(&self, kind: &str, ids: &[&str]) -> Result<()> {
        let order = json!({"account": self.account, "kind": kind, "ids": ids});
        self.simulator.send("PUT", "ids", &order).map(drop)
    }

    fn ec2(&self, form: &str) -> Result<String> {
        self.simulator.query(self.account, "ec2", &format!("Action={form}&Version=2016-11-15"))
    }

    fn balancing(&self, form: &str) -> Result<String> {
        self.simulator.query(self.account, "elasticloadbalancing", &format!("Action={form}&Version=2015-12-01"))
    }

    fn gateway(&self, method: &'static str, path: &str, body: &Value) -> Result<String> {
        self.simulator.rest(self.account, "apigateway", (method, path), &body.to_string())
    }

    /// A group that lets TCP in on a port.
    fn security_group(&self, name: &str, port: u16, from: &str) -> Result<String> {
        let made = self.ec2(&format!("CreateSecurityGroup&GroupName={name}&GroupDescription={name}&VpcId={VPC}"))?;
        let id = inner(&made, "groupId")?;
        let permission =
            format!("IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort={port}&IpPermissions.1.ToPort={port}");
        self.ec2(&format!("AuthorizeSecurityGroupIngress&GroupId={id}&{permission}&IpPermissions.1.{from}"))?;
        Ok(id)
    }

    /// Creates a security group for load balancers that lets everybody in on port 80; gives its ID.
    pub fn client_security_group(&self) -> Result<String> {
        self.security_group("shared", 80, "IpRanges.1.CidrIp=0.0.0.0/0")
    }

    /// Creates a load balancer in a security group, with a listener on port 80 that answers 404; gives the listener's
    /// ARN.
    pub fn load_balancer(&self, name: &str, group: &str) -> Result<String> {
        let [a, b] = PUBLIC_SUBNETS;
        let made = self.balancing(&format!(
            "CreateLoadBalancer&Name={name}&Subnets.member.1={a}&Subnets.member.2={b}&SecurityGroups.member.1={group}"
        ))?;
        let arn = inner(&made, "LoadBalancerArn")?;
        let answer =
            "DefaultActions.member.1.Type=fixed-response&DefaultActions.member.1.FixedResponseConfig.StatusCode=404";
        let made = self.balancing(&format!("CreateListener&LoadBalancerArn={arn}&Protocol=HTTP&Port=80&{answer}"))?;
        inner(&made, "ListenerArn")
    }

    /// Waits until a load balancer of this name is active.
    pub fn wait_for_load_balancer(&self, name: &str) -> Result<()> {
        poll::until("active load balancer", Duration::from_millis(50), Duration::from_mins(5), || {
            let state = inner(&self.balancing(&format!("DescribeLoadBalancers&Names.member.1={name}"))?, "Code")?;
            Ok(if state == "active" { Ok(()) } else { Err(state) })
        })
    }

    /// Creates an endpoint for `execute-api` that a security group reaches, and waits until it is available; gives its
    /// ID.
    pub fn endpoint(&self, from_group: &str) -> Result<String> {
        let group = self.security_group("shared-endpoint", 443, &format!("Groups.1.GroupId={from_group}"))?;
        let [a, b] = PRIVATE_SUBNETS;
        let made = self.ec2(&format!(
            "CreateVpcEndpoint&VpcEndpointType=Interface&VpcId={VPC}&ServiceName=com.amazonaws.{REGION}.execute-api\
             &SubnetId.1={a}&SubnetId.2={b}&SecurityGroupId.1={group}&PrivateDnsEnabled=false"
        ))?;
        let id = inner(&made, "vpcEndpointId")?;
        poll::until("available endpoint", Duration::from_millis(50), Duration::from_mins(1), || {
            let state = inner(&self.describe_endpoint(&id)?, "state")?;
            Ok(if state == "available" { Ok(()) } else { Err(state) })
        })?;
        Ok(id)
    }

    fn describe_endpoint(&self, id: &str) -> Result<String> {
        self.ec2(&format!("DescribeVpcEndpoints&VpcEndpointId.1={id}"))
    }

    /// Creates a target group that holds the addresses of an endpoint; gives its ARN.
    pub fn target_group(&self, name: &str, endpoint: &str) -> Result<String> {
        let made = self.balancing(&format!(
            "CreateTargetGroup&Name={name}&Protocol=HTTPS&Port=443&TargetType=ip&VpcId={VPC}&Matcher.HttpCode=200%2C403"
        ))?;
        let arn = inner(&made, "TargetGroupArn")?;
        let addresses = self.addresses(endpoint)?;
        let targets = (1..).zip(&addresses).map(|(at, address)| format!("&Targets.member.{at}.Id={address}"));
        self.balancing(&format!("RegisterTargets&TargetGroupArn={arn}{}", targets.collect::<String>()))?;
        Ok(arn)
    }

    /// Private addresses of an endpoint. An interface's own address is told twice.
    fn addresses(&self, endpoint: &str) -> Result<BTreeSet<String>> {
        let described = self.describe_endpoint(endpoint)?;
        let interfaces = all(&described, "item").filter(|id| id.starts_with("eni-"));
        let interfaces = (1..).zip(interfaces).map(|(at, id)| format!("&NetworkInterfaceId.{at}={id}"));
        let described = self.ec2(&format!("DescribeNetworkInterfaces{}", interfaces.collect::<String>()))?;
        Ok(all(&described, "privateIpAddress").map(str::to_owned).collect())
    }

    /// A private API with `GET /`, deployed to the stage `live`, which whoever comes through an endpoint may invoke.
    fn api(&self) -> Result<()> {
        let policy = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
        ]});
        let api =
            json!({"name": "given", "endpointConfiguration": {"types": ["PRIVATE"]}, "policy": policy.to_string()});
        self.gateway("POST", "/restapis", &api)?;
        self.gateway("PUT", &format!("/restapis/{API}?mode=merge"), &document())?;
        self.gateway("POST", &format!("/restapis/{API}/deployments"), &json!({"stageName": "live"})).map(drop)
    }
}

fn document() -> Value {
    json!({
        "openapi": "3.0.1",
        "info": {"title": "given", "version": "1"},
        "paths": {"/": {"get": {
            "responses": {"200": {"description": "The fixed answer"}},
            "x-amazon-apigateway-integration": {
                "type": "mock",
                "requestTemplates": {"application/json": "{\"statusCode\": 200}"},
                "responses": {"default": {"statusCode": "200", "responseTemplates": {"application/json": "given"}}},
            },
        }}},
    })
}

/// Text of the first element of this name.
fn inner(xml: &str, element: &str) -> Result<String> {
    let text = all(xml, element).next().map(str::to_owned);
    text.ok_or_else(|| Error::Unexpected(format!("no {element} in {xml}")))
}

/// Texts of the elements of this name.
fn all<'a>(xml: &'a str, element: &str) -> impl Iterator<Item = &'a str> {
    let start = format!("<{element}>");
    let parts: Vec<&str> = xml.split(start.as_str()).skip(1).collect();
    parts.into_iter().filter_map(|rest| rest.split('<').next()).filter(|text| !text.trim().is_empty())
}
