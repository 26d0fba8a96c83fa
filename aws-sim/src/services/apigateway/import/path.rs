//! Paths become resources.

use serde_json::Value;

use super::super::common::bad_request;
use super::super::definition::Definition;
use super::super::method::Method;
use super::super::{integration_response, method_response};
use super::document::Document;
use super::method::{self, At};
use super::{Findings, Place, warning};
use crate::error::Answer;
use crate::ids::Ids;

/// Members of a path item that are methods, and what they become.
const METHODS: [(&str, &str); 8] = [
    ("get", "GET"),
    ("put", "PUT"),
    ("post", "POST"),
    ("delete", "DELETE"),
    ("options", "OPTIONS"),
    ("head", "HEAD"),
    ("patch", "PATCH"),
    ("x-amazon-apigateway-any-method", "ANY"),
];

/// Every path with its methods; a method that is there already is replaced.
pub(super) fn all(
    document: &Document,
    definition: &mut Definition,
    place: &Place<'_>,
    ids: &mut Ids,
    findings: &mut Findings,
) -> Answer<()> {
    for (path, item) in document.object("paths") {
        if path.starts_with("x-") {
            continue;
        }
        if !path.starts_with('/') {
            return Err(bad_request(format!(
                "Unable to create resource at path '{path}': Resource path must start with /"
            )));
        }
        let item = document.resolve(item);
        let resource = resource_at(definition, &format!("{}{path}", place.base), ids)?;
        for (member, http_method) in METHODS {
            let Some(operation) = item.get(member).filter(|operation| operation.is_object()) else {
                continue;
            };
            findings.warnings.extend(warning::of_operation(document, operation, http_method, path));
            let at = At { path, item, operation, http_method, resource: &resource, account: place.account };
            if let Some(built) = method(document, definition, &at, findings) {
                definition.resource_mut(&resource)?.resource_methods.insert(http_method.to_owned(), Box::new(built));
            }
        }
        unsupported(path, item, &mut findings.warnings);
    }
    Ok(())
}

/// The method at a place of the document, with all that is wrong about it.
fn method(document: &Document, definition: &Definition, at: &At<'_>, findings: &mut Findings) -> Option<Method> {
    let place = format!("'{}' for resource at path '{}'", at.http_method, at.path);
    let built = match method::build(document, definition, at, &mut findings.warnings) {
        Ok(built) => built,
        Err(error) => {
            findings.errors.push(format!("Unable to put integration on {place}: {}", error.message));
            return None;
        }
    };
    if let Err(error) = definition.check_method(&built) {
        let message =
            format!("Unable to put method '{}' on resource at path '{}': {}", at.http_method, at.path, error.message);
        findings.errors.push(message);
    }
    for response in built.method_responses.values() {
        if let Err(error) = method_response::check(definition, response) {
            findings.errors.push(format!("Unable to put method response on {place}: {}", error.message));
        }
    }
    for response in built.method_integration.iter().flat_map(|one| one.integration_responses.values()) {
        if let Err(error) = integration_response::check(&built, response) {
            findings.errors.push(format!("Unable to put integration response on {place}: {}", error.message));
        }
    }
    Some(built)
}

fn unsupported(path: &str, item: &Value, warnings: &mut Vec<String>) {
    if item.get("trace").is_some() {
        warnings.push(format!("Ignoring unsupported method TRACE on resource at path '{path}'"));
    }
}

/// The resource at a path; made with its parents where it is missing.
fn resource_at(definition: &mut Definition, path: &str, ids: &mut Ids) -> Answer<String> {
    let mut at = definition.root().map(|root| root.id.clone()).unwrap_or_default();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let found = definition
            .resources
            .values()
            .find(|child| child.parent_id.as_deref() == Some(&at) && child.path_part.as_deref() == Some(part))
            .map(|child| child.id.clone());
        at = match found {
            Some(id) => id,
            None => definition
                .add_resource(ids.alphanumeric(6), &at, part)
                .map_err(|error| bad_request(format!("Unable to create resource at path '{path}': {}", error.message)))?
                .id
                .clone(),
        };
    }
    Ok(at)
}
