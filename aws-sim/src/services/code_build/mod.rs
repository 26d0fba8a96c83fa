//! `CodeBuild` (its API Reference): there are no projects.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Service, operation};
use crate::context::Context;
use crate::error::Answer;
use crate::protocol::Protocol;

/// The service.
pub static SERVICE: Service = Service::without_resources(
    "codebuild",
    Protocol::Json,
    "CodeBuild_20161006",
    &[operation!("BatchGetProjects", projects_by_name, Read), operation!("ListProjects", project_names, Read)],
);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ByNameRequest {
    names: Vec<String>,
}

/// API Reference, `BatchGetProjects`: names without a project are listed.
fn projects_by_name(_: &mut Context<'_>, request: ByNameRequest) -> Answer<Value> {
    Ok(json!({ "projects": [], "projectsNotFound": request.names }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ListRequest {
    #[serde(rename = "sortBy")]
    _sort_by: Option<String>,
    #[serde(rename = "sortOrder")]
    _sort_order: Option<String>,
    #[serde(rename = "nextToken")]
    _next_token: Option<String>,
}

fn project_names(_: &mut Context<'_>, _: ListRequest) -> Answer<Value> {
    Ok(json!({ "projects": [] }))
}
