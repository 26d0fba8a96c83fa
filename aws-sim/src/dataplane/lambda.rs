//! Lambda integrations (Developer Guide, "Lambda proxy integrations in API Gateway", "Set up Lambda custom integrations").

use bytes::Bytes;
use http::Response;
use serde_json::Value;

use super::gateway::{self, Refusal};
use super::integration::{mapped, request_body};
use super::invocation::Invocation;
use super::proxy_event;
use super::template::Values;
use crate::iam::Principal;
use crate::services::apigateway::integration::Integration;
use crate::services::apigateway::rest_api::execute_api_arn;
use crate::services::lambda::handler;
use crate::services::lambda::reference::Reference;

/// The function with a proxy integration's event.
pub(super) fn proxy(invocation: &Invocation<'_>, integration: &Integration) -> Result<Response<Bytes>, Refusal> {
    let handler = handler_of(invocation, integration)?;
    let outcome = handler::run(handler, &proxy_event::build(invocation));
    let answer = outcome.map_err(|_| Refusal::bad_lambda())?;
    proxy_answer(&answer, &invocation.values).ok_or_else(Refusal::bad_lambda)
}

/// The function with what the request template makes of the request.
pub(super) fn custom(invocation: &Invocation<'_>, integration: &Integration) -> Result<Response<Bytes>, Refusal> {
    let body = request_body(integration, &invocation.values)?;
    let handler = handler_of(invocation, integration)?;
    let event = serde_json::from_str(&body).unwrap_or_default();
    // A function's error is chosen by its message, a success by nothing.
    let (selector, body) = match handler::run(handler, &event) {
        Ok(value) => (String::new(), value.to_string()),
        Err(message) => {
            (message.clone(), serde_json::json!({"errorMessage": message, "errorType": "Error"}).to_string())
        }
    };
    mapped(integration, &selector, Vec::new(), &Values { body, ..invocation.values.clone() })
}

/// The handler of the integration's function. Lambda is invoked by `POST`: with another method it answers 403, and the call ends with 500
/// (localstack/localstack, `test_lambda_aws_proxy_integration_non_post_method`, checked against AWS; serverless/serverless#1312).
fn handler_of<'a>(invocation: &Invocation<'a>, integration: &Integration) -> Result<&'a str, Refusal> {
    let method = integration.http_method.as_deref();
    // Inferred (lambda-method-any): with `ANY` it is the caller's method, as for HTTP backends.
    let method = if method == Some("ANY") { Some(invocation.request.method.as_str()) } else { method };
    if method != Some("POST") {
        return Err(Refusal::configuration());
    }
    let uri = integration.uri.as_deref().unwrap_or_default();
    find(invocation, uri, integration.credentials.as_deref(), &source_arn(invocation))
}

/// The handler of the function, version or alias that a URI names, if API Gateway may invoke it: by the policy of that qualifier, or as a role, which
/// in another account that policy has to let in, too (IAM User Guide, "Cross-account policy evaluation logic").
pub(super) fn find<'a>(
    invocation: &Invocation<'a>,
    uri: &str,
    role: Option<&str>,
    source_arn: &str,
) -> Result<&'a str, Refusal> {
    let uri = invocation.values.with_stage_variables(uri);
    let (start, rest) = uri.split_once("/functions/").ok_or_else(Refusal::configuration)?;
    let arn = rest.strip_suffix("/invocations").ok_or_else(Refusal::configuration)?;
    let reference = Reference::parse(arn);
    let (Some(region), Some(account)) = (&reference.region, &reference.account) else {
        return Err(Refusal::configuration());
    };
    // "Functions from 'us-west-2' are not reachable in this region ('us-east-1')" (aws/aws-cdk#17458): the URI's own region is whose Lambda is called.
    if start.split(':').nth(3) != Some(region) {
        return Err(Refusal::configuration());
    }
    let owner = invocation.scene.region(account, region).ok_or_else(Refusal::configuration)?;
    let function = owner.lambda.functions.get(&reference.name).ok_or_else(Refusal::configuration)?;
    let qualifier = reference.qualifier.as_deref();
    let handler = function.handler_of(qualifier).ok_or_else(Refusal::configuration)?;
    let api = invocation.owner;
    let allowed = if let Some(role) = role {
        let role = invocation.values.with_stage_variables(role).into_owned();
        *account == api.account || function.may_be_invoked_by(owner, qualifier, &Principal::Aws(role), None)
    } else {
        let service = Principal::Service("apigateway.amazonaws.com".to_owned());
        function.may_be_invoked_by(owner, qualifier, &service, Some((source_arn, &api.account)))
    };
    if allowed { Ok(handler) } else { Err(Refusal::configuration()) }
}

/// What API Gateway says it calls for: the method as it is set up, variables of its path as `*`.
fn source_arn(invocation: &Invocation<'_>) -> String {
    let api = execute_api_arn(invocation.owner, &invocation.api.id);
    let method = if invocation.method.http_method == "ANY" { "*" } else { &invocation.method.http_method };
    let parts = invocation.resource.path.split('/').map(|part| if part.starts_with('{') { "*" } else { part });
    format!("{api}/{}/{method}{}", invocation.stage.name, parts.collect::<Vec<_>>().join("/"))
}

/// `statusCode`, `headers`, `multiValueHeaders` and `body`; `None` if it is something else.
fn proxy_answer(answer: &Value, values: &Values) -> Option<Response<Bytes>> {
    let members = answer.as_object()?;
    let known = ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded", "cookies"];
    if !members.keys().all(|name| known.contains(&name.as_str())) {
        return None;
    }
    let status = match members.get("statusCode")? {
        Value::Number(status) => u16::try_from(status.as_u64()?).ok()?,
        Value::String(status) => status.parse().ok()?,
        _ => return None,
    };
    let mut headers = Vec::new();
    for (name, value) in members.get("headers").and_then(Value::as_object).into_iter().flatten() {
        headers.push((name.clone(), text(value)?));
    }
    for (name, all) in members.get("multiValueHeaders").and_then(Value::as_object).into_iter().flatten() {
        for value in all.as_array()? {
            headers.push((name.clone(), text(value)?));
        }
    }
    let body = match members.get("body") {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(body)) => body.clone(),
        Some(_) => return None,
    };
    Some(gateway::answer(status, headers, Bytes::from(body), values))
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}
