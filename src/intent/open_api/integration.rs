//! `x-amazon-apigateway-integration`: what the import or the deployment refuses, and what could only answer 500.
//!
//! Sources: API Gateway Developer Guide, "x-amazon-apigateway-integration object"; API Gateway API Reference, `PutIntegration`.

use super::document::{At, Document, Operation};
use super::{mapping, response};
use crate::intent::Problem;

/// The extension that says what answers a method.
pub(super) const INTEGRATION: &str = "x-amazon-apigateway-integration";

const METHODS: [&str; 8] = ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"];

/// What answers a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Aws,
    AwsProxy,
    Http,
    HttpProxy,
    Mock,
}

impl Kind {
    fn of(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "aws" => Some(Self::Aws),
            "aws_proxy" => Some(Self::AwsProxy),
            "http" => Some(Self::Http),
            "http_proxy" => Some(Self::HttpProxy),
            "mock" => Some(Self::Mock),
            _ => None,
        }
    }

    fn is_http(self) -> bool {
        matches!(self, Self::Http | Self::HttpProxy)
    }

    /// Whether it hands on what the backend answers as it is.
    fn is_proxy(self) -> bool {
        matches!(self, Self::AwsProxy | Self::HttpProxy)
    }
}

pub(super) fn check(document: Document<'_>, operation: &Operation<'_>, problems: &mut Vec<Problem>) {
    let Some(at) = operation.at.get(INTEGRATION) else {
        let message = format!(
            "has no {INTEGRATION}, and API Gateway deploys no API with such a method: add one (type mock gives a fixed answer), or leave the method out"
        );
        return problems.push(operation.at.problem(message));
    };
    if at.value.get("$ref").is_some() {
        let message = "API Gateway follows no $ref to an integration in REST APIs: write the integration here";
        return problems.push(at.problem(message));
    }
    let name = at.text("type").unwrap_or_default();
    let Some(kind) = Kind::of(name) else {
        let message = format!("{name:?} is not a type of integration: write aws_proxy, aws, http_proxy, http or mock");
        return problems.push(member(&at, "type").problem(message));
    };
    if kind != Kind::Mock {
        backend(kind, &at, problems);
    }
    values(&at, problems);
    connection(kind, &at, problems);
    mapping::check(document, operation, &at, kind.is_http(), problems);
    response::check(document, operation, &at, kind.is_proxy(), problems);
}

fn backend(kind: Kind, at: &At<'_>, problems: &mut Vec<Problem>) {
    let method = at.text("httpMethod").unwrap_or_default().to_ascii_uppercase();
    if method.is_empty() {
        let message = "has no httpMethod, the method of the request to the backend: add it, POST for Lambda functions";
        problems.push(at.problem(message));
    } else if !METHODS.contains(&method.as_str()) {
        let message = format!("{method} is not a method that API Gateway sends: write one of {}", METHODS.join(", "));
        problems.push(member(at, "httpMethod").problem(message));
    }
    let Some(uri) = at.text("uri").filter(|uri| !uri.is_empty()) else {
        return problems.push(at.problem("has no uri, the place of the backend: add it"));
    };
    let place = member(at, "uri");
    if kind.is_http() {
        let known = ["http://", "https://", "${stageVariables."].iter().any(|start| uri.starts_with(start));
        let message = "is not the URL of a backend: begin it with https:// or http://";
        problems.extend((!known).then(|| place.problem(message)));
    } else {
        problems.extend(service(kind, at, uri).map(|message| place.problem(message)));
    }
    if !kind.is_http() && is_function(uri) && method != "POST" && METHODS.contains(&method.as_str()) {
        let message = format!(
            "is {method}, and Lambda functions are invoked by POST only, whatever method clients use: write POST"
        );
        problems.push(member(at, "httpMethod").problem(message));
    }
}

/// Whether a URI invokes a Lambda function.
fn is_function(uri: &str) -> bool {
    uri.contains(":lambda:path/") && uri.contains("/functions/")
}

