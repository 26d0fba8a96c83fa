//! Others change one thing behind the controller's back: what it costs to put it right.

use serde_json::{Value, json};

use crate::changed;
use crate::common::REGION;
use crate::life::{self, Given, Life};
use crate::table::Row;

/// What others do, and the most changing calls that it takes to undo it.
type Drift = (&'static str, fn(&Life), usize);

const ELB: &str = "elasticloadbalancing";
const EVERYBODY: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*"}}"#;

/// A policy of an endpoint that leads to one API only.
const NARROW: &str =
    r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"arn:aws:execute-api:*:*:abc/*"}}"#;

fn elb(life: &Life, form: &str) {
    life.others(ELB, form);
}

fn endpoint(life: &Life, what: &str) {
    life.others("ec2", &format!("ModifyVpcEndpoint&VpcEndpointId={}&{what}", life.snapshot().vpc_endpoints[0].id));
}

/// A TCP port of the load balancer's group.
fn balancer_group(life: &Life, operation: &str, port: u16) {
    let groups = &life.snapshot().security_groups;
    let ours = groups.iter().find(|group| group.ingress.iter().any(|it| it.from_port == Some(80))).expect("a group");
    let port = format!("IpPermissions.1.FromPort={port}&IpPermissions.1.ToPort={port}");
    let from = "IpPermissions.1.IpProtocol=tcp&IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0/0";
    life.others("ec2", &format!("{operation}&GroupId={}&{from}&{port}", ours.id));
}

fn rule(life: &Life) -> &str {
    let rule = life.snapshot().rules.iter().find(|rule| rule.target_group_arn.is_some()).expect("a rule");
    &rule.arn
}

fn target_group(life: &Life) -> &str {
    &life.snapshot().target_groups[0].arn
}

fn load_balancer(life: &Life) -> &str {
    &life.snapshot().load_balancers[0].arn
}

fn listener(life: &Life) -> &str {
    &life.snapshot().listeners[0].arn
}

fn api(life: &Life) -> String {
    format!("/restapis/{}", life.snapshot().rest_apis[0].id)
}

fn patch(life: &Life, path: &str, operation: (&str, &str, &str)) {
    let (op, field, value) = operation;
    let body = json!({"patchOperations": [{"op": op, "path": field, "value": value}]});
    life.others_apis("PATCH", path, &body);
}

const NETWORK: [Drift; 9] = [
    // The interface in a subnet is replaced, as AWS does when an address is chosen for it.
    (
        "addresses of the endpoint changed",
        |life| {
            let subnet = life::PRIVATE_SUBNETS[0];
            endpoint(life, &format!("SubnetConfiguration.1.SubnetId={subnet}&SubnetConfiguration.1.Ipv4=10.0.11.77"));
        },
        2,
    ),
    (
        "subnet of the endpoint removed",
        |life| endpoint(life, &format!("RemoveSubnetId.1={}", life::PRIVATE_SUBNETS[1])),
        3,
    ),
    ("policy of the endpoint", |life| endpoint(life, &format!("PolicyDocument={NARROW}")), 1),
    ("private DNS of the endpoint", |life| endpoint(life, "PrivateDnsEnabled=true"), 1),
    ("security group of the endpoint added", |life| endpoint(life, "AddSecurityGroupId.1=sg-0a1b2c3d4e5f60001"), 1),
    ("security group opened", |life| balancer_group(life, "AuthorizeSecurityGroupIngress", 22), 1),
    ("security group closed", |life| balancer_group(life, "RevokeSecurityGroupIngress", 80), 1),
    (
        "tag of the endpoint removed",
        |life| {
            let id = &life.snapshot().vpc_endpoints[0].id;
            life.others("ec2", &format!("DeleteTags&ResourceId.1={id}&Tag.1.Key=team"));
        },
        1,
    ),
    (
        "endpoint deleted",
        |life| {
            let id = &life.snapshot().vpc_endpoints[0].id;
            life.others("ec2", &format!("DeleteVpcEndpoints&VpcEndpointId.1={id}"));
        },
        7,
    ),
];

