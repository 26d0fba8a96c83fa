//! Calls on the wire protocols, as an SDK sends them.

use aws_sim::Simulator;
use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use serde_json::Value;

/// A call, ready to be sent any number of times.
#[derive(Clone)]
pub struct Call {
    account: String,
    method: &'static str,
    path: String,
    service: &'static str,
    content_type: &'static str,
    body: Bytes,
}

impl Call {
    /// A call of EC2 or Elastic Load Balancing.
    pub fn query(account: &str, service: &'static str, action: &str, parameters: &[(&str, &str)]) -> Self {
        let version = if service == "ec2" { "2016-11-15" } else { "2015-12-01" };
        let pairs = [("Action", action), ("Version", version)].into_iter().chain(parameters.iter().copied());
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        Self {
            account: account.to_owned(),
            method: "POST",
            path: "/".to_owned(),
            service,
            content_type: "application/x-www-form-urlencoded",
            body: body.into(),
        }
    }

    /// A call of API Gateway.
    pub fn api(account: &str, method: &'static str, path: String, body: &Value) -> Self {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (service, content_type) = ("apigateway", "application/json");
        Self { account: account.to_owned(), method, path, service, content_type, body: body.into() }
    }

    /// The account it calls.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The request, for a server at `authority`.
    pub fn request(&self, authority: &str) -> Request<Bytes> {
        let scope = format!(
            "AWS4-HMAC-SHA256 Credential={}/20261123/us-east-1/{}/aws4_request, SignedHeaders=host;x-amz-date, Signature=0",
            self.account, self.service
        );
        Request::builder()
            .method(self.method)
            .uri(format!("http://{authority}{}", self.path))
            .header("authorization", scope)
            .header("content-type", self.content_type)
            .header("user-agent", HeaderValue::from_static("aws-sdk-rust/1.3 os/linux lang/rust/1.94.1"))
            .body(self.body.clone())
            .unwrap()
    }
}

/// Who calls a simulator in the same process.
pub struct Caller<'a> {
    simulator: &'a Simulator,
    account: &'a str,
}

impl<'a> Caller<'a> {
    pub fn new(simulator: &'a Simulator, account: &'a str) -> Self {
        Self { simulator, account }
    }

    /// Sends a call, which must succeed.
    pub fn send(&self, call: &Call) -> Response<Bytes> {
        let response = self.simulator.handle(call.request("localhost"));
        assert!(response.status().is_success(), "{}", String::from_utf8_lossy(response.body()));
        response
    }

    /// The text of an answer of EC2 or Elastic Load Balancing.
    pub fn query(&self, service: &'static str, action: &str, parameters: &[(&str, &str)]) -> String {
        let response = self.send(&Call::query(self.account, service, action, parameters));
        String::from_utf8_lossy(response.body()).into_owned()
    }

    /// The answer of API Gateway.
    pub fn api(&self, method: &'static str, path: String, body: &Value) -> Value {
        serde_json::from_slice(self.send(&Call::api(self.account, method, path, body)).body()).unwrap_or_default()
    }
}

/// Texts of all elements of a name.
pub fn all(xml: &str, name: &str) -> Vec<String> {
    let open = format!("<{name}>");
    xml.split(open.as_str()).skip(1).filter_map(|rest| rest.split('<').next()).map(str::to_owned).collect()
}

/// Text of the first element of a name.
pub fn one(xml: &str, name: &str) -> String {
    all(xml, name).into_iter().next().unwrap_or_else(|| panic!("no {name} in {xml}"))
}