/// What is wrong with the URI of an AWS service.
///
/// Sources: API Gateway API Reference, `PutIntegration`, `uri`; what it answers is in getmoto/moto, `apigateway/exceptions.py`.
fn service(kind: Kind, at: &At<'_>, uri: &str) -> Option<String> {
    let parts: Vec<&str> = uri.splitn(6, ':').collect();
    let target = match parts[..] {
        ["arn", _, "apigateway", _, service, target] if !service.is_empty() => Some(target),
        _ => None,
    };
    let Some(target) = target.filter(|it| it.starts_with("path/") || it.starts_with("action/")) else {
        return Some("is not the URI of an AWS service: write arn:aws:apigateway:<region>:<service>:path/<path>, for a Lambda function arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/<function ARN>/invocations".to_owned());
    };
    let function = is_function(uri);
    if function && !(target.ends_with("/invocations") || target.ends_with("/response-streaming-invocations")) {
        return Some("names a Lambda function without invoking it: end it with /invocations".to_owned());
    }
    if kind == Kind::AwsProxy && !function && !uri.contains(":firehose:") {
        return Some("type aws_proxy invokes Lambda functions and Firehose streams only: write type aws".to_owned());
    }
    let role = at.text("credentials").is_some_and(|role| !role.is_empty());
    (!function && !role).then(|| {
        "calls an AWS service without a role: add credentials with the ARN of a role that API Gateway may assume"
            .to_owned()
    })
}

/// Settings that are one of a few values, or a number in a range.
fn values(at: &At<'_>, problems: &mut Vec<Problem>) {
    let choices: [(&str, &[&str]); 4] = [
        ("passthroughBehavior", &["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"]),
        ("contentHandling", &["CONVERT_TO_TEXT", "CONVERT_TO_BINARY"]),
        ("connectionType", &["INTERNET", "VPC_LINK"]),
        ("responseTransferMode", &["BUFFERED", "STREAM"]),
    ];
    for (name, known) in choices {
        let Some(value) = at.get(name) else { continue };
        if !value.value.as_str().is_some_and(|text| known.contains(&text.to_ascii_uppercase().as_str())) {
            problems.push(value.problem(format!("is not one of its values: write {}", known.join(", "))));
        }
    }
    let timeout = at.get("timeoutInMillis");
    let wrong = timeout.filter(|it| !it.value.as_u64().is_some_and(|value| (50..=300_000).contains(&value)));
    problems.extend(wrong.map(|it| {
        it.problem("is not a number of milliseconds from 50 to 300000: write one; more than 29000 needs a raised quota")
    }));
    let texts =
        at.get("requestTemplates").into_iter().flat_map(|it| it.members()).filter(|(_, it)| !it.value.is_string());
    problems.extend(texts.map(|(_, it)| it.problem("a mapping template is text: put it in quotes")));
}

fn connection(kind: Kind, at: &At<'_>, problems: &mut Vec<Problem>) {
    let by_link = at.text("connectionType").is_some_and(|it| it.eq_ignore_ascii_case("VPC_LINK"));
    let id = at.text("connectionId").is_some_and(|id| !id.is_empty());
    if by_link && !id {
        let message = "VPC_LINK needs connectionId, the ID of the VPC link: add it, or leave connectionType out";
        problems.push(member(at, "connectionType").problem(message));
    } else if by_link && !kind.is_http() {
        let message =
            "VPC_LINK leads to HTTP backends only: write type http_proxy or http, or leave connectionType out";
        problems.push(member(at, "connectionType").problem(message));
    } else if id && !by_link {
        let message = "is used with `connectionType: VPC_LINK` only: add that, or leave it out";
        problems.push(member(at, "connectionId").problem(message));
    }
}

/// The place of a member, be it there or not.
pub(super) fn member<'a>(at: &At<'a>, name: &str) -> At<'a> {
    At { value: at.value, place: crate::intent::document::member(&at.place, name) }
}
