//! The simulator as the SDK's HTTP client: no sockets, no waiting.

use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_ec2::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_ec2::error::ConnectorError;
use aws_sim::{Outcome, Simulator};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;

/// Region of all tests.
pub const REGION: &str = "eu-west-1";

/// Carries requests to a simulator in the same process.
#[derive(Debug, Clone)]
struct InProcess(Simulator);

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(answer(&self.0, request))
    }
}

impl HttpClient for InProcess {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

fn answer(simulator: &Simulator, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
    deliver(simulator, request).0
}

/// What the simulator answers, and after what virtual time.
pub fn deliver(simulator: &Simulator, request: HttpRequest) -> (Result<HttpResponse, ConnectorError>, Duration) {
    let user = |error: aws_smithy_runtime_api::http::HttpError| ConnectorError::user(Box::new(error));
    let request = match request.try_into_http1x() {
        Ok(request) => request.map(|body| body.bytes().unwrap_or_default().to_vec().into()),
        Err(error) => return (Err(user(error)), Duration::ZERO),
    };
    match simulator.call(request) {
        Outcome::Answer(response, delay) => (HttpResponse::try_from(response.map(SdkBody::from)).map_err(user), delay),
        Outcome::Reset(delay) => {
            (Err(ConnectorError::io(std::io::Error::from(std::io::ErrorKind::ConnectionReset).into())), delay)
        }
    }
}

/// Configuration of an SDK that calls the simulator; the access key says which account.
pub fn config(simulator: &Simulator, account: &str) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new(account, "secret", None, None, "test")))
        .http_client(InProcess(simulator.clone()))
        .build()
}

/// Uses the simulator's own side: orders faults, sets policies.
#[allow(dead_code, reason = "not every test binary needs it")]
pub fn control(simulator: &Simulator, method: &str, path: &str, body: &serde_json::Value) {
    let mut request = HttpRequest::new(SdkBody::from(body.to_string()));
    request.set_method(method).unwrap_or_else(|error| panic!("{error}"));
    request.set_uri(format!("http://localhost/_sim/{path}")).unwrap_or_else(|error| panic!("{error}"));
    let response = answer(simulator, request).unwrap_or_else(|error| panic!("{error}"));
    assert!(
        response.status().is_success(),
        "{method} {path}: {:?}",
        response.body().bytes().map(String::from_utf8_lossy)
    );
}

/// Calls AWS as somebody else in the account, on the wire; gives the body of the answer.
#[allow(dead_code, reason = "not every test binary needs it")]
pub fn others(
    simulator: &Simulator,
    account: &str,
    service: &str,
    (method, path): (&str, &str),
    (content_type, body): (&str, String),
) -> String {
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_method(method).unwrap_or_else(|error| panic!("{error}"));
    request.set_uri(format!("http://localhost{path}")).unwrap_or_else(|error| panic!("{error}"));
    let credential = format!("{account}/20260101/{REGION}/{service}/aws4_request");
    let signature = format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0");
    request.headers_mut().insert("authorization", signature);
    request.headers_mut().insert("content-type", content_type.to_owned());
    let response = answer(simulator, request).unwrap_or_else(|error| panic!("{error}"));
    let text = String::from_utf8_lossy(response.body().bytes().unwrap_or_default()).into_owned();
    assert!(response.status().is_success(), "{method} {path}: {text}");
    text
}
