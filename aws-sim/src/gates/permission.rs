//! What callers may do: identity-based policies, evaluated for the actions and resources of a call
//! (Service Authorization Reference for EC2, Elastic Load Balancing, API Gateway and Lambda).

use std::collections::BTreeMap;

use serde_json::Value;

use super::refusal;
use crate::context::Caller;
use crate::error::Answer;
use crate::iam::{Decision, Keys, Policy, Principal, Request};
use crate::protocol::route::Routed;
use crate::services::ec2::tag::kind_of;
use crate::services::{Effect, Tags};
use crate::world::Region;

/// Policies by access key ID or by account number. A caller that has none may do everything.
#[derive(Clone, Debug, Default)]
pub struct Permissions(BTreeMap<String, Policy>);

impl Permissions {
    /// Gives a caller a policy, or takes it away.
    pub fn set(&mut self, caller: &str, policy: Option<Policy>) {
        match policy {
            Some(policy) => drop(self.0.insert(caller.to_owned(), policy)),
            None => drop(self.0.remove(caller)),
        }
    }

    /// Takes all policies away.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Whether the caller may do what the request asks for, and on what.
    pub(crate) fn check(&self, routed: &Routed, caller: &Caller, region: &Region) -> Answer<()> {
        let Some(policy) = self.0.get(&caller.access_key).or_else(|| self.0.get(&caller.account)) else {
            return Ok(());
        };
        // API Reference of STS: nobody can be kept from asking who they are.
        if routed.operation.name == "GetCallerIdentity" {
            return Ok(());
        }
        for Wanted { action, resource, keys } in wanted(routed, region) {
            let principal = Principal::Anonymous;
            let request = Request { principal: &principal, action: &action, resource: &resource, keys: &keys };
            match policy.decide(&request) {
                Decision::Allow => {}
                decision => {
                    let explicit = decision == Decision::ExplicitDeny;
                    return Err(refusal::denied(routed.service, &caller.arn, &action, &resource, explicit));
                }
            }
        }
        Ok(())
    }
}

/// An action on a resource under circumstances.
struct Wanted {
    action: String,
    resource: String,
    keys: Keys,
}

fn wanted(routed: &Routed, region: &Region) -> Vec<Wanted> {
    let tree = &routed.input.tree;
    let tags = request_tags(tree);
    let base = tags.iter().fold(Keys::default().with("aws:RequestedRegion", &region.name), |keys, (key, value)| {
        keys.with(&format!("aws:RequestTag/{key}"), value)
    });
    let base = if tags.is_empty() { base } else { base.with_all("aws:TagKeys", tags.keys().cloned().collect()) };
    let with_resource_tags = |resource: &str| {
        let present = tags_of(region, resource).unwrap_or_default();
        present.iter().fold(base.clone(), |keys, (key, value)| keys.with(&format!("aws:ResourceTag/{key}"), value))
    };
    let (service, operation) = (routed.service.name, routed.operation.name);
    let prefix = if service == "tagging" { "tag" } else { service };
    if service == "apigateway" {
        let resource = format!("arn:{}:apigateway:{}::{}", region.partition(), region.name, api_path(routed));
        let keys = with_resource_tags(&resource);
        return vec![Wanted { action: format!("apigateway:{}", routed.operation.method), resource, keys }];
    }
    let action = format!("{prefix}:{operation}");
    let mut all: Vec<Wanted> = resources(routed, region)
        .into_iter()
        .map(|resource| Wanted { action: action.clone(), keys: with_resource_tags(&resource), resource })
        .collect();
    // Tags on create are an action of their own.
    let tagging = if service == "ec2" { "CreateTags" } else { "AddTags" };
    if matches!(service, "ec2" | "elasticloadbalancing")
        && operation.starts_with("Create")
        && operation != tagging
        && !tags.is_empty()
    {
        let resource = region.arn(service, &format!("{}/*", created(operation).unwrap_or("*")));
        let keys = base.clone().with(&format!("{service}:CreateAction"), operation);
        all.push(Wanted { action: format!("{service}:{tagging}"), resource, keys });
    }
    all
}