const BALANCING: [Drift; 17] = [
    (
        "target taken out",
        |life| {
            let group = &life.snapshot().target_groups[0];
            let address = group.targets.keys().next().expect("a target");
            elb(life, &format!("DeregisterTargets&TargetGroupArn={}&Targets.member.1.Id={address}", group.arn));
        },
        1,
    ),
    (
        "target too many",
        |life| {
            elb(
                life,
                &format!("RegisterTargets&TargetGroupArn={}&Targets.member.1.Id=10.0.11.200", target_group(life)),
            );
        },
        1,
    ),
    (
        "health check",
        |life| elb(life, &format!("ModifyTargetGroup&TargetGroupArn={}&HealthCheckPath=/by-hand", target_group(life))),
        1,
    ),
    (
        "attribute of the target group",
        |life| {
            let attribute =
                "Attributes.member.1.Key=deregistration_delay.timeout_seconds&Attributes.member.1.Value=300";
            elb(life, &format!("ModifyTargetGroupAttributes&TargetGroupArn={}&{attribute}", target_group(life)));
        },
        1,
    ),
    (
        "attribute of the load balancer",
        |life| {
            let attribute = "Attributes.member.1.Key=idle_timeout.timeout_seconds&Attributes.member.1.Value=4000";
            elb(life, &format!("ModifyLoadBalancerAttributes&LoadBalancerArn={}&{attribute}", load_balancer(life)));
        },
        1,
    ),
    (
        "security groups of the load balancer",
        |life| {
            let group = "SecurityGroups.member.1=sg-0a1b2c3d4e5f60001";
            elb(life, &format!("SetSecurityGroups&LoadBalancerArn={}&{group}", load_balancer(life)));
        },
        1,
    ),
    (
        "subnets of the load balancer",
        |life| {
            let [a, _] = life::PUBLIC_SUBNETS;
            let subnets = format!("Subnets.member.1={a}&Subnets.member.2={}", life::PRIVATE_SUBNETS[1]);
            elb(life, &format!("SetSubnets&LoadBalancerArn={}&{subnets}", load_balancer(life)));
        },
        1,
    ),
    (
        "tag of load balancer and target group removed",
        |life| {
            let arns = [load_balancer(life), target_group(life)];
            let [one, two] = arns;
            elb(
                life,
                &format!("RemoveTags&ResourceArns.member.1={one}&ResourceArns.member.2={two}&TagKeys.member.1=team"),
            );
        },
        1,
    ),
    ("port of the listener", |life| elb(life, &format!("ModifyListener&ListenerArn={}&Port=8080", listener(life))), 1),
    (
        "conditions of a rule",
        |life| {
            let path = "Conditions.member.1.PathPatternConfig.Values.member.1=/by-hand";
            elb(life, &format!("ModifyRule&RuleArn={}&Conditions.member.1.Field=path-pattern&{path}", rule(life)));
        },
        1,
    ),
    (
        "action of a rule",
        |life| {
            let action = "Actions.member.1.Type=fixed-response&Actions.member.1.FixedResponseConfig.StatusCode=503";
            elb(life, &format!("ModifyRule&RuleArn={}&{action}", rule(life)));
        },
        1,
    ),
    (
        "answer of the listener",
        |life| {
            let action = "DefaultActions.member.1.Type=fixed-response&DefaultActions.member.1.FixedResponseConfig.StatusCode=200";
            elb(life, &format!("ModifyListener&ListenerArn={}&{action}", listener(life)));
        },
        1,
    ),
    ("transforms of a rule", |life| elb(life, &format!("ModifyRule&RuleArn={}&ResetTransforms=true", rule(life))), 1),
    ("rule deleted", |life| elb(life, &format!("DeleteRule&RuleArn={}", rule(life))), 1),
    (
        "target group deleted",
        |life| {
            elb(life, &format!("DeleteRule&RuleArn={}", rule(life)));
            elb(life, &format!("DeleteTargetGroup&TargetGroupArn={}", target_group(life)));
        },
        4,
    ),
    ("listener deleted", |life| elb(life, &format!("DeleteListener&ListenerArn={}", listener(life))), 2),
    (
        "load balancer deleted",
        |life| elb(life, &format!("DeleteLoadBalancer&LoadBalancerArn={}", load_balancer(life))),
        4,
    ),
];

const API: [Drift; 12] = [
    ("resource policy opened", |life| patch(life, &api(life), ("replace", "/policy", EVERYBODY)), 1),
    (
        "association removed",
        |life| {
            let endpoint = &life.snapshot().vpc_endpoints[0].id;
            patch(life, &api(life), ("remove", "/endpointConfiguration/vpcEndpointIds", endpoint));
        },
        3,
    ),
    ("binary media type added", |life| patch(life, &api(life), ("add", "/binaryMediaTypes/image~1png", "")), 1),
    ("description of the API", |life| patch(life, &api(life), ("replace", "/description", "by hand")), 1),
    (
        "execute-api endpoint disabled",
        |life| patch(life, &api(life), ("replace", "/disableExecuteApiEndpoint", "true")),
        3,
    ),
    (
        "settings of one method",
        |life| patch(life, &format!("{}/stages/prod", api(life)), ("replace", "/~1/GET/throttling/rateLimit", "1")),
        1,
    ),
    (
        "tag of the API removed",
        |life| {
            let path = format!("/tags/arn:aws:apigateway:{REGION}::{}?tagKeys=team", api(life));
            life.others_apis("DELETE", &path, &Value::Null);
        },
        1,
    ),
    (
        "stage settings",
        |life| patch(life, &format!("{}/stages/prod", api(life)), ("replace", "/description", "by hand")),
        1,
    ),
    (
        "stage pointing elsewhere",
        |life| drop(life.others_apis("POST", &format!("{}/deployments", api(life)), &json!({"stageName": "prod"}))),
        4,
    ),
    ("stage deleted", |life| drop(life.others_apis("DELETE", &format!("{}/stages/prod", api(life)), &Value::Null)), 3),
    ("permission to invoke the function removed", Life::others_remove_permission, 1),
    ("API deleted", |life| drop(life.others_apis("DELETE", &api(life), &Value::Null)), 7),
];

/// Each drift on its own, one after the other.
pub async fn rows() -> Vec<Row> {
    let mut spec = changed::spec();
    spec["tags"] = json!({"team": "shop"});
    let mut life = Life::new(spec, Given::nothing());
    life.keep_until_converged().await;
    let mut rows = Vec::new();
    for (name, drift, most) in NETWORK.into_iter().chain(BALANCING).chain(API) {
        drift(&life);
        life.ask_for_a_pass();
        rows.push(Row { name, calls: life.keep_until_converged().await, most });
    }
    rows
}
