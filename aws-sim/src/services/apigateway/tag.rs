//! Tags of APIs, stages, API keys, usage plans and custom domain names.

use serde::Deserialize;
use serde_json::{Value, json};

use super::State;
use super::common::{Strings, bad_request, check_tags, not_found};
use crate::context::Context;
use crate::error::Answer;
use crate::protocol::Reply;
use crate::services::Tagged;
use crate::world::Region;

/// `arn:aws:apigateway:<region>::<path>`: no account in it.
pub(super) fn arn(region: &Region, path: &str) -> String {
    format!("arn:{}:apigateway:{}::{path}", region.partition(), region.name)
}

/// The tags of the resource that an ARN names.
fn tags_of<'a>(ctx: &'a mut Context<'_>, arn: &str) -> Answer<&'a mut Strings> {
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", _, "apigateway", _, _, path] = fields[..] else {
        return Err(bad_request("Invalid ARN specified in the request"));
    };
    if !is_taggable(path) {
        return Err(bad_request("Invalid ARN specified in the request"));
    }
    of(&mut ctx.here.apigateway, arn, path)
        .ok_or_else(|| not_found(format!("Invalid resource identifier specified: {arn}")))
}

fn parts(path: &str) -> Vec<&str> {
    path.trim_start_matches('/').split('/').collect()
}

fn is_taggable(path: &str) -> bool {
    matches!(
        parts(path)[..],
        ["restapis" | "apikeys" | "usageplans" | "domainnames", _]
            | ["restapis", _, "stages", _]
            | ["domainnameaccessassociations", ..]
    )
}

/// The tags of the resource that an ARN names, whose last part is `path`; `None` if it is not there.
pub(crate) fn of<'a>(state: &'a mut State, arn: &str, path: &str) -> Option<&'a mut Strings> {
    match parts(path)[..] {
        ["restapis", api] => state.apis.get_mut(api).map(|api| &mut api.tags),
        ["restapis", api, "stages", name] => {
            state.apis.get_mut(api).and_then(|api| api.stages.get_mut(name)).map(|stage| &mut stage.tags)
        }
        ["apikeys", key] => state.api_keys.get_mut(key).map(|key| &mut key.tags),
        ["usageplans", plan] => state.usage_plans.get_mut(plan).map(|plan| &mut plan.tags),
        ["domainnames", name] => {
            state.domain_names.values_mut().find(|domain| domain.path_name() == name).map(|domain| &mut domain.tags)
        }
        ["domainnameaccessassociations", ..] => {
            state.access_associations.get_mut(arn).map(|association| &mut association.tags)
        }
        _ => None,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TagResourceRequest {
    resource_arn: String,
    tags: Strings,
}

pub(super) fn tag(ctx: &mut Context<'_>, request: TagResourceRequest) -> Answer<Reply> {
    let tags = tags_of(ctx, &request.resource_arn)?;
    let mut wanted = tags.clone();
    wanted.extend(request.tags);
    check_tags(&wanted)?;
    *tags = wanted;
    Ok(Reply::with_status(204, json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UntagResourceRequest {
    resource_arn: String,
    #[serde(rename = "tagKeys")]
    tag_keys: Vec<String>,
}

pub(super) fn untag(ctx: &mut Context<'_>, request: UntagResourceRequest) -> Answer<Reply> {
    tags_of(ctx, &request.resource_arn)?.retain(|key, _| !request.tag_keys.contains(key));
    Ok(Reply::with_status(204, json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GetTagsRequest {
    resource_arn: String,
    /// Not paged: a resource has 50 tags at most.
    #[serde(rename = "position")]
    _position: Option<String>,
    #[serde(rename = "limit")]
    _limit: Option<i64>,
}

pub(super) fn list(ctx: &mut Context<'_>, request: GetTagsRequest) -> Answer<Value> {
    tags_of(ctx, &request.resource_arn).map(|tags| json!({ "tags": tags }))
}

/// Everything with tags, for the Resource Groups Tagging API.
pub(super) fn tagged(region: &Region) -> Vec<Tagged> {
    let state = &region.apigateway;
    let mut all = Vec::new();
    let mut add = |path: String, kind: &'static str, tags: &Strings| {
        if !tags.is_empty() {
            all.push(Tagged { arn: arn(region, &path), kind, tags: tags.clone() });
        }
    };
    for (id, api) in &state.apis {
        add(format!("/restapis/{id}"), "apigateway:restapis", &api.tags);
        for (name, stage) in &api.stages {
            add(format!("/restapis/{id}/stages/{name}"), "apigateway:stages", &stage.tags);
        }
    }
    state.api_keys.iter().for_each(|(id, key)| add(format!("/apikeys/{id}"), "apigateway:apikeys", &key.tags));
    state
        .usage_plans
        .iter()
        .for_each(|(id, plan)| add(format!("/usageplans/{id}"), "apigateway:usageplans", &plan.tags));
    all
}
