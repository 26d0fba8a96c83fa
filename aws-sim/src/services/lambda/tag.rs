//! Tags of functions.

use serde::Deserialize;
use serde_json::{Value, json};

use super::invalid;
use super::reference::find;
use crate::context::Context;
use crate::error::Answer;
use crate::protocol::Reply;
use crate::services::Tags;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct TagResourceRequest {
    resource: String,
    tags: Tags,
}

pub(super) fn tag(ctx: &mut Context<'_>, request: TagResourceRequest) -> Answer<Reply> {
    let function = find(ctx, &request.resource)?;
    let mut wanted = function.tags.clone();
    wanted.extend(request.tags);
    if wanted.len() > 50 || wanted.keys().any(|key| key.is_empty() || key.starts_with("aws:")) {
        return Err(invalid("Invalid tags"));
    }
    function.tags = wanted;
    Ok(Reply::with_status(204, json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UntagResourceRequest {
    #[serde(rename = "Resource")]
    resource: String,
    #[serde(rename = "tagKeys")]
    tag_keys: Vec<String>,
}

pub(super) fn untag(ctx: &mut Context<'_>, request: UntagResourceRequest) -> Answer<Reply> {
    find(ctx, &request.resource)?.tags.retain(|key, _| !request.tag_keys.contains(key));
    Ok(Reply::with_status(204, json!({})))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListTagsRequest {
    resource: String,
}

pub(super) fn list(ctx: &mut Context<'_>, request: ListTagsRequest) -> Answer<Value> {
    find(ctx, &request.resource).map(|function| json!({ "Tags": function.tags }))
}
