//! Paths become resources.

use serde_json::Value;

use super::super::common::bad_request;
use super::super::definition::Definition;
use super::document::Document;
use super::{method, warning};
use crate::error::{Answer, AwsError};
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
    base: &str,
    ids: &mut Ids,
    warnings: &mut Vec<String>,
) -> Answer<()> {
    let mut errors = Vec::new();
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
        let resource = resource_at(definition, &format!("{base}{path}"), ids)?;
        for (member, http_method) in METHODS {
            let Some(operation) = item.get(member).filter(|operation| operation.is_object()) else {
                continue;
            };
            warnings.extend(warning::of_operation(document, operation, http_method, path));
            let built = method::build(document, definition, item, operation, http_method, &resource, warnings);
            let integration = |error: &AwsError| {
                format!("Unable to put integration on '{http_method}' for resource at path '{path}': {}", error.message)
            };
            let built = match built {
                Ok(built) => built,
                Err(error) => {
                    errors.push(integration(&error));
                    continue;
                }
            };
            if let Err(error) = definition.check_method(&built) {
                errors.push(format!(
                    "Unable to put method '{http_method}' on resource at path '{path}': {}",
                    error.message
                ));
            }
            definition.resource_mut(&resource)?.resource_methods.insert(http_method.to_owned(), Box::new(built));
        }
        unsupported(path, item, warnings);
    }
    // All that is wrong with methods is told at once (ustayready/fireprox#37).
    if errors.is_empty() {
        Ok(())
    } else {
        // The warnings follow, as users have reported it.
        let also = match warnings.join("\n\t") {
            also if also.is_empty() => also,
            also => format!("\nAdditionally, these warnings were found:\n\t{also}"),
        };
        Err(bad_request(format!("Errors found during import:\n\t{}{also}", errors.join("\n\t"))))
    }
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
