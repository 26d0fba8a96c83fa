//! Elastic Load Balancing: reads know no resources, and tags on create are an action of their own.

use serde_json::Value;

use super::{Wanted, arns, keys_of, request_tags, with_request_tags, with_resource_tags};
use crate::iam::Keys;
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
        let keys = base.with("elasticloadbalancing:CreateAction", operation);
        all.push(Wanted { action: "elasticloadbalancing:AddTags".to_owned(), resource, keys });
    }
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

/// Whether the call makes sure that the account has the service-linked role (Elastic Load Balancing User Guide, "Service-linked role": created with a
/// load balancer or a target group).
pub(in crate::gates) fn creates_linked_role(routed: &Routed) -> bool {
    routed.service.name == "elasticloadbalancing"
        && matches!(routed.operation.name, "CreateLoadBalancer" | "CreateTargetGroup")
}

/// The permission that creating the role takes.
pub(in crate::gates) fn linked_role(routed: &Routed, region: &Region) -> Option<Wanted> {
    const SERVICE: &str = "elasticloadbalancing.amazonaws.com";
    let role = format!("role/aws-service-role/{SERVICE}/AWSServiceRoleForElasticLoadBalancing");
    creates_linked_role(routed).then(|| Wanted {
        action: "iam:CreateServiceLinkedRole".to_owned(),
        resource: format!("arn:{}:iam::{}:{role}", region.partition(), region.account),
        keys: Keys::default().with("iam:AWSServiceName", SERVICE),
    })
}
