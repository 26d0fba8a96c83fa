//! Tags (API Reference, `AddTags`; 50 a resource).

use serde::Deserialize;
use serde_json::{Value, json};

use super::State;
use super::select::invalid;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::services::Tags;

/// What kind of resource an ARN names.
#[derive(Debug)]
pub(crate) struct Kind {
    /// Type for the tagging API.
    pub(crate) name: &'static str,
    /// The error if there is none such.
    pub(crate) not_found: &'static str,
    noun: &'static str,
}

impl Kind {
    pub(crate) fn of(arn: &str) -> Option<Self> {
        let resource = arn.splitn(6, ':').nth(5)?;
        let (name, not_found, noun) = match resource.split('/').next()? {
            "loadbalancer" => ("elasticloadbalancing:loadbalancer", "LoadBalancerNotFound", "Load balancer"),
            "targetgroup" => ("elasticloadbalancing:targetgroup", "TargetGroupNotFound", "Target group"),
            "listener" => ("elasticloadbalancing:listener", "ListenerNotFound", "Listener"),
            "listener-rule" => ("elasticloadbalancing:listener-rule", "RuleNotFound", "Rule"),
            "truststore" => ("elasticloadbalancing:truststore", "TrustStoreNotFound", "Trust store"),
            _ => return None,
        };
        Some(Self { name, not_found, noun })
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Tag {
    key: String,
    #[serde(default)]
    value: String,
}

/// `new` added to those a resource has.
pub(super) fn merged(new: &[Tag], mut present: Tags) -> Answer<Tags> {
    for (at, tag) in new.iter().enumerate() {
        if tag.key.is_empty() || tag.key.chars().count() > 128 || tag.value.chars().count() > 256 {
            return Err(invalid(format!("Tag key '{}' or its value is too short or too long", tag.key)));
        }
        if tag.key.starts_with("aws:") {
            return Err(invalid("Tag keys starting with 'aws:' are reserved for internal use"));
        }
        if new[..at].iter().any(|before| before.key == tag.key) {
            return Err(AwsError::new("DuplicateTagKeys", format!("Duplicate tag key '{}'", tag.key)));
        }
        present.insert(tag.key.clone(), tag.value.clone());
    }
    if present.len() > 50 {
        return Err(AwsError::new("TooManyTags", "The maximum number of tags on a resource is 50"));
    }
    Ok(present)
}

impl State {
    pub(super) fn put_tags(&mut self, arn: &str, tags: Tags) {
        self.tags.insert(arn.to_owned(), tags);
    }

    /// Tags of a resource, if it is there.
    pub(crate) fn tags_of(&mut self, arn: &str) -> Option<&mut Tags> {
        self.must_exist(&[arn.to_owned()]).ok()?;
        Some(self.tags.entry(arn.to_owned()).or_default())
    }

    fn must_exist(&self, arns: &[String]) -> Answer<()> {
        for arn in arns {
            let Some(kind) = Kind::of(arn) else {
                return Err(invalid(format!("'{arn}' is not a valid resource ARN")));
            };
            let there = self.load_balancers.contains_key(arn)
                || self.target_groups.contains_key(arn)
                || self.listeners.contains_key(arn)
                || self.rules.contains_key(arn)
                || self.trust_stores.contains_key(arn);
            if !there {
                return Err(AwsError::new(kind.not_found, format!("{} '{arn}' not found", kind.noun)));
            }
        }
        Ok(())
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct AddTagsRequest {
    resource_arns: Vec<String>,
    tags: Vec<Tag>,
}

pub(super) fn add(ctx: &mut Context<'_>, request: AddTagsRequest) -> Answer<()> {
    let state = &mut ctx.here.elbv2;
    state.must_exist(&request.resource_arns)?;
    for arn in &request.resource_arns {
        let tags = merged(&request.tags, state.tags.get(arn).cloned().unwrap_or_default())?;
        state.put_tags(arn, tags);
    }
    Ok(())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct RemoveTagsRequest {
    resource_arns: Vec<String>,
    tag_keys: Vec<String>,
}

pub(super) fn remove(ctx: &mut Context<'_>, request: RemoveTagsRequest) -> Answer<()> {
    let state = &mut ctx.here.elbv2;
    state.must_exist(&request.resource_arns)?;
    for arn in &request.resource_arns {
        if let Some(tags) = state.tags.get_mut(arn) {
            tags.retain(|key, _| !request.tag_keys.contains(key));
        }
    }
    Ok(())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeTagsRequest {
    resource_arns: Vec<String>,
}

/// At most 20 resources a call; if one of them is not there, none is answered for.
pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeTagsRequest) -> Answer<Value> {
    if request.resource_arns.is_empty() || request.resource_arns.len() > 20 {
        return Err(invalid(
            "1 validation error detected: Value at 'resourceArns' failed to satisfy constraint: Member must have length between 1 and 20",
        ));
    }
    let state = &ctx.here.elbv2;
    state.must_exist(&request.resource_arns)?;
    let describe = |arn: &String| {
        let tags = state.tags.get(arn).into_iter().flatten();
        json!({ "ResourceArn": arn, "Tags": tags.map(|(key, value)| json!({ "Key": key, "Value": value })).collect::<Vec<_>>() })
    };
    Ok(json!({ "TagDescriptions": request.resource_arns.iter().map(describe).collect::<Vec<_>>() }))
}
