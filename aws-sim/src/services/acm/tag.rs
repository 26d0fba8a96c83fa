//! Tags of certificates.

use serde::Deserialize;
use serde_json::{Value, json};

use super::certificate::find;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::services::Tags;

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Tag {
    key: String,
    value: Option<String>,
}

/// `new` added to those a certificate has.
pub(super) fn merged(new: &[Tag], mut present: Tags) -> Answer<Tags> {
    for Tag { key, value } in new {
        if key.is_empty() || key.starts_with("aws:") || key.len() > 128 {
            return Err(AwsError::new("InvalidTagException", format!("The tag key '{key}' is not valid")));
        }
        present.insert(key.clone(), value.clone().unwrap_or_default());
    }
    if present.len() > 50 {
        return Err(AwsError::new("TooManyTagsException", "A certificate can have at most 50 tags"));
    }
    Ok(present)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct TagsRequest {
    certificate_arn: String,
    tags: Vec<Tag>,
}

pub(super) fn add(ctx: &mut Context<'_>, request: TagsRequest) -> Answer<()> {
    let arn = find(ctx, &request.certificate_arn)?.arn.clone();
    let tags = merged(&request.tags, ctx.here.acm.tags.get(&arn).cloned().unwrap_or_default())?;
    ctx.here.acm.tags.insert(arn, tags);
    Ok(())
}

/// A tag with a value goes only if the value is the same.
pub(super) fn remove(ctx: &mut Context<'_>, request: TagsRequest) -> Answer<()> {
    let arn = find(ctx, &request.certificate_arn)?.arn.clone();
    let tags = ctx.here.acm.tags.entry(arn).or_default();
    let goes = |key: &String, value: &String| {
        request.tags.iter().any(|tag| tag.key == *key && tag.value.as_ref().is_none_or(|wanted| wanted == value))
    };
    tags.retain(|key, value| !goes(key, value));
    Ok(())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListTagsRequest {
    certificate_arn: String,
}

pub(super) fn list(ctx: &mut Context<'_>, request: ListTagsRequest) -> Answer<Value> {
    let arn = &find(ctx, &request.certificate_arn)?.arn;
    let tags = ctx.here.acm.tags.get(arn).into_iter().flatten();
    Ok(json!({ "Tags": tags.map(|(key, value)| json!({ "Key": key, "Value": value })).collect::<Vec<_>>() }))
}
