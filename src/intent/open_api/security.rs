//! An API is never more open than its document asks: every requirement is enforced, or accepted as unenforced in the spec.

use std::collections::BTreeSet;

use super::document::{At, Document, Operation};
use super::requirement::{Requirements, effective, unenforced};
use super::scheme::{Enforcement, enforcement, scheme};
use super::{authorizer, document::METHODS};
use crate::api::ApiKeySource;
use crate::intent::Problem;

/// Field that accepts schemes as unenforced.
const ACCEPTED: &str = "spec.api.openApi.unenforcedSecuritySchemes";
/// The extension that gives a method an authorization without a scheme.
///
/// Source: API Gateway Developer Guide, "x-amazon-apigateway-auth object".
const AUTH: &str = "x-amazon-apigateway-auth";

pub(super) fn check(
    document: Document<'_>,
    accepted: &[String],
    key_source: ApiKeySource,
    problems: &mut Vec<Problem>,
) {
    let inherits = document.operations().any(|operation| operation.at.get("security").is_none());
    if let Some(list) = document.get("security") {
        requirements(document, &list, accepted, inherits, problems);
    }
    for operation in document.operations() {
        if let Some(list) = operation.at.get("security") {
            requirements(document, &list, accepted, true, problems);
        }
        extension(document, &operation, problems);
        key_of_authorizer(document, &operation, key_source, problems);
    }
    misplaced(document, problems);
    acceptance(document, accepted, problems);
    authorizer::check(document, problems);
}

/// Every scheme of a list has to be enforced, and all of them together.
fn requirements(document: Document<'_>, list: &At<'_>, accepted: &[String], used: bool, problems: &mut Vec<Problem>) {
    let Some(requirements) = Requirements::read(list) else {
        let message = "is not a list of security requirements, so nothing would be asked for: write `- name: []` for each scheme, or [] for none";
        return problems.push(list.problem(message));
    };
    for named in requirements.named() {
        let refused = if accepted.iter().any(|it| it == named.name) {
            None
        } else {
            match scheme(document, named.name).map(|scheme| enforcement(&scheme)) {
                None => Some(undefined(document, named.name)),
                Some(Err(why)) if used && !requirements.is_optional() => Some(open(named.name, &why)),
                Some(Ok(enforcement)) if enforcement != Enforcement::Cognito => scopes(named.name, &named.scopes),
                Some(_) => None,
            }
        };
        problems.extend(refused.map(|message| named.scopes.problem(message)));
    }
    let enforced = requirements.enforced(document);
    let authorizing: Vec<&str> = enforced.iter().filter(|(_, it)| it.authorizes()).map(|(name, _)| *name).collect();
    if authorizing.len() > 1 {
        let message = format!(
            "asks for {}, and API Gateway authorizes a method by one of them only: keep one, and let a Lambda authorizer check the rest",
            authorizing.join(" and ")
        );
        problems.push(list.problem(message));
    }
}

fn undefined(document: Document<'_>, name: &str) -> String {
    let place = document.security_schemes_name();
    format!("no security scheme {name} is defined, so API Gateway would not ask for it: define it in {place}")
}

fn open(name: &str, why: &str) -> String {
    format!(
        "API Gateway does not enforce the security scheme {name}, and the API would answer without it; {why}; to have it open on purpose, name {name} in {ACCEPTED}"
    )
}

/// Source: API Gateway API Reference, `Method`, `authorizationScopes`: of Cognito authorizers only.
fn scopes(name: &str, scopes: &At<'_>) -> Option<String> {
    let any = scopes.value.as_array().is_some_and(|scopes| !scopes.is_empty());
    any.then(|| {
        format!("API Gateway checks scopes with Cognito authorizers only, and {name} is another: leave the list empty, and let the authorizer's function check them")
    })
}

