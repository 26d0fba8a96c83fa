//! Resources: the tree of an API's paths.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::common::{self, bad_request, conflict, limit_exceeded, not_found};
use super::definition::Definition;
use super::method::Method;
use super::patch::{Kind, PatchOperation, Path, patched, path};
use super::rest_api::find;
use crate::context::Context;
use crate::error::Answer;
use crate::protocol::Reply;

/// Quota "Resources per API" (Developer Guide, quotas).
const MOST: usize = 300;

/// A node of the tree.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// Identifier.
    pub id: String,
    /// Its parent; the root has none.
    pub parent_id: Option<String>,
    /// Last part of its path.
    pub path_part: Option<String>,
    /// Its path from the root.
    pub path: String,
    /// Methods by HTTP method or `ANY`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub resource_methods: BTreeMap<String, Box<Method>>,
}

impl Resource {
    pub(super) fn root(id: String) -> Self {
        Self { id, path: "/".to_owned(), ..Self::default() }
    }

    /// With methods in full, or with their names only.
    fn render(&self, embed_methods: bool) -> Value {
        let mut value = common::wire(self);
        if !embed_methods && let Some(Value::Object(methods)) = value.get_mut("resourceMethods") {
            methods.values_mut().for_each(|method| *method = json!({}));
        }
        value
    }
}

/// The path of a child.
fn join(parent: &str, part: &str) -> String {
    format!("{}/{part}", parent.trim_end_matches('/'))
}

/// Whether API Gateway takes a path part.
fn is_path_part(part: &str) -> bool {
    Regex::new(r"^(\{[A-Za-z0-9._\-:]+\+?\}|[A-Za-z0-9._\-:$,~%!@=&+*';()]+)$").is_ok_and(|form| form.is_match(part))
}

fn is_variable(part: &str) -> bool {
    part.starts_with('{')
}

impl Definition {
    /// Adds a resource below another, with AWS's refusals.
    pub(super) fn add_resource(&mut self, id: String, parent_id: &str, part: &str) -> Answer<&Resource> {
        let parent = self.resource(parent_id)?;
        let path = join(&parent.path, part);
        if parent.path_part.as_deref().is_some_and(|part| part.ends_with("+}")) {
            return Err(bad_request("Cannot create a child of a resource with a greedy path variable."));
        }
        self.check_part(parent_id, part)?;
        if self.resources.len() >= MOST {
            return Err(limit_exceeded(
                "Maximum number of Resources for this API has been reached. Please contact AWS if you need additional Resources.",
            ));
        }
        let resource = Resource {
            id: id.clone(),
            parent_id: Some(parent_id.to_owned()),
            path_part: Some(part.to_owned()),
            path,
            ..Resource::default()
        };
        Ok(self.resources.entry(id).or_insert_with(|| Box::new(resource)))
    }

    fn check_part(&self, parent_id: &str, part: &str) -> Answer<()> {
        if !is_path_part(part) {
            return Err(bad_request(
                "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
            ));
        }
        let siblings = self.resources.values().filter(|other| other.parent_id.as_deref() == Some(parent_id));
        for other in siblings.filter_map(|other| other.path_part.as_deref()) {
            if other == part {
                return Err(conflict(format!("Another resource with the same parent already has this name: {part}")));
            }
            if is_variable(other) && is_variable(part) {
                return Err(bad_request(format!(
                    "A sibling ({other}) of this resource already has a variable path part -- only one is allowed"
                )));
            }
        }
        Ok(())
    }

    /// Renews the paths of everything below a resource that moved.
    fn renew_paths(&mut self, id: &str) {
        let Some(path) = self.resources.get(id).map(|resource| resource.path.clone()) else {
            return;
        };
        let mut children = Vec::new();
        for child in self.resources.values_mut().filter(|child| child.parent_id.as_deref() == Some(id)) {
            child.path = join(&path, child.path_part.as_deref().unwrap_or_default());
            children.push(child.id.clone());
        }
        for child in &children {
            self.renew_paths(child);
        }
    }

