//! Front doors: what the way to one private API is made of.

use std::time::Duration;

use aws_sim::Simulator;
use aws_sim::world::defaults::{SUBNETS, VPC};
use serde_json::{Value, json};

use crate::caller::{Call, Caller, all, one};

const FUNCTION: &str = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:111122223333:function:hello/invocations";

/// An endpoint with two interfaces, two groups, an API with stage and deployment, a target group with two targets, a rule.
pub struct FrontDoor {
    account: String,
    endpoint: String,
    group: String,
    api: String,
    target_group: String,
    listener: String,
}

impl FrontDoor {
    /// The reads with which a controller looks at it.
    pub fn reads(&self) -> Vec<Call> {
        let query =
            |service, action, name, value: &String| Call::query(&self.account, service, action, &[(name, value)]);
        let api = |rest: &str| Call::api(&self.account, "GET", format!("/restapis/{}{rest}", self.api), &Value::Null);
        let elb = "elasticloadbalancing";
        vec![
            query("ec2", "DescribeVpcEndpoints", "VpcEndpointId.1", &self.endpoint),
            query("ec2", "DescribeSecurityGroups", "GroupId.1", &self.group),
            query(elb, "DescribeTargetGroups", "TargetGroupArns.member.1", &self.target_group),
            query(elb, "DescribeTargetGroupAttributes", "TargetGroupArn", &self.target_group),
            query(elb, "DescribeTags", "ResourceArns.member.1", &self.target_group),
            query(elb, "DescribeListeners", "ListenerArns.member.1", &self.listener),
            api(""),
            api("/stages/test"),
        ]
    }
}

/// Opens front doors in an account of their own, behind one load balancer.
pub fn open(simulator: &Simulator, account: usize, count: usize) -> Vec<FrontDoor> {
    let account = format!("{:012}", 200_000_000_000_usize + account);
    let caller = Caller::new(simulator, &account);
    let listener = listener(&caller);
    let mut doors: Vec<FrontDoor> = (0..count).map(|number| one_door(&caller, &account, &listener, number)).collect();
    simulator.clock().advance(Duration::from_secs(61));
    for (number, door) in doors.iter_mut().enumerate() {
        balance(&caller, door, number + 1);
    }
    doors
}

fn subnets(kind: &str) -> Vec<&'static str> {
    SUBNETS.iter().filter(|(_, _, _, _, name)| name.starts_with(kind)).map(|(id, ..)| *id).collect()
}

fn listener(caller: &Caller<'_>) -> String {
    let subnets = subnets("public");
    let elb = "elasticloadbalancing";
    let parameters = [("Name", "doors"), ("Subnets.member.1", subnets[0]), ("Subnets.member.2", subnets[1])];
    let arn = one(&caller.query(elb, "CreateLoadBalancer", &parameters), "LoadBalancerArn");
    let parameters = [
        ("LoadBalancerArn", arn.as_str()),
        ("Protocol", "HTTP"),
        ("Port", "80"),
        ("DefaultActions.member.1.Type", "fixed-response"),
        ("DefaultActions.member.1.FixedResponseConfig.StatusCode", "404"),
    ];
    one(&caller.query(elb, "CreateListener", &parameters), "ListenerArn")
}

