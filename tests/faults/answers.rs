//! Answers of the API server as they go on the wire.

use http::Response;
use kube::client::Body;
use serde_json::{Value, json};

/// A refusal: status code, reason, message.
pub type Refused = (u16, &'static str, String);

pub fn not_found(what: &str) -> Refused {
    (404, "NotFound", format!("{what} not found"))
}

pub fn refusal((code, reason, message): &Refused) -> Response<Body> {
    let status = json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": message, "reason": reason, "code": code,
    });
    respond(*code, &status)
}

pub fn respond(code: u16, body: &Value) -> Response<Body> {
    let body = Body::from(body.to_string().into_bytes());
    Response::builder().status(code).header("content-type", "application/json").body(body).expect("a response")
}
