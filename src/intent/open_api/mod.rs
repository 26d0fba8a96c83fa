//! `spec.api.openApi`, checked before AWS is asked: what API Gateway's import or deployment refuses, what it leaves out, and what could only be
//! answered 500. Each problem has its place in the document as the field.

mod authorizer;
pub(crate) mod document;
mod extensions;
mod integration;
mod intrinsics;
mod mapping;
mod models;
mod parameters;
mod requirement;
mod response;
pub(crate) mod scheme;
mod security;
#[cfg(test)]
mod tests;

use super::Problem;
use crate::api::{ApiKeySource, OpenApi};
use document::Document;
pub(crate) use requirement::{is_unenforced, unenforced};

/// Most problems of a document that are told at once: a status has to hold them.
const MOST: usize = 100;

/// Checks the document of a spec; `key_source` is where API keys come from.
pub(super) fn check(open_api: &OpenApi, key_source: ApiKeySource, problems: &mut Vec<Problem>) {
    let document = Document::new(&open_api.inline);
    let mut found = Vec::new();
    security::check(document, &open_api.unenforced_security_schemes, key_source, &mut found);
    parameters::check_paths(document, &mut found);
    for operation in document.operations() {
        parameters::check(document, operation.path, &operation.at, &mut found);
        integration::check(document, &operation, &mut found);
        response::check_declared(document, &operation, &mut found);
    }
    methods(document, &mut found);
    models::check(document, &mut found);
    extensions::check(document, &mut found);
    intrinsics::check(document, &mut found);
    let more = found.len().saturating_sub(MOST);
    found.truncate(MOST);
    problems.extend(found);
    if more > 0 {
        problems.push(Problem::new(
            "spec.api.openApi.inline",
            format!("there are {more} more problems: they are reported once these are corrected"),
        ));
    }
}

/// API Gateway deploys no API without methods: "The REST API doesn't contain any methods".
fn methods(document: Document<'_>, problems: &mut Vec<Problem>) {
    let Some(paths) = document.get("paths").filter(|paths| paths.members().next().is_some()) else { return };
    if document.operations().next().is_none() {
        problems
            .push(paths.problem("no path has a method, and API Gateway deploys no such API: add one, for example get"));
    }
}