    fn remove_resource(&mut self, id: &str) {
        self.resources.remove(id);
        let children: Vec<String> = self
            .resources
            .values()
            .filter(|child| child.parent_id.as_deref() == Some(id))
            .map(|child| child.id.clone())
            .collect();
        for child in &children {
            self.remove_resource(child);
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateResourceRequest {
    restapi_id: String,
    parent_id: String,
    #[serde(rename = "pathPart")]
    path_part: String,
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateResourceRequest) -> Answer<Reply> {
    let id = ctx.ids.alphanumeric(6);
    let api = find(ctx, &request.restapi_id)?;
    let resource = api.edit().add_resource(id, &request.parent_id, &request.path_part)?;
    Ok(Reply::with_status(201, resource.render(true)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GetResourceRequest {
    restapi_id: String,
    resource_id: String,
    #[serde(default)]
    embed: Vec<String>,
}

pub(super) fn get(ctx: &mut Context<'_>, request: GetResourceRequest) -> Answer<Value> {
    let embed = request.embed.iter().any(|what| what == "methods");
    let api = find(ctx, &request.restapi_id)?;
    api.definition.resource(&request.resource_id).map(|resource| resource.render(embed))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GetResourcesRequest {
    restapi_id: String,
    position: Option<String>,
    limit: Option<i64>,
    #[serde(default)]
    embed: Vec<String>,
}

pub(super) fn list(ctx: &mut Context<'_>, request: GetResourcesRequest) -> Answer<Value> {
    let embed = request.embed.iter().any(|what| what == "methods");
    let api = find(ctx, &request.restapi_id)?;
    // By path, so that the root comes first.
    let by_path: BTreeMap<String, &Resource> =
        api.definition.resources.values().map(|resource| (resource.path.clone(), &**resource)).collect();
    Ok(common::page(&by_path, request.position.as_deref(), request.limit, |resource| resource.render(embed)))
}

const PATHS: &[Path] = &[path("replace", "/pathPart", Kind::Text), path("replace", "/parentId", Kind::Text)];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateResourceRequest {
    restapi_id: String,
    resource_id: String,
    #[serde(default, rename = "patchOperations")]
    patch_operations: Vec<PatchOperation>,
}

pub(super) fn update(ctx: &mut Context<'_>, request: UpdateResourceRequest) -> Answer<Value> {
    let api = find(ctx, &request.restapi_id)?;
    let before = api.definition.resource(&request.resource_id)?.clone();
    let (Some(_), Some(_)) = (&before.parent_id, &before.path_part) else {
        return Err(bad_request("The root resource cannot be changed"));
    };
    let mut wanted: Resource = patched(&before, PATHS, &request.patch_operations)?;
    let parent = wanted.parent_id.clone().unwrap_or_default();
    let part = wanted.path_part.clone().unwrap_or_default();
    wanted.path = join(&api.definition.resource(&parent)?.path.clone(), &part);
    let mut definition = Definition::clone(&api.definition);
    definition.resources.remove(&before.id);
    definition.check_part(&parent, &part)?;
    let answer = wanted.render(true);
    definition.resources.insert(before.id.clone(), Box::new(wanted));
    definition.renew_paths(&before.id);
    api.definition = Arc::new(definition);
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeleteResourceRequest {
    restapi_id: String,
    resource_id: String,
}

pub(super) fn delete(ctx: &mut Context<'_>, request: DeleteResourceRequest) -> Answer<Reply> {
    let definition = find(ctx, &request.restapi_id)?.edit();
    let resource = definition.resource(&request.resource_id)?;
    if resource.parent_id.is_none() {
        return Err(bad_request("Unable to delete the root resource"));
    }
    definition.remove_resource(&request.resource_id);
    Ok(Reply::with_status(202, Value::Object(Map::new())))
}

/// The resource or 404, for those who only need it to exist.
pub(super) fn require(definition: &Definition, id: &str) -> Answer<()> {
    definition.resources.get(id).map(drop).ok_or_else(|| not_found("Invalid Resource identifier specified"))
}
