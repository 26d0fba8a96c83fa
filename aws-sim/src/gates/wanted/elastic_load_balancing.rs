//! Elastic Load Balancing: reads know no resources, and tags on create are an action of their own.

use serde_json::Value;

use super::{Wanted, arns, keys_of, request_tags, with_request_tags, with_resource_tags};
use crate::protocol::route::Routed;
use crate::services::Effect;
use crate::world::Region;

pub(super) fn wanted(routed: &Routed, region: &Region) -> Vec<Wanted> {
    let (operation, tree) = (routed.operation.name, &routed.input.tree);
    let action = format!("elasticloadbalancing:{operation}");
    if routed.operation.effect == Effect::Read {
        return vec![Wanted { action, resource: "*".to_owned(), keys: keys_of(region) }];
    }
    let tags = request_tags(tree);
    let base = with_request_tags(keys_of(region), &tags);
    let mut all = Vec::new();
    for resource in resources(operation, tree, region) {
        // The one write that knows no condition on tags.
        let keys = match operation {
            "SetRulePriorities" => base.clone(),
            _ => with_resource_tags(base.clone(), region, &resource),
        };
        all.push(Wanted { action: action.clone(), resource, keys });
    }
    if let Some(resource) = created(operation, tree, region).filter(|_| !tags.is_empty()) {
        let keys = match operation {
            // Documented for load balancers and target groups ("Tag resources during creation"). Whether listeners and rules have it is not, and
            // aws-load-balancer-controller's policy does without. Inferred (tags-of-listeners-and-rules): the harder reading.
            "CreateListener" | "CreateRule" => base,
            _ => base.with("elasticloadbalancing:CreateAction", operation),
        };
        all.push(Wanted { action: "elasticloadbalancing:AddTags".to_owned(), resource, keys });
    }
    all.extend(of_ec2(operation, tree, region));
    all
}

/// What a write is about: what exists already where it names any, else what it makes.
fn resources(operation: &str, tree: &Value, region: &Region) -> Vec<String> {
    let rules = tree.get("RulePriorities").and_then(Value::as_array).into_iter().flatten();
    let rules = rules.filter_map(|pair| pair.get("RuleArn")?.as_str());
    let mut found: Vec<String> = arns(tree).chain(rules).map(str::to_owned).collect();
    if found.is_empty() {
        found.push(created(operation, tree, region).unwrap_or_else(|| "*".to_owned()));
    }
    found
}

/// ARN of what an operation makes, as far as it is known before.
fn created(operation: &str, tree: &Value, region: &Region) -> Option<String> {
    let text = |name: &str| tree.get(name).and_then(Value::as_str).unwrap_or_default();
    let below = |parent: &str, old: &str, new: &str| format!("{}/*", text(parent).replace(old, new));
    let kind = if text("Type") == "network" { "net" } else { "app" };
    Some(match operation {
        "CreateLoadBalancer" => region.arn("elasticloadbalancing", &format!("loadbalancer/{kind}/{}/*", text("Name"))),
        "CreateTargetGroup" => region.arn("elasticloadbalancing", &format!("targetgroup/{}/*", text("Name"))),
        "CreateTrustStore" => region.arn("elasticloadbalancing", &format!("truststore/{}/*", text("Name"))),
        "CreateListener" => below("LoadBalancerArn", ":loadbalancer/", ":listener/"),
        "CreateRule" => below("ListenerArn", ":listener/", ":listener-rule/"),
        _ => return None,
    })
}

/// What Elastic Load Balancing asks of EC2 in the caller's name (User Guide, "Elastic Load Balancing API permissions"; the groups of the VPC:
/// kubernetes-sigs/aws-load-balancer-controller#3917).
fn of_ec2(operation: &str, tree: &Value, region: &Region) -> Vec<Wanted> {
    let reads: &[&str] = match operation {
        "CreateLoadBalancer" => &[
            "DescribeAccountAttributes",
            "DescribeAddresses",
            "DescribeInternetGateways",
            "DescribeSecurityGroups",
            "DescribeSubnets",
            "DescribeVpcs",
        ],
        "CreateTargetGroup" => &["DescribeInternetGateways", "DescribeVpcs"],
        "RegisterTargets" => &["DescribeInstances", "DescribeInternetGateways", "DescribeSubnets", "DescribeVpcs"],
        _ => &[],
    };
    let wanted =
        |action: &str, resource: String| Wanted { action: format!("ec2:{action}"), resource, keys: keys_of(region) };
    let mut all: Vec<Wanted> = reads.iter().map(|action| wanted(action, "*".to_owned())).collect();
    if let Some(vpc) = vpc_of_groups(operation, tree, region) {
        all.push(wanted("GetSecurityGroupsForVpc", region.arn("ec2", &format!("vpc/{vpc}"))));
    }
    all
}

/// The VPC whose security groups a call looks up.
fn vpc_of_groups<'a>(operation: &str, tree: &Value, region: &'a Region) -> Option<&'a str> {
    match operation {
        "CreateLoadBalancer" => {
            let subnet = tree.get("Subnets")?.get(0)?.as_str()?;
            region.ec2.subnets.get(subnet).map(|subnet| subnet.vpc.as_str())
        }
        "SetSecurityGroups" => {
            let arn = tree.get("LoadBalancerArn")?.as_str()?;
            region.elbv2.load_balancers.get(arn).map(|balancer| balancer.vpc.as_str())
        }
        _ => None,
    }
}
