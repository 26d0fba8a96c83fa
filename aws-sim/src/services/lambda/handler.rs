//! The handlers that functions can have. A function runs the one that its `Handler` names after the last dot; others answer as `hello`.

use serde_json::{Value, json};

use super::reference::{Reference, find_for};
use crate::context::Context;
use crate::error::Answer;
use crate::protocol::input::Input;
use crate::protocol::{Body, Reply};

/// What a handler returns, or the error it throws.
pub type Outcome = Result<Value, String>;

/// A handler: from the event to its outcome.
pub type Handler = fn(&Value) -> Outcome;

/// The handlers by name.
pub const HANDLERS: [(&str, Handler); 5] =
    [("hello", hello), ("echo", echo), ("fail", fail), ("malformed", malformed), ("authorize", authorize)];

/// Runs a handler.
pub fn run(name: &str, event: &Value) -> Outcome {
    let known = HANDLERS.iter().find(|(known, _)| *known == name).map(|(_, handler)| handler);
    known.unwrap_or(&(hello as Handler))(event)
}

#[expect(clippy::unnecessary_wraps, reason = "the handlers share one type")]
fn hello(_: &Value) -> Outcome {
    Ok(json!({"statusCode": 200, "headers": {"Content-Type": "text/plain"}, "body": "Hello from Lambda!"}))
}

/// Answers the event it was given.
#[expect(clippy::unnecessary_wraps, reason = "the handlers share one type")]
fn echo(event: &Value) -> Outcome {
    Ok(json!({"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": event.to_string()}))
}

fn fail(_: &Value) -> Outcome {
    Err("the handler failed".to_owned())
}

/// Answers something that is no proxy response.
#[expect(clippy::unnecessary_wraps, reason = "the handlers share one type")]
fn malformed(_: &Value) -> Outcome {
    Ok(json!({"message": "not a proxy response"}))
}

/// A Lambda authorizer that does as its token says: `allow`, `deny`, `silent` (a policy that speaks of another API), `unauthorized`, else it
/// fails. A `REQUEST` authorizer finds the token in the header field `authorization`.
fn authorize(event: &Value) -> Outcome {
    let token = event["authorizationToken"].as_str().or_else(|| event["headers"]["authorization"].as_str());
    let own = event["methodArn"].as_str().unwrap_or_default();
    let (effect, resource) = match token.unwrap_or_default() {
        "allow" => ("Allow", own),
        "deny" => ("Deny", own),
        "silent" => ("Allow", "arn:aws:execute-api:*:*:another/*"),
        "unauthorized" => return Err("Unauthorized".to_owned()),
        _ => return Err("Error: Invalid token".to_owned()),
    };
    Ok(json!({
        "principalId": "user",
        "policyDocument": {"Version": "2012-10-17", "Statement": [
            {"Effect": effect, "Action": "execute-api:Invoke", "Resource": resource},
        ]},
        "context": {"token": token},
    }))
}

/// `Invoke` for callers with credentials.
pub(super) fn invoke(ctx: &mut Context<'_>, input: &Input) -> Answer<Reply> {
    let text = |name: &str| input.tree.get(name).and_then(Value::as_str).unwrap_or_default();
    let header = |name: &str| input.headers.get(name).and_then(|value| value.to_str().ok());
    let qualifier = input.tree.get("Qualifier").and_then(Value::as_str);
    let reference = Reference::of(text("FunctionName"), qualifier)?;
    let function = find_for(ctx, &reference, "lambda:InvokeFunction")?.clone();
    if let Some(qualifier) = &reference.qualifier {
        function.must_have(ctx.here, qualifier)?;
    }
    let handler = function.handler_of(reference.qualifier.as_deref()).unwrap_or_default().to_owned();
    let version = function.configuration_of(ctx.here, reference.qualifier.as_deref())?["Version"].clone();
    let event: Value =
        if input.body.is_empty() { json!({}) } else { serde_json::from_slice(&input.body).unwrap_or_default() };
    let (status, outcome) = match header("x-amz-invocation-type") {
        Some("DryRun") => (204, None),
        Some("Event") => (202, None),
        _ => (200, Some(run(&handler, &event))),
    };
    let mut headers = vec![("x-amz-executed-version".into(), version.as_str().unwrap_or_default().to_owned())];
    let payload = match outcome {
        None => String::new(),
        Some(Ok(value)) => value.to_string(),
        Some(Err(message)) => {
            headers.push(("x-amz-function-error".into(), "Unhandled".to_owned()));
            json!({"errorMessage": message, "errorType": "Error"}).to_string()
        }
    };
    Ok(Reply { status, headers, body: Body::Raw("application/json".into(), payload.into_bytes()) })
}
