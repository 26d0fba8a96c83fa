//! Tags (EC2 User Guide, "Tag your Amazon EC2 resources": 50 a resource, keys of 128 and values of 256 characters, `aws:` reserved).

use serde::Deserialize;
use serde_json::{Value, json};

use super::State;
use super::select::{Filter, fits};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::services::Tags;

const MOST_TAGS: usize = 50;

/// Identifier prefix, type for the tagging API, type of EC2.
const KINDS: &[(&str, &str, &str)] = &[
    ("vpc-", "ec2:vpc", "vpc"),
    ("subnet-", "ec2:subnet", "subnet"),
    ("sg-", "ec2:security-group", "security-group"),
    ("sgr-", "ec2:security-group-rule", "security-group-rule"),
    ("eni-", "ec2:network-interface", "network-interface"),
    ("igw-", "ec2:internet-gateway", "internet-gateway"),
    ("rtb-", "ec2:route-table", "route-table"),
    ("acl-", "ec2:network-acl", "network-acl"),
    ("dopt-", "ec2:dhcp-options", "dhcp-options"),
    ("vpce-svc-", "ec2:vpc-endpoint-service", "vpc-endpoint-service"),
    ("vpce-", "ec2:vpc-endpoint", "vpc-endpoint"),
];

/// The type of a resource by its identifier, as the tagging API and as EC2 names it.
#[must_use]
pub fn kind_of(id: &str) -> Option<(&'static str, &'static str)> {
    KINDS.iter().find(|(prefix, ..)| id.starts_with(prefix)).map(|(_, kind, name)| (*kind, *name))
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Tag {
    key: String,
    value: Option<String>,
}

/// Tags to put on what a call creates.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct TagSpecification {
    resource_type: String,
    #[serde(default, rename = "Tag")]
    tags: Vec<Tag>,
}

/// The tags that a create call puts on its resource of the given type.
pub(super) fn on_create(specifications: &[TagSpecification], kind: &str) -> Answer<Tags> {
    if let Some(other) = specifications.iter().find(|specification| specification.resource_type != kind) {
        let message = format!("'{}' is not a valid taggable resource type for this operation.", other.resource_type);
        return Err(AwsError::new("InvalidParameterValue", message));
    }
    let tags: Vec<Tag> = specifications.iter().flat_map(|specification| specification.tags.clone()).collect();
    checked(&tags, Tags::new())
}

/// `tags` added to those a resource has.
fn checked(tags: &[Tag], mut present: Tags) -> Answer<Tags> {
    let invalid = |message: String| Err(AwsError::new("InvalidParameterValue", message));
    for (at, Tag { key, value }) in tags.iter().enumerate() {
        let value = value.clone().unwrap_or_default();
        if key.starts_with("aws:") {
            return invalid("Tag keys starting with 'aws:' are reserved for internal use".to_owned());
        }
        if key.is_empty() || key.chars().count() > 128 || value.chars().count() > 256 {
            return invalid(format!(
                "Tag key '{key}' or its value exceeds the maximum length of 128 and 256 characters"
            ));
        }
        if tags[..at].iter().any(|before| before.key == *key) {
            return invalid(format!("Duplicate tag key '{key}' specified."));
        }
        present.insert(key.clone(), value);
    }
    if present.len() > MOST_TAGS {
        return Err(AwsError::new(
            "TagLimitExceeded",
            format!("The maximum number of tags for a resource is {MOST_TAGS}"),
        ));
    }
    Ok(present)
}

/// A resource's tags on the wire.
#[must_use]
pub fn render(state: &State, id: &str) -> Value {
    let tags = state.tags.get(id).into_iter().flatten();
    tags.map(|(key, value)| json!({ "key": key, "value": value })).collect()
}

impl State {
    /// Whether a taggable resource is there.
    fn has(&self, id: &str) -> bool {
        self.vpcs.contains_key(id)
            || self.subnets.contains_key(id)
            || self.groups.contains_key(id)
            || self.interfaces.contains_key(id)
            || self.gateways.contains_key(id)
            || self.endpoints.contains_key(id)
            || self.services.contains_key(id)
            || self.route_tables.contains_key(id)
            || super::route_table::vpc_of_main(self, id).is_some()
            || id == super::dhcp_options::DEFAULT
            || id.strip_prefix("acl-").is_some_and(|vpc| self.vpcs.contains_key(&format!("vpc-{vpc}")))
            || self.groups.values().any(|group| group.rules.contains_key(id))
    }

