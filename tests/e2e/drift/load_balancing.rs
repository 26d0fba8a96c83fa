//! Target group, load balancer, listener and rules.

use serde_json::json;

use super::{Row, put_right};
use crate::door::Door;
use crate::given::{self, fixed_response};
use crate::lab::Lab;

fn target_group(door: &Door) -> String {
    door.elb(&format!("DescribeTargetGroups&TargetGroupArns.member.1={}", door.target_group()))
}

fn targets(door: &Door) -> String {
    door.elb(&format!("DescribeTargetHealth&TargetGroupArn={}", door.target_group()))
}

fn load_balancer(door: &Door) -> String {
    door.elb(&format!("DescribeLoadBalancers&LoadBalancerArns.member.1={}", door.load_balancer()))
}

fn listener(door: &Door) -> String {
    door.elb(&format!("DescribeListeners&ListenerArns.member.1={}", door.listener()))
}

fn rules(door: &Door) -> String {
    door.elb(&format!("DescribeRules&ListenerArn={}", door.listener()))
}

fn tags(door: &Door) -> String {
    let arns = [door.load_balancer(), door.listener(), door.target_group(), door.rule(0)];
    let arns: Vec<String> =
        arns.iter().enumerate().map(|(at, arn)| format!("ResourceArns.member.{}={arn}", at + 1)).collect();
    door.elb(&format!("DescribeTags&{}", arns.join("&")))
}

fn modify_rule(door: &Door, what: &str) {
    door.elb(&format!("ModifyRule&RuleArn={}&{what}", door.rule(0)));
}

fn modify_listener(door: &Door, what: &str) {
    door.elb(&format!("ModifyListener&ListenerArn={}&{what}", door.listener()));
}

const TARGETS: [Row; 6] = [
    Row {
        name: "target taken out",
        drift: |door| {
            let (group, address) = (door.target_group(), door.address());
            door.elb(&format!("DeregisterTargets&TargetGroupArn={group}&Targets.member.1.Id={address}"));
        },
        look: targets,
        operation: "elasticloadbalancing:RegisterTargets",
    },
    Row {
        name: "target too many",
        drift: |door| {
            let group = door.target_group();
            door.elb(&format!("RegisterTargets&TargetGroupArn={group}&Targets.member.1.Id=10.0.11.200"));
        },
        look: targets,
        operation: "elasticloadbalancing:DeregisterTargets",
    },
    Row {
        name: "health check",
        drift: |door| {
            let what = "HealthCheckPath=/by-hand&HealthCheckIntervalSeconds=60&Matcher.HttpCode=200";
            door.elb(&format!("ModifyTargetGroup&TargetGroupArn={}&{what}", door.target_group()));
        },
        look: target_group,
        operation: "elasticloadbalancing:ModifyTargetGroup",
    },
    Row {
        name: "attribute of the target group",
        drift: |door| {
            let what = "Attributes.member.1.Key=deregistration_delay.timeout_seconds&Attributes.member.1.Value=300";
            door.elb(&format!("ModifyTargetGroupAttributes&TargetGroupArn={}&{what}", door.target_group()));
        },
        look: |door| door.elb(&format!("DescribeTargetGroupAttributes&TargetGroupArn={}", door.target_group())),
        operation: "elasticloadbalancing:ModifyTargetGroupAttributes",
    },
    Row {
        name: "stickiness and slow start",
        drift: |door| {
            let pair = |at: u8, key: &str, value: &str| {
                format!("Attributes.member.{at}.Key={key}&Attributes.member.{at}.Value={value}")
            };
            let what = [pair(1, "slow_start.duration_seconds", "60"), pair(2, "stickiness.enabled", "true")].join("&");
            door.elb(&format!("ModifyTargetGroupAttributes&TargetGroupArn={}&{what}", door.target_group()));
        },
        look: |door| door.elb(&format!("DescribeTargetGroupAttributes&TargetGroupArn={}", door.target_group())),
        operation: "elasticloadbalancing:ModifyTargetGroupAttributes",
    },
    Row {
        name: "tags",
        drift: |door| {
            let (balancer, group) = (door.load_balancer(), door.target_group());
            door.elb(&format!("RemoveTags&ResourceArns.member.1={balancer}&TagKeys.member.1=team"));
            let tag = "Tags.member.1.Key=team&Tags.member.1.Value=others";
            door.elb(&format!("AddTags&ResourceArns.member.1={group}&{tag}"));
        },
        look: tags,
        operation: "elasticloadbalancing:AddTags",
    },
];

