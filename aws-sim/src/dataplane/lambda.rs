//! Lambda integrations (Developer Guide, "Lambda proxy integrations in API Gateway", "Set up Lambda custom integrations").

use bytes::Bytes;
use http::Response;
use serde_json::Value;

use super::gateway::{self, Refusal};
use super::integration::{mapped, request_body};
use super::invocation::Invocation;
use super::proxy_event;
use super::template::Values;
use crate::services::apigateway::integration::Integration;
use crate::services::apigateway::rest_api::execute_api_arn;
use crate::services::lambda::function::{Function, name_of};
use crate::services::lambda::handler;

/// The function with a proxy integration's event.
pub(super) fn proxy(invocation: &Invocation<'_>, integration: &Integration) -> Result<Response<Bytes>, Refusal> {
    let function = function(invocation, integration)?;
    let outcome = handler::run(&function.handler, &proxy_event::build(invocation));
    let answer = outcome.map_err(|_| Refusal::bad_lambda())?;
    proxy_answer(&answer, &invocation.values).ok_or_else(Refusal::bad_lambda)
}

/// The function with what the request template makes of the request.
pub(super) fn custom(invocation: &Invocation<'_>, integration: &Integration) -> Result<Response<Bytes>, Refusal> {
    let body = request_body(integration, &invocation.values)?;
    let function = function(invocation, integration)?;
    let event = serde_json::from_str(&body).unwrap_or_default();
    // A function's error is chosen by its message, a success by nothing.
    let (selector, body) = match handler::run(&function.handler, &event) {
        Ok(value) => (String::new(), value.to_string()),
        Err(message) => {
            (message.clone(), serde_json::json!({"errorMessage": message, "errorType": "Error"}).to_string())
        }
    };
    mapped(integration, &selector, Vec::new(), &Values { body, ..invocation.values.clone() })
}

/// The integration's function. Lambda is invoked by `POST`: with another method it answers 403, and the call ends with 500
/// (localstack/localstack, `test_lambda_aws_proxy_integration_non_post_method`, checked against AWS; serverless/serverless#1312).
fn function<'a>(invocation: &Invocation<'a>, integration: &Integration) -> Result<&'a Function, Refusal> {
    let method = integration.http_method.as_deref();
    // Inferred (lambda-method-any): with `ANY` it is the caller's method, as for HTTP backends.
    let method = if method == Some("ANY") { Some(invocation.request.method.as_str()) } else { method };
    if method != Some("POST") {
        return Err(Refusal::configuration());
    }
    let uri = integration.uri.as_deref().unwrap_or_default();
    find(invocation, uri, integration.credentials.as_deref(), &source_arn(invocation))
}

/// The function that a URI names, if API Gateway may invoke it: by its policy, or with a role.
pub(super) fn find<'a>(
    invocation: &Invocation<'a>,
    uri: &str,
    role: Option<&str>,
    source_arn: &str,
) -> Result<&'a Function, Refusal> {
    let uri = invocation.values.with_stage_variables(uri);
    let arn = uri
        .split_once("/functions/")
        .and_then(|(_, rest)| rest.strip_suffix("/invocations"))
        .ok_or_else(Refusal::configuration)?;
    let fields: Vec<&str> = arn.split(':').collect();
    let ["arn", _, "lambda", region, account, ..] = fields[..] else {
        return Err(Refusal::configuration());
    };
    let mut accounts = invocation.scene.accounts().filter(|owner| owner.name == region && owner.account == account);
    let owner = accounts.next().ok_or_else(Refusal::configuration)?;
    let function = owner.lambda.functions.get(name_of(arn)).ok_or_else(Refusal::configuration)?;
    let api = invocation.owner;
    let allowed =
        role.is_some() || function.may_be_invoked_by(owner, "apigateway.amazonaws.com", source_arn, &api.account);
    if allowed { Ok(function) } else { Err(Refusal::configuration()) }
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
