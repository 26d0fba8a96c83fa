//! `x-amazon-apigateway-integration` becomes an integration.

use serde_json::Value;

use super::super::common::{Strings, bad_request};
use super::super::integration::{Integration, Place};
use super::super::integration_response::IntegrationResponse;
use super::super::method::Method;
use super::super::method_response::MethodResponse;
use super::method::At;
use crate::error::Answer;

/// The integration. Method responses that it answers with and nobody declared are declared.
pub(super) fn build(extension: &Value, at: &At<'_>, method: &mut Method) -> Answer<Integration> {
    let members = extension.as_object().ok_or_else(|| bad_request("Invalid integration"))?;
    let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut integration = Integration {
        kind: text("type").unwrap_or_default().to_ascii_uppercase(),
        http_method: text("httpMethod").map(|method| method.to_ascii_uppercase()),
        uri: text("uri"),
        connection_type: text("connectionType"),
        connection_id: text("connectionId"),
        credentials: text("credentials"),
        request_parameters: strings(members.get("requestParameters")),
        request_templates: strings(members.get("requestTemplates")),
        passthrough_behavior: text("passthroughBehavior").map(|behavior| behavior.to_ascii_uppercase()),
        content_handling: text("contentHandling"),
        timeout_in_millis: members.get("timeoutInMillis").and_then(Value::as_i64).unwrap_or_default(),
        cache_namespace: text("cacheNamespace"),
        cache_key_parameters: list(members.get("cacheKeyParameters")),
        tls_config: members.get("tlsConfig").and_then(|tls| serde_json::from_value(tls.clone()).ok()),
        response_transfer_mode: text("responseTransferMode"),
        integration_target: text("integrationTarget"),
        ..Integration::default()
    };
    for (pattern, response) in members.get("responses").and_then(Value::as_object).into_iter().flatten() {
        let built = response_of(pattern, response);
        method
            .method_responses
            .entry(built.status_code.clone())
            .or_insert_with(|| MethodResponse { status_code: built.status_code.clone(), ..MethodResponse::default() });
        integration.integration_responses.insert(built.status_code.clone(), built);
    }
    integration.checked(&Place { account: at.account, resource: at.resource, method })
}

fn list(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The key is the selection pattern; `default` is the response without one.
fn response_of(pattern: &str, response: &Value) -> IntegrationResponse {
    let status = match response.get("statusCode") {
        Some(Value::String(status)) => status.clone(),
        Some(Value::Number(status)) => status.to_string(),
        _ => "200".to_owned(),
    };
    let templates = strings(response.get("responseTemplates"));
    IntegrationResponse {
        status_code: status,
        selection_pattern: (pattern != "default").then(|| pattern.to_owned()),
        response_parameters: strings(response.get("responseParameters")),
        response_templates: templates.into_iter().map(|(kind, template)| (kind, Some(template))).collect(),
        content_handling: response.get("contentHandling").and_then(Value::as_str).map(str::to_owned),
    }
}

fn strings(value: Option<&Value>) -> Strings {
    let members = value.and_then(Value::as_object).into_iter().flatten();
    members.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}
