//! `x-amazon-apigateway-authorizer`: what the import refuses, and what lets nobody in.
//!
//! Sources: API Gateway Developer Guide, "x-amazon-apigateway-authorizer object"; API Gateway API Reference, `CreateAuthorizer`.

use serde_json::Value;

use super::document::{At, Document};
use super::scheme::{AUTHORIZER, Enforcement, enforcement};
use crate::intent::Problem;

/// Longest time for which a decision is kept, in seconds.
const LONGEST_TTL: u64 = 3600;

/// Where a `request` authorizer may read identity from.
const SOURCES: [&str; 4] = ["method.request.header.", "method.request.querystring.", "stageVariables.", "context."];

pub(super) fn check(document: Document<'_>, problems: &mut Vec<Problem>) {
    for (_, scheme) in document.security_schemes().iter().flat_map(At::members) {
        let Some(scheme) = document.resolve(scheme.clone()) else {
            problems.push(scheme.problem("its $ref does not resolve in the document: define the scheme here"));
            continue;
        };
        let (Some(authorizer), Ok(kind)) = (scheme.get(AUTHORIZER), enforcement(&scheme)) else { continue };
        match kind {
            Enforcement::Cognito => cognito(&authorizer, problems),
            _ => lambda(&scheme, &authorizer, problems),
        }
        ttl(&authorizer, problems);
    }
}

fn cognito(authorizer: &At<'_>, problems: &mut Vec<Problem>) {
    let Some(arns) = authorizer.get("providerARNs").filter(|arns| arns.items().next().is_some()) else {
        return problems.push(authorizer.problem("has no providerARNs: name the Cognito user pools by their ARNs"));
    };
    let known =
        |at: &At<'_>| at.value.as_str().is_some_and(|arn| arn.contains(":cognito-idp:") && arn.contains(":userpool/"));
    let wrong = arns.items().filter(|at| !known(at));
    problems.extend(wrong.map(|at| {
        at.problem("is not the ARN of a Cognito user pool: write arn:aws:cognito-idp:<region>:<account>:userpool/<ID>")
    }));
}

fn lambda(scheme: &At<'_>, authorizer: &At<'_>, problems: &mut Vec<Problem>) {
    let uri = authorizer.text("authorizerUri").unwrap_or_default();
    if !(uri.starts_with("arn:") && uri.contains(":lambda:path/") && uri.ends_with("/invocations")) {
        let message = "is not the URI of a Lambda function: write arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/<function ARN>/invocations";
        problems.push(
            authorizer.get("authorizerUri").unwrap_or_else(|| named(authorizer, "authorizerUri")).problem(message),
        );
    }
    if authorizer.text("type").is_some_and(|it| it.eq_ignore_ascii_case("request")) {
        return identity_source(authorizer, problems);
    }
    let api_key = scheme.text("type") == Some("apiKey");
    if api_key && (scheme.text("in") != Some("header") || scheme.text("name").is_none_or(str::is_empty)) {
        let message = "an authorizer of type token reads a header: write `in: header` and its name, or type request with identitySource";
        problems.push(scheme.problem(message));
    }
    if let Some(at) = authorizer.get("identitySource")
        && !at.value.as_str().is_some_and(|it| it.starts_with("method.request.header."))
    {
        problems.push(at.problem("an authorizer of type token reads one header: write method.request.header.<name>"));
    }
}

/// Source: API Gateway API Reference, `Authorizer`, `identitySource`: needed while decisions are cached.
fn identity_source(authorizer: &At<'_>, problems: &mut Vec<Problem>) {
    let cached = authorizer.value.get("authorizerResultTtlInSeconds").and_then(Value::as_u64) != Some(0);
    let source = authorizer.text("identitySource").unwrap_or_default();
    let parts: Vec<&str> = source.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.is_empty() && cached {
        let message = "has no identitySource, which is the key of its cache: add it, for example method.request.header.Authorization, or set authorizerResultTtlInSeconds to 0";
        return problems.push(authorizer.problem(message));
    }
    let known =
        |part: &&str| SOURCES.iter().any(|source| part.strip_prefix(source).is_some_and(|rest| !rest.is_empty()));
    for part in parts.iter().filter(|part| !known(part)) {
        let message = format!(
            "{part} is not a source of identity: write method.request.header.<name>, method.request.querystring.<name>, stageVariables.<name> or context.<name>, with commas between several"
        );
        problems.push(named(authorizer, "identitySource").problem(message));
    }
}

fn ttl(authorizer: &At<'_>, problems: &mut Vec<Problem>) {
    let ttl = authorizer.get("authorizerResultTtlInSeconds");
    let wrong = ttl.filter(|at| at.value.as_u64().is_none_or(|seconds| seconds > LONGEST_TTL));
    problems.extend(wrong.map(|at| at.problem("is not a number of seconds from 0 to 3600: write one")));
}

/// The place of a member, be it there or not.
fn named<'a>(parent: &At<'a>, name: &str) -> At<'a> {
    At { value: parent.value, place: crate::intent::document::member(&parent.place, name) }
}