const RULES: [Row; 5] = [
    Row {
        name: "conditions",
        drift: |door| {
            let path = "Conditions.member.1.PathPatternConfig.Values.member.1=/by-hand";
            modify_rule(door, &format!("Conditions.member.1.Field=path-pattern&{path}"));
        },
        look: rules,
        operation: "elasticloadbalancing:ModifyRule",
    },
    Row {
        name: "transforms",
        drift: |door| modify_rule(door, "ResetTransforms=true"),
        look: rules,
        operation: "elasticloadbalancing:ModifyRule",
    },
    Row {
        name: "action",
        drift: |door| modify_rule(door, &fixed_response("Actions", 503)),
        look: rules,
        operation: "elasticloadbalancing:ModifyRule",
    },
    Row {
        name: "order",
        drift: |door| {
            let pair = |at: usize, rule: usize, priority: u16| {
                let arn = door.rule(rule);
                format!("RulePriorities.member.{at}.RuleArn={arn}&RulePriorities.member.{at}.Priority={priority}")
            };
            door.elb(&format!("SetRulePriorities&{}&{}", pair(1, 0, 400), pair(2, 1, 300)));
        },
        // Any priorities in the right order will do.
        look: |door| {
            let priority = |rule: usize| {
                let answer = door.elb(&format!("DescribeRules&RuleArns.member.1={}", door.rule(rule)));
                crate::aws::inner(&answer, "Priority").parse::<u16>().unwrap()
            };
            (priority(0) < priority(1)).to_string()
        },
        operation: "elasticloadbalancing:SetRulePriorities",
    },
    Row {
        name: "rule deleted",
        drift: |door| drop(door.elb(&format!("DeleteRule&RuleArn={}", door.rule(0)))),
        look: |door| door.request_url().0.to_string(),
        operation: "elasticloadbalancing:CreateRule",
    },
];

const LISTENER: [Row; 2] = [
    Row {
        name: "default action",
        drift: |door| modify_listener(door, &fixed_response("DefaultActions", 200)),
        look: listener,
        operation: "elasticloadbalancing:ModifyListener",
    },
    Row {
        name: "port and protocol",
        drift: |door| {
            let certificate = format!(
                "arn:aws:acm:{}:{}:certificate/0a1b2c3d-4e5f-4000-8000-000000000001",
                testenv::simulator::REGION,
                door.lab.account
            );
            modify_listener(
                door,
                &format!("Port=8443&Protocol=HTTPS&Certificates.member.1.CertificateArn={certificate}"),
            );
        },
        look: listener,
        operation: "elasticloadbalancing:ModifyListener",
    },
];

const LOAD_BALANCER: [Row; 4] = [
    Row {
        name: "address type of the load balancer",
        drift: |door| {
            given::add_ipv6(&door.lab, &given::PUBLIC_SUBNETS);
            let arn = door.load_balancer();
            door.elb(&format!("SetIpAddressType&LoadBalancerArn={arn}&IpAddressType=dualstack"));
        },
        look: load_balancer,
        operation: "elasticloadbalancing:SetIpAddressType",
    },
    Row {
        name: "attribute of the load balancer",
        drift: |door| {
            let what = "Attributes.member.1.Key=idle_timeout.timeout_seconds&Attributes.member.1.Value=4000";
            door.elb(&format!("ModifyLoadBalancerAttributes&LoadBalancerArn={}&{what}", door.load_balancer()));
        },
        look: |door| door.elb(&format!("DescribeLoadBalancerAttributes&LoadBalancerArn={}", door.load_balancer())),
        operation: "elasticloadbalancing:ModifyLoadBalancerAttributes",
    },
    Row {
        name: "security groups of the load balancer",
        drift: |door| {
            let (arn, group) = (door.load_balancer(), "sg-0a1b2c3d4e5f60001");
            door.elb(&format!("SetSecurityGroups&LoadBalancerArn={arn}&SecurityGroups.member.1={group}"));
        },
        look: load_balancer,
        operation: "elasticloadbalancing:SetSecurityGroups",
    },
    Row {
        name: "subnets of the load balancer",
        drift: |door| {
            let arn = door.load_balancer();
            let subnets = "Subnets.member.1=subnet-0a1b2c3d4e5f60011&Subnets.member.2=subnet-0a1b2c3d4e5f60022";
            door.elb(&format!("SetSubnets&LoadBalancerArn={arn}&{subnets}"));
        },
        look: load_balancer,
        operation: "elasticloadbalancing:SetSubnets",
    },
];

#[test]
fn of_load_balancing() {
    let lab = Lab::new("drift-load-balancing");
    let mut object = lab.example("alb-lambda.yaml");
    object["spec"]["rules"] = json!([{"paths": ["/test/*"]}, {"hosts": ["api.example.com"]}]);
    object["spec"]["tags"] = json!({"team": "shop"});
    object["spec"]["loadBalancer"]["create"]["attributes"] = json!({"idleTimeoutSeconds": 120});
    let mut door = Door::open(lab, object);
    for rows in [&TARGETS[..], &RULES, &LISTENER, &LOAD_BALANCER] {
        put_right(&mut door, rows);
    }
}
