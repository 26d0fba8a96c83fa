//! A small client that speaks the wire protocols, so that nothing of the simulator is trusted but what it says on the wire.

use aws_sim::{Config, Simulator};
use bytes::Bytes;

/// The default world's VPC and its private subnets.
pub(crate) const VPC: &str = "vpc-0a1b2c3d4e5f60001";
pub(crate) const SUBNET_A: &str = "subnet-0a1b2c3d4e5f60021";
pub(crate) const SUBNET_B: &str = "subnet-0a1b2c3d4e5f60022";

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) headers: http::HeaderMap,
}

impl Answer {
    /// Text of the first element of this name.
    pub(crate) fn get(&self, element: &str) -> &str {
        self.all(element).first().copied().unwrap_or_default()
    }

    /// Texts of all elements of this name.
    pub(crate) fn all(&self, element: &str) -> Vec<&str> {
        let (open, close) = (format!("<{element}>"), format!("</{element}>"));
        let after = self.body.split(open.as_str()).skip(1);
        after.filter_map(|rest| rest.split(close.as_str()).next()).collect()
    }

    /// The answer, which must be a success.
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.status, 200, "{}", self.body);
        self
    }

    /// The code of the answer, which must be an error.
    pub(crate) fn code(&self) -> &str {
        assert_ne!(self.status, 200, "{}", self.body);
        self.get("Code")
    }
}

/// A caller of a simulator.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) simulator: Simulator,
    key: String,
    session_token: Option<String>,
}

impl Client {
    /// A caller of a new simulator in which time stands still.
    pub(crate) fn new() -> Self {
        Self::of(Simulator::new(Config::default()))
    }

    pub(crate) fn of(simulator: Simulator) -> Self {
        Self { simulator, key: "test".to_owned(), session_token: None }
    }

    /// Another caller of the same simulator.
    pub(crate) fn with_key(&self, key: &str) -> Self {
        Self { simulator: self.simulator.clone(), key: key.to_owned(), session_token: None }
    }

    /// Whoever has these temporary credentials.
    pub(crate) fn with_session(&self, key: &str, token: &str) -> Self {
        Self { session_token: Some(token.to_owned()), ..self.with_key(key) }
    }

    /// Sends a request of a service.
    pub(crate) fn send(&self, service: &str, request: http::request::Builder, body: impl Into<Bytes>) -> Answer {
        let scope =
            format!("AWS4-HMAC-SHA256 Credential={}/20261123/us-east-1/{service}/aws4_request, Signature=0", self.key);
        let mut request = request.header("authorization", scope);
        if let Some(token) = &self.session_token {
            request = request.header("x-amz-security-token", token);
        }
        let request = request.body(body.into()).unwrap_or_default();
        let response = self.simulator.handle(request);
        let (parts, body) = response.into_parts();
        let body = String::from_utf8_lossy(&body).into_owned();
        Answer { status: parts.status.as_u16(), body, headers: parts.headers }
    }

    /// Calls an operation of a Query service; `parameters` as in a URL.
    pub(crate) fn call(&self, service: &str, operation: &str, parameters: &str) -> Answer {
        let request =
            http::Request::post("/").header("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        self.send(service, request, format!("Action={operation}&Version=2015-12-01&{parameters}"))
    }

    /// Calls an operation of Certificate Manager, which must succeed.
    pub(crate) fn acm(&self, operation: &str, input: &serde_json::Value) -> serde_json::Value {
        let request = http::Request::post("/").header("x-amz-target", format!("CertificateManager.{operation}"));
        serde_json::from_str(&self.send("acm", request, input.to_string()).ok().body).unwrap_or_default()
    }

    /// Calls an operation of Route 53.
    pub(crate) fn route53(&self, method: &str, path: &str, body: &str) -> Answer {
        let request = http::Request::builder().method(method).uri(format!("/2013-04-01/{path}"));
        self.send("route53", request, body.to_owned())
    }

    /// Puts an object into a bucket, which is made if it is not there.
    pub(crate) fn put_object(&self, bucket: &str, key: &str, body: &str) {
        self.send("s3", http::Request::put(format!("/{bucket}")), "");
        self.send("s3", http::Request::put(format!("/{bucket}/{key}")), body.to_owned()).ok();
    }

    pub(crate) fn ec2(&self, operation: &str, parameters: &str) -> Answer {
        self.call("ec2", operation, parameters)
    }

    pub(crate) fn elb(&self, operation: &str, parameters: &str) -> Answer {
        self.call("elasticloadbalancing", operation, parameters)
    }

    /// Lets virtual time pass.
    pub(crate) fn wait(&self, seconds: u64) {
        self.simulator.clock().advance(std::time::Duration::from_secs(seconds));
    }

    /// An interface endpoint for `execute-api` in both private subnets.
    pub(crate) fn endpoint(&self, more: &str) -> Answer {
        let parameters = format!(
            "VpcEndpointType=Interface&VpcId={VPC}&ServiceName=com.amazonaws.us-east-1.execute-api&SubnetId.1={SUBNET_A}&SubnetId.2={SUBNET_B}{more}"
        );
        self.ec2("CreateVpcEndpoint", &parameters)
    }
}

/// ID of the hosted zone in an answer.
pub(crate) fn zone_id(answer: &Answer) -> String {
    let mut ids = answer.all("Id").into_iter();
    ids.find_map(|id| id.strip_prefix("/hostedzone/")).unwrap_or_default().to_owned()
}
