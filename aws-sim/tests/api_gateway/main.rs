//! API Gateway's and Lambda's control planes on the wire: what they answer and what they refuse.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests may end in a panic: that is how they fail; helpers outside test functions are theirs too"
)]

mod api_status;
mod definition;
mod deployment;
mod function;
mod logs;
mod refusals;
mod rest_api;
mod usage_plan;

use aws_sim::{Config, Simulator};
use bytes::Bytes;
use http::Request;
use serde_json::Value;

const ACCOUNT: &str = "111122223333";

/// A simulator with shorthands for its REST-JSON services.
struct Aws(Simulator);

impl Aws {
    fn new() -> Self {
        Self(Simulator::new(Config { untold_rest_api_updates: false, ..Config::default() }))
    }

    fn call(&self, service: &str, method: &str, path: &str, body: impl Into<Bytes>) -> (u16, Value) {
        let scope = format!(
            "AWS4-HMAC-SHA256 Credential={ACCOUNT}/20261123/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
        );
        let request =
            Request::builder().method(method).uri(format!("http://localhost{path}")).header("authorization", scope);
        let response = self.0.handle(request.body(body.into()).unwrap());
        let mut answer: Value = serde_json::from_slice(response.body()).unwrap_or_default();
        if let Some(error) = response.headers().get("x-amzn-errortype") {
            answer["code"] = error.to_str().unwrap_or_default().into();
        }
        (response.status().as_u16(), answer)
    }

    fn ok(&self, service: &str, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (status, answer) = self.call(service, method, path, body);
        assert!(status < 300, "{method} {path}: {status} {answer}");
        answer
    }

    fn api(&self, method: &str, path: &str, body: &Value) -> Value {
        self.ok("apigateway", method, path, body)
    }

    /// Error code and message.
    fn refused(&self, service: &str, method: &str, path: &str, body: &Value) -> (String, String) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (status, answer) = self.call(service, method, path, body);
        assert!(status >= 400, "{method} {path} was accepted: {answer}");
        let text = |name: &str| answer[name].as_str().unwrap_or_else(|| panic!("no {name} in {answer}")).to_owned();
        let code = text("code");
        // As Lambda's service model spells the member.
        let of_lambda = ["AccessDeniedException", "ResourceNotFoundException"].contains(&code.as_str());
        let message = text(if service == "lambda" && of_lambda { "Message" } else { "message" });
        (code, message)
    }

    fn new_api(&self, settings: &Value) -> (String, String) {
        let api = self.api("POST", "/restapis", settings);
        let text = |name: &str| api[name].as_str().unwrap_or_default().to_owned();
        (text("id"), text("rootResourceId"))
    }
}

fn patch(operations: &[(&str, &str, &str)]) -> Value {
    let operations: Vec<Value> = operations
        .iter()
        .map(|(op, path, value)| serde_json::json!({"op": op, "path": path, "value": value}))
        .collect();
    serde_json::json!({ "patchOperations": operations })
}
