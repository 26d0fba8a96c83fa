//! Lambda authorizers (API Gateway Developer Guide, "Use API Gateway Lambda authorizers", "Input to an API Gateway Lambda authorizer",
//! "Output from an API Gateway Lambda authorizer"). Their answers are not cached.

use regex::Regex;
use serde_json::{Value, json};

use super::gateway::Refusal;
use super::invocation::Invocation;
use super::{lambda, proxy_event};
use crate::iam::{Decision, Kind, Principal};
use crate::services::apigateway::authorizer::Authorizer;
use crate::services::apigateway::rest_api::execute_api_arn;
use crate::services::lambda::handler;

/// What the method's authorizer says to the request. Who it says the caller is goes into `$context.authorizer`.
pub(super) fn decide(invocation: &mut Invocation<'_>) -> Result<Decision, Refusal> {
    let authorizers = &invocation.deployment.snapshot.authorizers;
    let id = invocation.method.authorizer_id.as_deref().unwrap_or_default();
    let authorizer = authorizers.get(id).ok_or_else(Refusal::authorizer_configuration)?;
    let identities = identities(invocation, authorizer)?;
    let event = event(invocation, authorizer, &identities);
    let answer = call(invocation, authorizer, &event)?;
    let policy = answer["policyDocument"].to_string();
    if crate::iam::Policy::parse(&policy, Kind::Identity).is_err() || !answer["principalId"].is_string() {
        return Err(Refusal::authorizer_configuration());
    }
    remember(invocation, &answer);
    Ok(invocation.decision(&policy, Kind::Identity, &Principal::Anonymous))
}

/// The values of the identity sources. Without one of them, or with one that the validation expression does not fit, the function is not
/// called.
fn identities(invocation: &Invocation<'_>, authorizer: &Authorizer) -> Result<Vec<String>, Refusal> {
    let sources = authorizer.identity_source.as_deref().unwrap_or_default();
    let sources = sources.split(',').map(str::trim).filter(|source| !source.is_empty());
    let found: Option<Vec<String>> = sources.map(|source| value_of(invocation, source)).collect();
    let found = found.ok_or_else(Refusal::unauthorized)?;
    let expression = authorizer.identity_validation_expression.as_deref().filter(|text| !text.is_empty());
    let fits = |text: &str| {
        let whole = |expression| Regex::new(&format!("^(?:{expression})$"));
        // Expressions that only AWS's engine understands let every token pass.
        expression.is_none_or(|expression| whole(expression).map_or(true, |expression| expression.is_match(text)))
    };
    if authorizer.kind == "TOKEN" && !found.iter().all(|token| fits(token)) {
        return Err(Refusal::unauthorized());
    }
    Ok(found)
}

/// A value that an identity source names; an empty one is none.
fn value_of(invocation: &Invocation<'_>, source: &str) -> Option<String> {
    let of = |prefix: &str| source.strip_prefix(prefix);
    let value = if let Some(name) = of("method.request.header.") {
        invocation.request.header(name).map(str::to_owned)
    } else if let Some(name) = of("method.request.querystring.") {
        invocation.request.pairs().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    } else if let Some(name) = of("stageVariables.") {
        invocation.values.stage.get(name).cloned()
    } else {
        of("context.").and_then(|name| invocation.values.context.get(name).cloned())
    };
    value.filter(|value| !value.is_empty())
}

fn event(invocation: &Invocation<'_>, authorizer: &Authorizer, identities: &[String]) -> Value {
    if authorizer.kind == "TOKEN" {
        let token = identities.first().cloned().unwrap_or_default();
        return json!({"type": "TOKEN", "authorizationToken": token, "methodArn": invocation.arn()});
    }
    let mut event = proxy_event::build(invocation);
    if let Value::Object(members) = &mut event {
        members.remove("body");
        members.remove("isBase64Encoded");
        members.insert("type".to_owned(), json!("REQUEST"));
        members.insert("methodArn".to_owned(), json!(invocation.arn()));
    }
    event
}

/// The function's answer. `Unauthorized` as its error is an answer too; any other error is the authorizer's own.
fn call(invocation: &Invocation<'_>, authorizer: &Authorizer, event: &Value) -> Result<Value, Refusal> {
    let api = execute_api_arn(invocation.owner, &invocation.api.id);
    let source = format!("{api}/authorizers/{}", authorizer.id);
    let (uri, role) = (authorizer.authorizer_uri.as_deref(), authorizer.authorizer_credentials.as_deref());
    let handler = lambda::find(invocation, uri.unwrap_or_default(), role, &source)
        .map_err(|_| Refusal::authorizer_configuration())?;
    handler::run(handler, event).map_err(|error| match error.as_str() {
        "Unauthorized" => Refusal::unauthorized(),
        _ => Refusal::authorizer_failure(),
    })
}

fn remember(invocation: &mut Invocation<'_>, answer: &Value) {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let members = answer["context"].as_object().into_iter().flatten();
    let all = members.map(|(name, value)| (name.as_str(), value)).chain([("principalId", &answer["principalId"])]);
    for (name, value) in all {
        invocation.values.context.insert(format!("authorizer.{name}"), text(value));
    }
}
