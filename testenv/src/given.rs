//! What the manifests in `examples/` take as given: an endpoint, a listener and an API of others', under the names that stand there.

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
    let group = given.load_balancer()?;
    given.endpoint(&group)?;
    given.api()
}

struct Given<'a> {
    simulator: &'a Simulator,
    account: &'a str,
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

    /// The load balancer `shared` with a listener on port 80 that answers 404; gives its group.
    fn load_balancer(&self) -> Result<String> {
        let group = self.security_group("shared", 80, "IpRanges.1.CidrIp=0.0.0.0/0")?;
        let [a, b] = PUBLIC_SUBNETS;
        let made = self.balancing(&format!(
            "CreateLoadBalancer&Name=shared&Subnets.member.1={a}&Subnets.member.2={b}&SecurityGroups.member.1={group}"
        ))?;
        let arn = inner(&made, "LoadBalancerArn")?;
        let answer =
            "DefaultActions.member.1.Type=fixed-response&DefaultActions.member.1.FixedResponseConfig.StatusCode=404";
        self.balancing(&format!("CreateListener&LoadBalancerArn={arn}&Protocol=HTTP&Port=80&{answer}"))?;
        Ok(group)
    }

    fn endpoint(&self, from_group: &str) -> Result<()> {
        let group = self.security_group("shared-endpoint", 443, &format!("Groups.1.GroupId={from_group}"))?;
        let [a, b] = PRIVATE_SUBNETS;
        self.ec2(&format!(
            "CreateVpcEndpoint&VpcEndpointType=Interface&VpcId={VPC}&ServiceName=com.amazonaws.{REGION}.execute-api\
             &SubnetId.1={a}&SubnetId.2={b}&SecurityGroupId.1={group}&PrivateDnsEnabled=false"
        ))?;
        poll::until("available endpoint", Duration::from_millis(50), Duration::from_mins(1), || {
            let read = self.ec2(&format!("DescribeVpcEndpoints&VpcEndpointId.1={ENDPOINT}"))?;
            let state = inner(&read, "state")?;
            Ok(if state == "available" { Ok(()) } else { Err(state) })
        })
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
    let rest = xml.split_once(&format!("<{element}>")).map(|(_, rest)| rest);
    let text = rest.and_then(|rest| rest.split('<').next()).map(str::to_owned);
    text.ok_or_else(|| Error::Unexpected(format!("no {element} in {xml}")))
}
