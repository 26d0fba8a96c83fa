//! What answers a method (Developer Guide, "Integrations for REST APIs").

use bytes::Bytes;
use http::Response;
use regex::Regex;
use serde_json::Value;

use super::gateway::{self, Refusal};
use super::invocation::Invocation;
use super::template::{self, Values};
use super::{Verdict, backend, lambda};
use crate::services::apigateway::integration::Integration;
use crate::services::apigateway::integration_response::IntegrationResponse;

/// Calls the method's integration.
pub(super) fn call(invocation: &Invocation<'_>) -> Verdict {
    let refuse =
        |refusal: &Refusal| Verdict::from(refusal.answer(Some(&invocation.deployment.snapshot), &invocation.values));
    let Some(integration) = &invocation.method.method_integration else {
        return refuse(&Refusal::configuration());
    };
    let answer = match integration.kind.as_str() {
        "MOCK" => mock(integration, &invocation.values),
        "AWS_PROXY" => lambda::proxy(invocation, integration),
        "AWS" => lambda::custom(invocation, integration),
        _ => match backend::Call::of(invocation, integration) {
            Ok(call) => return Verdict::Backend(Box::new(call)),
            Err(refusal) => Err(refusal),
        },
    };
    answer.map_or_else(|refusal| refuse(&refusal), Verdict::from)
}

/// The body for the backend: the template of the request's content type, else what `passthroughBehavior` says (Developer Guide,
/// "Method request behavior for payloads without mapping templates").
pub(super) fn request_body(integration: &Integration, values: &Values) -> Result<String, Refusal> {
    let sent = values
        .headers
        .iter()
        .find(|(name, _)| name == "content-type")
        .map_or("application/json", |(_, value)| value.as_str());
    let kind = sent.split(';').next().unwrap_or_default().trim();
    if let Some(template) = integration.request_templates.get(kind) {
        return template::render(template, values).map_err(|_| Refusal::configuration());
    }
    match integration.passthrough_behavior.as_deref() {
        Some("NEVER") => Err(Refusal::unsupported_media_type()),
        Some("WHEN_NO_TEMPLATES") if !integration.request_templates.is_empty() => {
            Err(Refusal::unsupported_media_type())
        }
        _ => Ok(values.body.clone()),
    }
}

/// A mock answers the status code that its request template says (Developer Guide, "Set up mock integrations").
fn mock(integration: &Integration, values: &Values) -> Result<Response<Bytes>, Refusal> {
    let body = request_body(integration, values)?;
    let status = serde_json::from_str::<Value>(&body).ok().and_then(|body| match &body["statusCode"] {
        Value::Number(status) => Some(status.to_string()),
        Value::String(status) => Some(status.clone()),
        _ => None,
    });
    let status = status.ok_or_else(Refusal::configuration)?;
    let values = Values { body: String::new(), ..values.clone() };
    mapped(integration, &status, Vec::new(), &values)
}

/// The method response that a backend's answer becomes: the integration response whose pattern fits `selector`, else the one without.
pub(super) fn mapped(
    integration: &Integration,
    selector: &str,
    headers: Vec<(String, String)>,
    values: &Values,
) -> Result<Response<Bytes>, Refusal> {
    let responses = integration.integration_responses.values();
    let pattern =
        |response: &IntegrationResponse| response.selection_pattern.clone().filter(|pattern| !pattern.is_empty());
    let fits = |response: &&IntegrationResponse| {
        pattern(response)
            .is_some_and(|pattern| Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|regex| regex.is_match(selector)))
    };
    let chosen =
        responses.clone().find(fits).or_else(|| responses.clone().find(|response| pattern(response).is_none()));
    let response = chosen.ok_or_else(Refusal::configuration)?;
    let values = Values { headers, ..values.clone() };
    let template =
        response.response_templates.get("application/json").or_else(|| response.response_templates.values().next());
    let body = match template.and_then(Option::as_deref) {
        Some(template) if !template.is_empty() => {
            template::render(template, &values).map_err(|_| Refusal::configuration())?
        }
        _ => values.body.clone(),
    };
    let fields = response.response_parameters.iter().filter_map(|(target, source)| {
        Some((target.strip_prefix("method.response.header.")?.to_owned(), template::parameter(source, &values)?))
    });
    let status = response.status_code.parse().map_err(|_| Refusal::configuration())?;
    Ok(gateway::answer(status, fields.collect(), Bytes::from(body), &values))
}
