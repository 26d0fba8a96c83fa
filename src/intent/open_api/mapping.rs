//! Parameters of the request to the backend, mapped from those of the method.
//!
//! Source: API Gateway Developer Guide, "Amazon API Gateway API request and response data mapping reference".

use std::collections::BTreeSet;

use super::document::{At, Document, Operation};
use super::integration::member;
use super::parameters::Parameters;
use crate::intent::Problem;

/// Places of a parameter in a request, by the name that a document has for them and the one that mapping expressions have.
pub(super) const PLACES: [(&str, &str); 3] = [("path", "path"), ("query", "querystring"), ("header", "header")];

/// Places that hold every value of a parameter.
const MULTIPLE: [(&str, &str); 2] = [("multivaluequerystring", "querystring"), ("multivalueheader", "header")];

pub(super) fn check(
    document: Document<'_>,
    operation: &Operation<'_>,
    integration: &At<'_>,
    http: bool,
    problems: &mut Vec<Problem>,
) {
    let declared = Parameters::of(document, operation);
    let mut mapped = BTreeSet::new();
    for (name, value) in integration.get("requestParameters").into_iter().flat_map(|it| it.members()) {
        match name.strip_prefix("integration.request.").and_then(|rest| rest.split_once('.')) {
            Some(("path", name)) if !name.is_empty() => _ = mapped.insert(name),
            Some(("querystring" | "header", name)) if !name.is_empty() => {}
            _ => {
                let message = "is not a parameter of the backend's request: write integration.request.path.<name>, integration.request.querystring.<name> or integration.request.header.<name>";
                problems.push(value.problem(message));
            }
        }
        problems.extend(source(&declared, value.value.as_str()).map(|message| value.problem(message)));
    }
    for key in integration.get("cacheKeyParameters").into_iter().flat_map(|it| it.items()) {
        let name = key.value.as_str().unwrap_or_default();
        let wrong = match name.strip_prefix("method.request.") {
            Some(_) => source(&declared, Some(name)),
            None if name.starts_with("integration.request.") => None,
            None => Some("is not a parameter: write method.request.path.<name>, method.request.querystring.<name> or method.request.header.<name>".to_owned()),
        };
        problems.extend(wrong.map(|message| key.problem(message)));
    }
    if http {
        let uri = integration.text("uri").unwrap_or_default();
        for name in placeholders(uri).filter(|name| !mapped.contains(name)) {
            let message = format!(
                "{{{name}}} is not filled in, so that the backend would be asked for it literally: add `integration.request.path.{name}: method.request.path.<parameter>` to requestParameters"
            );
            problems.push(member(integration, "uri").problem(message));
        }
    }
}

/// Names between the braces of a URI that no stage variable stands for.
fn placeholders(uri: &str) -> impl Iterator<Item = &str> {
    let named = uri.match_indices('{').filter(|(index, _)| !uri[..*index].ends_with('$'));
    named.filter_map(|(index, _)| Some(uri[index + 1..].split_once('}')?.0))
}

/// What is wrong with the source of a parameter.
fn source(declared: &Parameters<'_>, expression: Option<&str>) -> Option<String> {
    let Some(expression) = expression else {
        return Some("is not text: write an expression like method.request.path.<name>, or a fixed value in single quotes inside of double ones, \"'value'\"".to_owned());
    };
    let fixed = expression.len() >= 2 && expression.starts_with('\'') && expression.ends_with('\'');
    let other = ["context.", "stageVariables."]
        .iter()
        .any(|start| expression.len() > start.len() && expression.starts_with(start));
    let rest = expression.strip_prefix("method.request.");
    if fixed
        || other
        || rest.is_some_and(|rest| rest == "body" || rest.starts_with("body.") || rest.starts_with("body["))
    {
        return None;
    }
    let parts = rest.and_then(|rest| rest.split_once('.')).filter(|(_, name)| !name.is_empty());
    let place = |word: &str| {
        let single = PLACES.iter().map(|(_, name)| (*name, *name));
        single.chain(MULTIPLE).find(|(name, _)| *name == word).map(|(_, place)| place)
    };
    match parts.and_then(|(word, name)| Some((place(word)?, name))) {
        None => Some(format!(
            "{expression} is not a mapping expression: write method.request.path.<name>, method.request.querystring.<name>, method.request.header.<name>, method.request.body, context.<name>, stageVariables.<name>, or a fixed value in single quotes"
        )),
        Some((place, name)) if declared.has(place, name) => None,
        Some((place, name)) => {
            let place = PLACES.iter().find(|(_, it)| *it == place).map_or(place, |(word, _)| *word);
            let where_to = if place == "path" { "the path has no such part" } else { "the method does not declare it" };
            Some(format!(
                "{expression}: {where_to}: add {name} (in: {place}) to the method's parameters, or correct the name"
            ))
        }
    }
}
