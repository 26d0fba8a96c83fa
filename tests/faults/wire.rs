//! The SDK's way to the simulator: in virtual time, and only as long as the process lives.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use aws_config::SdkConfig;
use aws_sdk_ec2::config::SharedAsyncSleep;
use aws_sdk_ec2::error::ConnectorError;
use aws_sim::Simulator;
use aws_sim::gates::fault::Fault;
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use serde_json::Value;

use crate::cloud::{ACCOUNT, Cloud};
use crate::common;
use crate::fuse::{Fate, Fuse};
use crate::guard::Guard;
use crate::refuse::Refuse;
use crate::time::Time;

/// The code of a refusal that no other call helps against.
const REFUSED: &str = "InvalidParameterValue";

#[derive(Clone, Debug)]
struct Wire {
    simulator: Simulator,
    time: Time,
    fuse: Fuse,
    guard: Guard,
    refuse: Refuse,
    /// APIs to which a change is under way: API Gateway refuses another one meanwhile ("Unable to complete operation due to concurrent
    /// modification", hashicorp/terraform-provider-aws#776).
    changing: Arc<Mutex<BTreeSet<String>>>,
}

/// Configuration of an SDK that calls the account, as a process of this life line has it.
pub fn config(cloud: &Cloud, fuse: &Fuse) -> SdkConfig {
    let Cloud { simulator, time, guard, refuse, region, .. } = cloud;
    let (simulator, time, fuse, guard) = (simulator.clone(), time.clone(), fuse.clone(), guard.clone());
    let (changing, refuse) = (Arc::default(), refuse.clone());
    let wire = Wire { simulator: simulator.clone(), time: time.clone(), fuse, guard, refuse, changing };
    let mut config = common::config(&simulator, ACCOUNT).to_builder();
    config.set_region(Some(aws_config::Region::new(region.clone())));
    config.set_time_source(Some(SharedTimeSource::new(time.clone())));
    config.set_sleep_impl(Some(SharedAsyncSleep::new(time)));
    config.http_client(wire).build()
}

impl Wire {
    fn watch(&self, request: &HttpRequest) {
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default());
        self.guard.watch(&action(request), &format!("{} {body}", path(request)));
    }

    async fn carry(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let changes = changes(&request);
        let fate = self.fuse.fate(changes);
        if fate == Fate::Nothing {
            return std::future::pending().await;
        }
        if changes {
            self.watch(&request);
        }
        let api = api_of(&request).filter(|_| changes);
        if let Some(api) = &api {
            let alone = self.changing.lock().expect("no panic holds it").insert(api.clone());
            assert!(alone, "{} {}: another change of this API is under way", action(&request), path(&request));
            others_first().await;
            self.changing.lock().expect("no panic holds it").remove(api);
        }
        if changes && self.refuse.takes(&said(&request), self.time.now()) {
            self.simulator.order_fault(Fault::refuse("*", REFUSED, "it is not to be").times(1));
        }
        let (answer, delay) = common::deliver(&self.simulator, request);
        match fate {
            Fate::Answered => {
                self.time.wait(delay).await;
                answer
            }
            Fate::Lost => Err(ConnectorError::io(std::io::Error::from(std::io::ErrorKind::ConnectionReset).into())),
            Fate::Nothing | Fate::Unheard => std::future::pending().await,
        }
    }
}

/// All that a request says, whatever the order of its fields.
fn said(request: &HttpRequest) -> String {
    let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default());
    let body = serde_json::from_str::<Value>(&body).map_or_else(|_| body.into_owned(), |fields| fields.to_string());
    format!("{} {} {body}", request.method(), request.uri())
}

/// What a request asks for: the action of the services' protocols that have one, else method and path.
fn action(request: &HttpRequest) -> String {
    let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default());
    let target = request.headers().get("x-amz-target").and_then(|target| target.split('.').next_back());
    let action = body.split('&').find_map(|pair| pair.strip_prefix("Action=")).or(target).map(str::to_owned);
    action.unwrap_or_else(|| format!("{} {}", request.method(), path(request)))
}

fn path(request: &HttpRequest) -> &str {
    let rest = request.uri().split_once("://").map_or(request.uri(), |(_, rest)| rest);
    rest.find('/').map_or("/", |start| &rest[start..])
}

/// Lets whatever else is ready go on.
async fn others_first() {
    let mut waited = false;
    poll_fn(|context| {
        if std::mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// The REST API that a request is about.
fn api_of(request: &HttpRequest) -> Option<String> {
    let (_, rest) = path(request).split_once("restapis")?;
    let rest = rest.strip_prefix("%2F").or_else(|| rest.strip_prefix('/'))?;
    Some(rest.chars().take_while(char::is_ascii_alphanumeric).collect())
}

/// Whether a request asks for a change, by how the services' protocols name what does not.
fn changes(request: &HttpRequest) -> bool {
    let action = action(request);
    request.method() != "GET" && !["Describe", "Get", "List"].iter().any(|verb| action.starts_with(verb))
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().carry(request))
    }
}

impl HttpClient for Wire {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}