    /// Tags of a taggable resource, if it is there.
    pub(crate) fn tags_of(&mut self, id: &str) -> Option<&mut Tags> {
        self.has(id).then(|| self.tags.entry(id.to_owned()).or_default())
    }

    /// Keeps the tags of a new resource.
    pub fn put_tags(&mut self, id: &str, tags: Tags) {
        if !tags.is_empty() {
            self.tags.insert(id.to_owned(), tags);
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateTagsRequest {
    #[serde(rename = "ResourceId")]
    ids: Vec<String>,
    #[serde(rename = "Tag")]
    tags: Vec<Tag>,
}

fn must_exist(state: &State, ids: &[String]) -> Answer<()> {
    match ids.iter().find(|id| !state.has(id)) {
        // Error codes page: `InvalidID`, "The specified ID for the resource you are trying to tag is not valid."
        Some(id) => Err(AwsError::new("InvalidID", format!("The ID '{id}' is not valid"))),
        None => Ok(()),
    }
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateTagsRequest) -> Answer<Value> {
    let state = &mut ctx.here.ec2;
    must_exist(state, &request.ids)?;
    for id in &request.ids {
        let tags = checked(&request.tags, state.tags.get(id).cloned().unwrap_or_default())?;
        state.put_tags(id, tags);
    }
    Ok(json!({ "return": true }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteTagsRequest {
    #[serde(rename = "ResourceId")]
    ids: Vec<String>,
    #[serde(default, rename = "Tag")]
    tags: Vec<Tag>,
}

/// API Reference, `DeleteTags`: a tag with a value goes only if the value is the same; no tags at all means all of them.
pub(super) fn delete(ctx: &mut Context<'_>, request: DeleteTagsRequest) -> Answer<Value> {
    let state = &mut ctx.here.ec2;
    must_exist(state, &request.ids)?;
    for id in &request.ids {
        let Some(present) = state.tags.get_mut(id) else { continue };
        let goes = |key: &String, value: &String| {
            let named = |tag: &Tag| tag.key == *key && tag.value.as_ref().is_none_or(|wanted| wanted == value);
            request.tags.is_empty() || request.tags.iter().any(named)
        };
        present.retain(|key, value| !goes(key, value));
    }
    Ok(json!({ "return": true }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeTagsRequest {
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeTagsRequest) -> Answer<Value> {
    let mut found = Vec::new();
    for (id, tags) in &ctx.here.ec2.tags {
        let kind = kind_of(id).map_or("", |(_, name)| name);
        for (key, value) in tags {
            if fits_all(&request.filters, id, kind, key, value)? {
                found.push(json!({ "resourceId": id, "resourceType": kind, "key": key, "value": value }));
            }
        }
    }
    let start = match &request.next_token {
        None => 0,
        Some(token) => {
            token.parse().map_err(|_| AwsError::new("InvalidNextToken", format!("The token '{token}' is invalid")))?
        }
    };
    let end = found.len().min(start + request.max_results.unwrap_or(1000));
    let next = (end < found.len()).then(|| end.to_string());
    Ok(json!({ "tagSet": found.get(start..end).unwrap_or_default(), "nextToken": next }))
}

fn fits_all(filters: &[Filter], id: &str, kind: &str, key: &str, value: &str) -> Answer<bool> {
    for filter in filters {
        let actual = match filter.name() {
            "resource-id" => id,
            "resource-type" => kind,
            "key" | "tag-key" => key,
            "value" | "tag-value" => value,
            name if name.strip_prefix("tag:") == Some(key) => value,
            name if name.starts_with("tag:") => return Ok(false),
            name => return Err(AwsError::new("InvalidParameterValue", format!("The filter '{name}' is invalid"))),
        };
        if !filter.values().iter().any(|pattern| fits(pattern, actual)) {
            return Ok(false);
        }
    }
    Ok(true)
}
