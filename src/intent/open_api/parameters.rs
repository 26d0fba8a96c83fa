//! Paths and the parameters of methods.
//!
//! Sources: API Gateway Developer Guide, "Amazon API Gateway important notes" (REST APIs: path segments, attributes of parameters). A path's own
//! parameters are declared by themselves, as recordings of AWS show (localstack/localstack, `test_apigateway_import.snapshot.json`).

use std::collections::BTreeSet;

use super::document::{At, Document, METHODS, Operation};
use super::mapping::PLACES;
use crate::intent::{Problem, route};

/// Places of parameters that a document may name, beside those that mapping expressions know. API Gateway ignores these, but for a body's schema.
const OTHER_PLACES: [&str; 3] = ["cookie", "formData", "body"];

/// Members of a path item beside its operations.
const ITEM: [&str; 6] = ["parameters", "summary", "description", "servers", "$ref", "security"];

/// What a method declares.
#[derive(Debug)]
pub(super) struct Parameters<'a> {
    path: &'a str,
    /// Place as mapping expressions name it, and name.
    declared: BTreeSet<(&'static str, &'a str)>,
}

impl<'a> Parameters<'a> {
    pub(super) fn of(document: Document<'a>, operation: &Operation<'a>) -> Self {
        let all = [&operation.item, &operation.at].into_iter().flat_map(|at| list(document, at)).flatten();
        let of = |parameter: At<'a>| {
            let (_, place) = PLACES.iter().find(|(name, _)| parameter.text("in") == Some(name))?;
            Some((*place, parameter.text("name")?))
        };
        Self { path: operation.path, declared: all.filter_map(of).collect() }
    }

    /// Whether the method has this parameter; `place` as mapping expressions name it.
    pub(super) fn has(&self, place: &'static str, name: &str) -> bool {
        self.declared.contains(&(place, name)) || place == "path" && of_path(self.path).any(|it| it == name)
    }
}

/// Names between the braces of a path, without the `+` of a greedy one.
fn of_path(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| Some(part.strip_prefix('{')?.strip_suffix('}')?.trim_end_matches('+')))
}

/// The parameters of a path item or an operation, references followed; those that lead nowhere are none.
fn list<'a>(document: Document<'a>, at: &At<'a>) -> impl Iterator<Item = Option<At<'a>>> + use<'a> {
    at.get("parameters").into_iter().flat_map(|it| it.items()).map(move |it| document.resolve(it))
}

/// Paths: how they are written, that they can stand beside each other, and what is in their items.
pub(super) fn check_paths(document: Document<'_>, problems: &mut Vec<Problem>) {
    let mut siblings = route::Siblings::new();
    for (path, item) in document.path_items() {
        if item.value.get("$ref").is_some() {
            problems.push(item.problem("API Gateway follows no $ref of a path: write its methods here"));
        }
        let message = malformed(path).or_else(|| route::path(path));
        problems.extend(message.map(|message| item.problem(message)));
        problems.extend(route::sibling(&item.place, path, &mut siblings).map(|message| item.problem(message)));
        members(&item, problems);
        check(document, path, &item, problems);
    }
}

/// Source: API Gateway Developer Guide, "Amazon API Gateway important notes": what a path segment holds, and that a parameter is a whole one.
fn malformed(path: &str) -> Option<String> {
    let Some(rest) = path.strip_prefix('/') else { return Some("is not a path: begin it with /".to_owned()) };
    let known = |c: char| c.is_ascii_alphanumeric() || "_-.,:~$*!@".contains(c);
    let of_parameter = |name: &str| {
        let name = name.strip_suffix('+').unwrap_or(name);
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "._$-".contains(c))
    };
    let good = |part: &str| match part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(name) => of_parameter(name),
        None => part.chars().all(known),
    };
    let part = rest.split('/').find(|part| !good(part))?;
    Some(format!("{part} is not a part of a path: use letters, digits and _-.,: only, and braces around a whole part"))
}

/// A method under another name is left out of the API.
fn members(item: &At<'_>, problems: &mut Vec<Problem>) {
    let known = |name: &str| ITEM.contains(&name) || METHODS.iter().any(|(key, _)| *key == name);
    for (name, at) in item.members().filter(|(name, _)| !known(name) && !name.starts_with("x-")) {
        let lower = name.to_ascii_lowercase();
        let message = if name == "trace" {
            "API Gateway has no method TRACE: leave it out".to_owned()
        } else if known(&lower) {
            format!("API Gateway does not read {name}: write {lower}")
        } else {
            format!(
                "{name} is not a method: write get, put, post, delete, options, head, patch or x-amazon-apigateway-any-method"
            )
        };
        problems.push(at.problem(message));
    }
}

/// Parameters of a path item or an operation.
pub(super) fn check(document: Document<'_>, path: &str, at: &At<'_>, problems: &mut Vec<Problem>) {
    let mut seen = BTreeSet::new();
    for parameter in at.get("parameters").into_iter().flat_map(|it| it.items()) {
        let Some(resolved) = document.resolve(parameter.clone()) else {
            problems.push(
                parameter.problem("its $ref does not resolve in the document: define it, or correct the reference"),
            );
            continue;
        };
        problems.extend(wrong(path, &resolved).map(|message| parameter.problem(message)));
        let key = (resolved.text("in").unwrap_or_default(), resolved.text("name").unwrap_or_default());
        if !seen.insert(key) {
            problems.push(parameter.problem(format!("{} (in: {}) is there twice: remove one of them", key.1, key.0)));
        }
    }
}

/// What is wrong with a parameter.
fn wrong(path: &str, parameter: &At<'_>) -> Option<String> {
    let (place, name) = (parameter.text("in").unwrap_or_default(), parameter.text("name").unwrap_or_default());
    if !PLACES.iter().any(|(known, _)| *known == place) {
        let known = OTHER_PLACES.contains(&place);
        return (!known).then(|| format!("{place:?} is not a place of a parameter: write `in: path`, query or header"));
    }
    // AWS's own words: "Parameter name should match the following regular expression: ^[a-zA-Z0-9._$-]+$".
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || "._$-".contains(c)) {
        return Some(format!("{name:?} is not a name that API Gateway takes: use letters, digits and ._$- only"));
    }
    (place == "path" && !of_path(path).any(|it| it == name))
        .then(|| format!("the path {path} has no part {{{name}}}: add it to the path, or leave the parameter out"))
}