fn group(caller: &Caller<'_>, name: &str, port: &str, number: usize) -> String {
    let name = format!("{name}-{number}");
    let parameters = [("GroupName", name.as_str()), ("GroupDescription", "front door"), ("VpcId", VPC)];
    let id = one(&caller.query("ec2", "CreateSecurityGroup", &parameters), "groupId");
    let rule = [
        ("GroupId", id.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", port),
        ("IpPermissions.1.ToPort", port),
        ("IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/16"),
    ];
    caller.query("ec2", "AuthorizeSecurityGroupIngress", &rule);
    id
}

fn one_door(caller: &Caller<'_>, account: &str, listener: &str, number: usize) -> FrontDoor {
    group(caller, "balancer", "80", number);
    let group = group(caller, "endpoint", "443", number);
    let (subnets, name) = (subnets("private"), format!("door-{number}"));
    let parameters = [
        ("VpcEndpointType", "Interface"),
        ("VpcId", VPC),
        ("ServiceName", "com.amazonaws.us-east-1.execute-api"),
        ("PrivateDnsEnabled", "false"),
        ("SubnetId.1", subnets[0]),
        ("SubnetId.2", subnets[1]),
        ("SecurityGroupId.1", group.as_str()),
        ("TagSpecification.1.ResourceType", "vpc-endpoint"),
        ("TagSpecification.1.Tag.1.Key", "Name"),
        ("TagSpecification.1.Tag.1.Value", name.as_str()),
    ];
    let endpoint = one(&caller.query("ec2", "CreateVpcEndpoint", &parameters), "vpcEndpointId");
    let api = api(caller, &endpoint, &name);
    FrontDoor {
        account: account.to_owned(),
        endpoint,
        group,
        api,
        target_group: String::new(),
        listener: listener.to_owned(),
    }
}

fn api(caller: &Caller<'_>, endpoint: &str, name: &str) -> String {
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke",
        "Resource": "execute-api:/*/*/*", "Condition": {"StringEquals": {"aws:SourceVpce": endpoint}}}]});
    let settings = json!({"name": name, "policy": policy.to_string(), "tags": {"Name": name},
        "endpointConfiguration": {"types": ["PRIVATE"], "vpcEndpointIds": [endpoint]}});
    let made = caller.api("POST", "/restapis".to_owned(), &settings);
    let text = |name: &str| made[name].as_str().unwrap_or_default().to_owned();
    let (id, root) = (text("id"), text("rootResourceId"));
    let method = format!("/restapis/{id}/resources/{root}/methods/GET");
    caller.api("PUT", method.clone(), &json!({"authorizationType": "NONE"}));
    let integration = json!({"type": "AWS_PROXY", "httpMethod": "POST", "uri": FUNCTION});
    caller.api("PUT", format!("{method}/integration"), &integration);
    caller.api("POST", format!("/restapis/{id}/deployments"), &json!({"stageName": "test"}));
    id
}

/// Target group, targets and rule: the addresses are known once the endpoint is there.
fn balance(caller: &Caller<'_>, door: &mut FrontDoor, number: usize) {
    let filter = [("Filter.1.Name", "group-id"), ("Filter.1.Value.1", door.group.as_str())];
    let mut addresses = all(&caller.query("ec2", "DescribeNetworkInterfaces", &filter), "privateIpAddress");
    addresses.sort();
    addresses.dedup();
    let (elb, name, priority) = ("elasticloadbalancing", format!("door-{number}"), number.to_string());
    let parameters = [
        ("Name", name.as_str()),
        ("Protocol", "HTTPS"),
        ("Port", "443"),
        ("VpcId", VPC),
        ("TargetType", "ip"),
        ("Matcher.HttpCode", "200,403"),
        ("Tags.member.1.Key", "Name"),
        ("Tags.member.1.Value", name.as_str()),
    ];
    door.target_group = one(&caller.query(elb, "CreateTargetGroup", &parameters), "TargetGroupArn");
    let targets = [
        ("TargetGroupArn", door.target_group.as_str()),
        ("Targets.member.1.Id", &addresses[0]),
        ("Targets.member.2.Id", &addresses[1]),
    ];
    caller.query(elb, "RegisterTargets", &targets);
    let host = format!("{}.execute-api.us-east-1.amazonaws.com", door.api);
    let path = format!("/{number}/*");
    let rule = [
        ("ListenerArn", door.listener.as_str()),
        ("Priority", priority.as_str()),
        ("Conditions.member.1.Field", "path-pattern"),
        ("Conditions.member.1.PathPatternConfig.Values.member.1", path.as_str()),
        ("Actions.member.1.Type", "forward"),
        ("Actions.member.1.TargetGroupArn", door.target_group.as_str()),
        ("Transforms.member.1.Type", "host-header-rewrite"),
        ("Transforms.member.1.HostHeaderRewriteConfig.Rewrites.member.1.Regex", ".*"),
        ("Transforms.member.1.HostHeaderRewriteConfig.Rewrites.member.1.Replace", host.as_str()),
    ];
    caller.query(elb, "CreateRule", &rule);
}