/// `x-amazon-apigateway-auth` beside security requirements.
fn extension(document: Document<'_>, operation: &Operation<'_>, problems: &mut Vec<Problem>) {
    let Some(auth) = operation.at.get(AUTH) else { return };
    let requirements = effective(document, operation).and_then(|list| Requirements::read(&list));
    let enforced = requirements.map(|it| it.enforced(document)).unwrap_or_default();
    let authorizing: Vec<&str> =
        enforced.iter().filter(|(_, it)| it.authorizes() && **it != Enforcement::Iam).map(|(name, _)| *name).collect();
    let kind = auth.text("type").unwrap_or_default();
    match kind.to_ascii_uppercase().as_str() {
        "NONE" if !enforced.is_empty() => {
            let names: Vec<&str> = enforced.keys().copied().collect();
            let message = format!("says NONE, while security asks for {}: remove one of them", names.join(" and "));
            problems.push(auth.problem(message));
        }
        "AWS_IAM" if !authorizing.is_empty() => {
            let message = format!(
                "says AWS_IAM, while security asks for {}, and API Gateway authorizes a method by one of them only: remove one of them",
                authorizing.join(" and ")
            );
            problems.push(auth.problem(message));
        }
        "NONE" | "AWS_IAM" => {}
        _ => {
            problems.push(auth.problem("has no known type: write {type: AWS_IAM}, or {type: NONE} for an open method"));
        }
    }
}

/// API keys that an authorizer gives need a Lambda authorizer: without one no request has a key.
///
/// Source: API Gateway Developer Guide, "Choose an API key source".
fn key_of_authorizer(
    document: Document<'_>,
    operation: &Operation<'_>,
    key_source: ApiKeySource,
    problems: &mut Vec<Problem>,
) {
    let Some(list) = effective(document, operation).filter(|_| key_source == ApiKeySource::Authorizer) else { return };
    let enforced = Requirements::read(&list).map(|it| it.enforced(document)).unwrap_or_default();
    let has = |wanted: Enforcement| enforced.values().any(|it| *it == wanted);
    if has(Enforcement::ApiKey) && !has(Enforcement::Lambda) {
        let message = "asks for an API key, which the API key source AUTHORIZER takes from a Lambda authorizer, and names none, so that every request would be refused: add the authorizer's scheme, or use the API key source HEADER";
        problems.push(operation.at.problem(message));
    }
}

/// What looks like security and stands where API Gateway does not read it.
fn misplaced(document: Document<'_>, problems: &mut Vec<Problem>) {
    let of_scheme = [super::scheme::AUTHORIZER, super::scheme::AUTH_TYPE];
    let scheme_place =
        format!("API Gateway reads it in security schemes only: move it to {}", document.security_schemes_name());
    let in_operation = "API Gateway reads it in operations only: write it in each of them";
    let top = of_scheme.iter().filter_map(|name| document.get(name));
    problems.extend(top.map(|at| at.problem(&scheme_place)));
    problems.extend(document.get(AUTH).map(|at| at.problem(in_operation)));
    for (_, item) in document.path_items() {
        problems.extend(["security", AUTH].iter().filter_map(|name| item.get(name)).map(|at| at.problem(in_operation)));
        let operations = METHODS.iter().filter_map(|(key, _)| item.get(key)).chain([item.clone()]);
        let found = operations.flat_map(|at| of_scheme.map(|name| at.get(name))).flatten();
        problems.extend(found.map(|at| at.problem(&scheme_place)));
    }
}

/// What is accepted has to be needed: a name that is not says that the document is read wrongly.
fn acceptance(document: Document<'_>, accepted: &[String], problems: &mut Vec<Problem>) {
    let unenforced = unenforced(document);
    let asked: BTreeSet<&str> = unenforced.keys().map(String::as_str).collect();
    for (index, name) in accepted.iter().enumerate().filter(|(_, name)| !asked.contains(name.as_str())) {
        let enforced = scheme(document, name).is_some_and(|scheme| enforcement(&scheme).is_ok());
        let why = if enforced {
            "API Gateway enforces the security scheme"
        } else {
            "no operation requires a security scheme"
        };
        problems.push(Problem::new(format!("{ACCEPTED}[{index}]"), format!("{why} {name}: remove this name")));
    }
}
