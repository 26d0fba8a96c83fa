//! Mapping expressions: where the parameters of a backend's request and of a method's response come from (API Gateway Developer Guide,
//! "Parameter mapping source reference").

use super::common::bad_request;
use super::method::Method;
use crate::error::{Answer, AwsError};

fn refused(error: &str) -> AwsError {
    bad_request(format!("Invalid mapping expression specified: Validation Result: warnings : [], errors : [{error}]"))
}

/// An expression that has no form that API Gateway knows.
pub(super) fn invalid(expression: &str) -> AwsError {
    refused(&format!("Invalid mapping expression specified: {expression}"))
}

/// A parameter that the method does not declare.
pub(super) fn undeclared(parameter: &str) -> AwsError {
    refused(&format!("Invalid mapping expression parameter specified: {parameter}"))
}

/// What follows one of these prefixes; not empty.
fn after<'a>(text: &'a str, prefixes: &[&str]) -> Option<&'a str> {
    let rest = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix));
    rest.filter(|rest| !rest.is_empty())
}

const PLACES: [&str; 5] = ["path.", "querystring.", "header.", "multivaluequerystring.", "multivalueheader."];

/// Whether a text names a parameter, such as `method.request.header.accept`; API Gateway's refusal gives the characters of names.
fn is_parameter(text: &str, side: &str) -> bool {
    let name = text.strip_prefix(side).and_then(|rest| after(rest, &PLACES));
    name.is_some_and(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || "._$-".contains(c)))
}

/// `context.x`, `stageVariables.x` or a literal in single quotes.
fn is_common_source(expression: &str) -> bool {
    let quoted = expression.len() >= 2 && expression.starts_with('\'') && expression.ends_with('\'');
    quoted || after(expression, &["context.", "stageVariables."]).is_some()
}

/// `method.request.body` or a path in it, with the prefix that its side has.
fn is_body(expression: &str, prefix: &str) -> bool {
    let rest = expression.strip_prefix(prefix);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || rest.starts_with('['))
}

/// Parameters of a method's request: well formed, and one name in one place only (localstack/localstack, `test_method_request_parameters`,
/// checked against AWS).
pub(super) fn check_declared(method: &Method) -> Answer<()> {
    let mut names = std::collections::BTreeSet::new();
    for parameter in method.request_parameters.keys() {
        if !is_parameter(parameter, "method.request.") {
            let known = parameter.strip_prefix("method.request.").and_then(|rest| after(rest, &PLACES));
            return Err(known.map_or_else(
                || invalid(parameter),
                |_| refused("Parameter name should match the following regular expression: ^[a-zA-Z0-9._$-]+$"),
            ));
        }
        let name = parameter.splitn(4, '.').nth(3).unwrap_or_default();
        if !names.insert(name) {
            return Err(bad_request("Parameter names must be unique across querystring, header and path"));
        }
    }
    Ok(())
}

/// One parameter of the backend's request: a place there, and a source that the method declares.
pub(super) fn check_request(method: &Method, target: &str, source: &str) -> Answer<()> {
    if !is_parameter(target, "integration.request.") {
        return Err(invalid(target));
    }
    if is_common_source(source) || is_body(source, "method.request.body") {
        return Ok(());
    }
    if !is_parameter(source, "method.request.") {
        return Err(invalid(source));
    }
    if declares(method, source) { Ok(()) } else { Err(undeclared(source)) }
}

/// Whether a method's request has a parameter; the `multivalue` forms are the same parameter.
fn declares(method: &Method, source: &str) -> bool {
    let single = source.replacen(".multivalue", ".", 1);
    method.request_parameters.keys().any(|known| *known == source || known.replacen(".multivalue", ".", 1) == single)
}

/// A cache key must be a parameter of the method's request, or of the backend's request that is made of one (API Reference,
/// `PutIntegration`: "these parameters must also be specified for Method requestParameters").
pub(super) fn check_cache_key(method: &Method, mapped: bool, parameter: &str) -> Answer<()> {
    let known = mapped || declares(method, parameter);
    if known { Ok(()) } else { Err(undeclared(parameter)) }
}

/// One header field of a method's response and its source.
pub(super) fn check_response(target: &str, source: &str) -> Answer<()> {
    if after(target, &["method.response.header."]).is_none() {
        return Err(invalid(target));
    }
    let header = after(source, &["integration.response.header.", "integration.response.multivalueheader."]);
    let known = is_common_source(source) || is_body(source, "integration.response.body") || header.is_some();
    if known { Ok(()) } else { Err(invalid(source)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn method(parameters: &[&str]) -> Method {
        let request_parameters = parameters.iter().map(|name| ((*name).to_owned(), true)).collect();
        Method { request_parameters, ..Method::default() }
    }

    #[test]
    fn sources_of_a_backends_request() {
        let method = method(&["method.request.path.id", "method.request.querystring.q"]);
        let (invalid, undeclared) =
            ("Invalid mapping expression specified", "Invalid mapping expression parameter specified");
        for (target, source, expected) in [
            ("integration.request.path.id", "method.request.path.id", None),
            ("integration.request.header.x", "'literal'", None),
            ("integration.request.header.x", "context.requestId", None),
            ("integration.request.header.x", "stageVariables.env", None),
            ("integration.request.header.x", "method.request.body.name", None),
            ("integration.request.querystring.q", "method.request.multivaluequerystring.q", None),
            ("integration.request.header.x", "method.request.header.x", Some(undeclared)),
            ("integration.request.header.x", "true", Some(invalid)),
            ("integration.request.header.x", "", Some(invalid)),
            ("integration.request.cookie.x", "'literal'", Some(invalid)),
            ("method.request.header.x", "'literal'", Some(invalid)),
        ] {
            let answer = check_request(&method, target, source).map_err(|error| error.message);
            let fits = match (&answer, expected) {
                (Ok(()), None) => true,
                (Err(message), Some(expected)) => message.contains(&format!("errors : [{expected}: ")),
                _ => false,
            };
            assert!(fits, "{target} from {source}: {answer:?}");
        }
    }

    #[test]
    fn sources_of_a_response() {
        for (target, source, good) in [
            ("method.response.header.x", "'*'", true),
            ("method.response.header.x", "integration.response.header.x", true),
            ("method.response.header.x", "integration.response.body.a.b", true),
            ("method.response.header.x", "https://example.com", false),
            ("method.response.header.x", "method.request.header.x", false),
            ("method.response.body", "'*'", false),
        ] {
            assert_eq!(check_response(target, source).is_ok(), good, "{target} from {source}");
        }
    }

    #[test]
    fn declared_parameters_are_well_formed_and_unique() {
        for (parameters, good) in [
            (&["method.request.header.a", "method.request.querystring.b"][..], true),
            (&["method.request.querystring.page[size]"], false),
            (&["method.request.cookie.a"], false),
            (&["method.request.header."], false),
            (&["method.request.header.a", "method.request.querystring.a"], false),
        ] {
            assert_eq!(check_declared(&method(parameters)).is_ok(), good, "{parameters:?}");
        }
    }
}
