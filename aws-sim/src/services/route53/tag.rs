//! Tags of hosted zones; health checks, the other kind with tags, do not exist here.

use serde::Deserialize;
use serde_json::{Value, json};

use super::hosted_zone::find;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::services::Tags;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Tag {
    key: String,
    #[serde(default)]
    value: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct TagList {
    #[serde(default)]
    tag: Vec<Tag>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct KeyList {
    #[serde(default)]
    key: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ChangeTagsRequest {
    resource_type: String,
    resource_id: String,
    #[serde(default)]
    add_tags: TagList,
    #[serde(default)]
    remove_tag_keys: KeyList,
}

/// ID of the zone that a request means by type and ID.
fn zone(ctx: &mut Context<'_>, kind: &str, id: &str) -> Answer<String> {
    match kind {
        "hostedzone" => find(ctx, id).map(|zone| zone.id.clone()),
        "healthcheck" => {
            Err(AwsError::new("NoSuchHealthCheck", format!("No health check exists with the specified ID {id}"))
                .status(404))
        }
        other => {
            let message = format!(
                "1 validation error detected: Value '{other}' at 'resourceType' failed to satisfy constraint: Member must satisfy enum value set: [healthcheck, hostedzone]"
            );
            Err(AwsError::new("InvalidInput", message))
        }
    }
}

pub(super) fn change(ctx: &mut Context<'_>, request: ChangeTagsRequest) -> Answer<Value> {
    let id = zone(ctx, &request.resource_type, &request.resource_id)?;
    let tags: &mut Tags = ctx.here.route53.tags.entry(id).or_default();
    tags.retain(|key, _| !request.remove_tag_keys.key.contains(key));
    tags.extend(request.add_tags.tag.into_iter().map(|tag| (tag.key, tag.value)));
    Ok(json!({ "ChangeTagsForResourceResponse": {} }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListTagsRequest {
    resource_type: String,
    resource_id: String,
}

fn set(ctx: &mut Context<'_>, kind: &str, id: &str) -> Answer<Value> {
    let id = zone(ctx, kind, id)?;
    let tags = ctx.here.route53.tags.get(&id).into_iter().flatten();
    let tags: Vec<Value> = tags.map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    Ok(json!({ "ResourceType": kind, "ResourceId": id, "Tags": { "Tag": tags } }))
}

pub(super) fn list(ctx: &mut Context<'_>, request: ListTagsRequest) -> Answer<Value> {
    let set = set(ctx, &request.resource_type, &request.resource_id)?;
    Ok(json!({ "ListTagsForResourceResponse": { "ResourceTagSet": set } }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ResourceIds {
    resource_id: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListTagsOfSeveralRequest {
    resource_type: String,
    resource_ids: ResourceIds,
}

/// API Reference, `ListTagsForResources`: ten resources at most.
pub(super) fn list_of_several(ctx: &mut Context<'_>, request: ListTagsOfSeveralRequest) -> Answer<Value> {
    let ids = request.resource_ids.resource_id;
    if ids.len() > 10 {
        let message = "1 validation error detected: Value at 'resourceIds' failed to satisfy constraint: Member must have length less than or equal to 10";
        return Err(AwsError::new("InvalidInput", message));
    }
    let sets: Vec<Value> = ids.iter().map(|id| set(ctx, &request.resource_type, id)).collect::<Answer<_>>()?;
    Ok(json!({ "ListTagsForResourcesResponse": { "ResourceTagSets": { "ResourceTagSet": sets } } }))
}
