//! What a call asks for: actions on resources, under circumstances (Service Authorization Reference, the pages of each service).

mod api_gateway;
mod ec2;
mod elastic_load_balancing;
mod linked_role;
mod passed_role;

use serde_json::Value;

pub(super) use linked_role::linked_role;
pub(super) use passed_role::{passed_roles, wanted as wanted_of_role};

use crate::iam::Keys;
use crate::protocol::route::Routed;
use crate::services::lambda::permission::principal_of;
use crate::services::lambda::reference::Reference;
use crate::services::{Effect, Tags};
use crate::world::Region;

/// An action on a resource under circumstances.
pub(super) struct Wanted {
    pub(super) action: String,
    pub(super) resource: String,
    pub(super) keys: Keys,
}

/// All of it must be allowed.
pub(super) fn wanted(routed: &Routed, region: &Region) -> Vec<Wanted> {
    match routed.service.name {
        "ec2" => ec2::wanted(routed, region),
        "elasticloadbalancing" => elastic_load_balancing::wanted(routed, region),
        "apigateway" => api_gateway::wanted(routed, region),
        _ => others(routed, region),
    }
}

/// Services whose requests name what they are about.
fn others(routed: &Routed, region: &Region) -> Vec<Wanted> {
    let tree = &routed.input.tree;
    let service = if routed.service.name == "tagging" { "tag" } else { routed.service.name };
    let text = |name: &str| tree.get(name).and_then(Value::as_str);
    let function = text("FunctionName").map(|name| {
        let reference = Reference::parse(name);
        let qualifier = reference.qualifier.or_else(|| text("Qualifier").map(str::to_owned));
        Reference { qualifier, ..Reference::parse(name) }.arn(region)
    });
    // Other ARNs in a call about a function are not what it is about.
    let mut resources: Vec<String> =
        function.map_or_else(|| arns(tree).map(str::to_owned).collect(), |function| vec![function]);
    if resources.is_empty() || service == "tag" && routed.operation.effect == Effect::Read {
        resources = vec!["*".to_owned()];
    }
    let mut keys = with_request_tags(keys_of(region), &request_tags(tree));
    if let Some(principal) = (service == "lambda").then(|| principal_of(routed.operation.name, tree, region)).flatten()
    {
        keys = keys.with("lambda:Principal", principal);
    }
    let action = format!("{service}:{}", routed.operation.name);
    let of = |resource: String| {
        let keys = with_resource_tags(keys.clone(), region, &resource);
        Wanted { action: action.clone(), resource, keys }
    };
    resources.into_iter().map(of).collect()
}

/// Keys of every request.
fn keys_of(region: &Region) -> Keys {
    Keys::default().with("aws:RequestedRegion", &region.name)
}

fn with_request_tags(keys: Keys, tags: &Tags) -> Keys {
    if tags.is_empty() {
        return keys;
    }
    let keys = keys.with_all("aws:TagKeys", tags.keys().cloned().collect());
    tags.iter().fold(keys, |keys, (key, value)| keys.with(&format!("aws:RequestTag/{key}"), value))
}

fn with_resource_tags(keys: Keys, region: &Region, arn: &str) -> Keys {
    let tags = tags_of(region, arn);
    tags.iter().fold(keys, |keys, (key, value)| keys.with(&format!("aws:ResourceTag/{key}"), value))
}

/// The texts among a request's members and in their lists.
fn texts(tree: &Value) -> impl Iterator<Item = &str> {
    let members = tree.as_object().into_iter().flat_map(|members| members.values());
    let each = members.flat_map(|value| value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice));
    each.filter_map(Value::as_str)
}

fn arns(tree: &Value) -> impl Iterator<Item = &str> {
    texts(tree).filter(|text| text.starts_with("arn:"))
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

/// Tags that a resource has, those of what it belongs to among them.
fn tags_of(region: &Region, arn: &str) -> Tags {
    let id = arn.rsplit('/').next().unwrap_or_default();
    let found = region.ec2.tags.get(id).or_else(|| region.elbv2.tags.get(arn)).or_else(|| region.acm.tags.get(arn));
    found.cloned().unwrap_or_else(|| api_gateway::tags_of(region, arn))
}
