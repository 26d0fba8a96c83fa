//! Models and request validators.
//!
//! Sources: API Gateway Developer Guide, "Amazon API Gateway important notes" (model names are alphanumeric, `$ref` leads to no other file) and
//! "x-amazon-apigateway-request-validator property".

use serde_json::Value;

use super::document::{At, Document};
use crate::intent::Problem;

/// The extension that names a validator, of the document and of an operation.
const VALIDATOR: &str = "x-amazon-apigateway-request-validator";
/// The extension that defines validators.
const VALIDATORS: &str = "x-amazon-apigateway-request-validators";

pub(super) fn check(document: Document<'_>, problems: &mut Vec<Problem>) {
    for (name, schema) in document.schemas().iter().flat_map(At::members) {
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric()) {
            let message = "becomes a model, whose name holds letters and digits only: rename it, and its references";
            problems.push(schema.problem(message));
        }
        references(document, &schema, problems);
    }
    for operation in document.operations() {
        for name in ["requestBody", "parameters", "responses"] {
            operation.at.get(name).iter().for_each(|at| references(document, at, problems));
        }
        validator(document, operation.at.get(VALIDATOR), problems);
    }
    validator(document, document.get(VALIDATOR), problems);
    for (_, settings) in document.get(VALIDATORS).into_iter().flat_map(|it| it.members()) {
        let flags = ["validateRequestBody", "validateRequestParameters"].map(|name| settings.get(name));
        if !settings.value.is_object() || flags.iter().flatten().any(|flag| !flag.value.is_boolean()) {
            let message =
                "is not a request validator: write {validateRequestBody: true, validateRequestParameters: true}";
            problems.push(settings.problem(message));
        }
    }
}

/// References that lead nowhere: a model that is not found is left out, and nothing is validated by it.
fn references(document: Document<'_>, at: &At<'_>, problems: &mut Vec<Problem>) {
    if let Some(reference) = at.value.get("$ref").and_then(Value::as_str) {
        if !reference.starts_with("#/") {
            let message = format!(
                "{reference} is outside of the document, where API Gateway does not look: write it here, and refer to it by #/…"
            );
            problems.push(at.problem(message));
        } else if !document.has(reference) {
            problems
                .push(at.problem(format!("{reference} is not in the document: define it, or correct the reference")));
        }
        return;
    }
    let inner = at.members().filter(|(name, _)| !matches!(*name, "example" | "examples" | "default" | "enum"));
    inner.map(|(_, inner)| inner).chain(at.items()).for_each(|inner| references(document, &inner, problems));
}

fn validator(document: Document<'_>, named: Option<At<'_>>, problems: &mut Vec<Problem>) {
    let Some(named) = named else { return };
    let defined =
        named.value.as_str().is_some_and(|name| document.get(VALIDATORS).is_some_and(|it| it.get(name).is_some()));
    if !defined {
        let message = format!(
            "names no request validator of the document, so that nothing would be validated: define it in {VALIDATORS}"
        );
        problems.push(named.problem(message));
    }
}
