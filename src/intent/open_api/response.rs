//! Responses of methods and what an integration makes of the backend's answers.
//!
//! Sources: API Gateway Developer Guide, "Amazon API Gateway important notes" (no ranges of status codes) and "Amazon API Gateway API request and
//! response data mapping reference"; "Invalid mapping expression parameter specified: method.response.header.Location" is what AWS says of a header that
//! the method does not declare (amazon-archives/aws-apigateway-importer#209).

use std::collections::BTreeSet;

use serde_json::Value;

use super::document::{At, Document, Operation};
use super::integration::member;
use crate::intent::Problem;

/// The operation's own responses.
pub(super) fn check_declared(document: Document<'_>, operation: &Operation<'_>, problems: &mut Vec<Problem>) {
    for (status, response) in operation.at.get("responses").into_iter().flat_map(|it| it.members()) {
        let extension = status == "default" || status.starts_with("x-");
        if !extension && !is_status(status) {
            let message =
                format!("{status} is not a status code: API Gateway takes no ranges, write each code, like \"404\"");
            problems.push(response.problem(message));
        }
        if document.resolve(response.clone()).is_none() {
            problems.push(
                response.problem("its $ref does not resolve in the document: define it, or correct the reference"),
            );
        }
    }
}

fn is_status(text: &str) -> bool {
    text.len() == 3 && text.parse::<u16>().is_ok_and(|status| (100..=599).contains(&status))
}

/// What becomes of the backend's answers; a proxy integration hands them on as they are.
pub(super) fn check(
    document: Document<'_>,
    operation: &Operation<'_>,
    integration: &At<'_>,
    proxy: bool,
    problems: &mut Vec<Problem>,
) {
    if proxy {
        return;
    }
    let responses = integration.get("responses");
    if responses.as_ref().is_none_or(|it| it.members().next().is_none()) {
        let message =
            "has no responses, so that every request would be answered 500: add `default: {statusCode: \"200\"}`";
        return problems.push(integration.problem(message));
    }
    for (pattern, response) in responses.iter().flat_map(At::members) {
        if pattern != "default" && regex_syntax::parse(pattern).is_err() {
            problems.push(response.problem(
                "its key is not a regular expression: write one for the answers that it is about, or default",
            ));
        }
        let status = match response.value.get("statusCode") {
            Some(Value::String(text)) if is_status(text) => text.clone(),
            Some(Value::Number(number)) if is_status(&number.to_string()) => number.to_string(),
            _ => {
                problems.push(response.problem("has no statusCode from 100 to 599: add it, like statusCode: \"200\""));
                continue;
            }
        };
        let headers = headers(document, operation, &status);
        for (name, value) in response.get("responseParameters").into_iter().flat_map(|it| it.members()) {
            problems.extend(wrong(name, value.value, &headers, &status).map(|message| value.problem(message)));
        }
        for (_, value) in response.get("responseTemplates").into_iter().flat_map(|it| it.members()) {
            let text = value.value.is_string() || value.value.is_null();
            problems.extend((!text).then(|| value.problem("a mapping template is text: put it in quotes")));
        }
        content_handling(&response, problems);
    }
}

fn content_handling(response: &At<'_>, problems: &mut Vec<Problem>) {
    let known = |text: &str| matches!(text.to_ascii_uppercase().as_str(), "CONVERT_TO_TEXT" | "CONVERT_TO_BINARY");
    if response.value.get("contentHandling").is_some_and(|it| !it.as_str().is_some_and(known)) {
        let message = "is not one of its values: write CONVERT_TO_TEXT or CONVERT_TO_BINARY";
        problems.push(member(response, "contentHandling").problem(message));
    }
}

/// Headers that the method declares for a status code.
fn headers<'a>(document: Document<'a>, operation: &Operation<'a>, status: &str) -> BTreeSet<&'a str> {
    let response = operation.at.get("responses").and_then(|it| document.resolve(it.get(status)?));
    response.and_then(|it| it.get("headers")).into_iter().flat_map(|it| it.members()).map(|(name, _)| name).collect()
}

/// What is wrong with a parameter of the response.
fn wrong(name: &str, value: &Value, headers: &BTreeSet<&str>, status: &str) -> Option<String> {
    let Some(header) = name.strip_prefix("method.response.header.") else {
        return Some("is not a parameter of the response: write method.response.header.<name>".to_owned());
    };
    if !headers.contains(header) {
        return Some(format!(
            "the method does not declare the header {header} of its response {status}: add it to responses.{status}.headers"
        ));
    }
    let text = value.as_str().unwrap_or_default();
    let fixed = text.len() >= 2 && text.starts_with('\'') && text.ends_with('\'');
    let starts = [
        "integration.response.header.",
        "integration.response.multivalueheader.",
        "integration.response.body",
        "context.",
        "stageVariables.",
    ];
    (!fixed && !starts.iter().any(|start| text.starts_with(start))).then(|| {
        "is not a mapping expression: write integration.response.header.<name>, integration.response.body.<path>, context.<name>, stageVariables.<name>, or a fixed value in single quotes inside of double ones, \"'value'\"".to_owned()
    })
}