/// The type of resource that an operation makes, as its ARN has it.
fn created(operation: &str) -> Option<&'static str> {
    Some(match operation {
        "CreateVpcEndpoint" => "vpc-endpoint",
        "CreateVpcEndpointServiceConfiguration" => "vpc-endpoint-service",
        "CreateSecurityGroup" => "security-group",
        "CreateVpc" => "vpc",
        "CreateSubnet" => "subnet",
        "CreateInternetGateway" => "internet-gateway",
        "AuthorizeSecurityGroupIngress" | "AuthorizeSecurityGroupEgress" => "security-group-rule",
        "CreateLoadBalancer" => "loadbalancer",
        "CreateTargetGroup" => "targetgroup",
        "CreateListener" => "listener",
        "CreateRule" => "listener-rule",
        "CreateTrustStore" => "truststore",
        _ => return None,
    })
}

/// Resources that a call is about. `Describe…` calls of EC2 and Elastic Load Balancing know no resources.
fn resources(routed: &Routed, region: &Region) -> Vec<String> {
    let service = routed.service.name;
    if routed.operation.effect == Effect::Read && service != "lambda" {
        return vec!["*".to_owned()];
    }
    let mut found = Vec::new();
    for text in texts(&routed.input.tree) {
        if text.starts_with("arn:") {
            found.push(text.to_owned());
        } else if let Some((_, kind)) = kind_of(text).filter(|_| service == "ec2") {
            found.push(region.arn("ec2", &format!("{kind}/{text}")));
        }
    }
    if let Some(function) =
        routed.input.tree.get("FunctionName").and_then(Value::as_str).filter(|name| !name.starts_with("arn:"))
    {
        found.push(region.arn("lambda", &format!("function:{function}")));
    }
    let new = created(routed.operation.name).filter(|_| service == "ec2" || found.is_empty());
    found.extend(new.map(|kind| region.arn(service, &format!("{kind}/*"))));
    if found.is_empty() { vec!["*".to_owned()] } else { found }
}

/// The texts among a request's members and in their lists.
fn texts(tree: &Value) -> Vec<&str> {
    let members = tree.as_object().into_iter().flat_map(|members| members.values());
    let each = members.flat_map(|value| value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice));
    each.filter_map(Value::as_str).collect()
}

/// Tags that a request puts on something.
fn request_tags(tree: &Value) -> Tags {
    let pair = |tag: &Value| {
        Some((
            tag.get("Key")?.as_str()?.to_owned(),
            tag.get("Value").and_then(Value::as_str).unwrap_or_default().to_owned(),
        ))
    };
    let lists = [tree.get("Tags"), tree.get("Tag")].into_iter().flatten();
    let specifications = tree.get("TagSpecification").and_then(Value::as_array).into_iter().flatten();
    let lists = lists.chain(specifications.filter_map(|specification| specification.get("Tag")));
    let mut tags: Tags = lists.filter_map(Value::as_array).flatten().filter_map(pair).collect();
    let map = tree.get("tags").and_then(Value::as_object).into_iter().flatten();
    tags.extend(map.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))));
    tags
}

fn tags_of(region: &Region, arn: &str) -> Option<Tags> {
    let id = arn.rsplit('/').next()?;
    let found = region.ec2.tags.get(id).or_else(|| region.elbv2.tags.get(arn)).or_else(|| region.acm.tags.get(arn));
    if found.is_some() {
        return found.cloned();
    }
    let mut all = (crate::services::apigateway::SERVICE.tagged)(region, crate::clock::Timestamp::default()).into_iter();
    // What belongs to an API has the API's tags.
    all.find(|tagged| arn == tagged.arn || arn.starts_with(&format!("{}/", tagged.arn))).map(|tagged| tagged.tags)
}

/// The path that API Gateway's ARNs hold: that of the call.
fn api_path(routed: &Routed) -> String {
    let label = |segment: &str| {
        let name = segment.strip_prefix('{')?.strip_suffix('}')?.trim_end_matches('+');
        routed.input.tree.get(name).and_then(Value::as_str).map(str::to_owned)
    };
    let path = routed.operation.path.split('?').next().unwrap_or_default();
    let segments: Vec<String> =
        path.split('/').map(|segment| label(segment).unwrap_or_else(|| segment.to_owned())).collect();
    segments.join("/")
}
