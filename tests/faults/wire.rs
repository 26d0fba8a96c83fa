//! The SDK's way to the simulator: in virtual time, and only as long as the process lives.

use aws_config::SdkConfig;
use aws_sdk_ec2::config::SharedAsyncSleep;
use aws_sdk_ec2::error::ConnectorError;
use aws_sim::Simulator;
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use crate::cloud::{ACCOUNT, Cloud};
use crate::common;
use crate::fuse::{Fate, Fuse};
use crate::guard::Guard;
use crate::time::Time;

#[derive(Clone, Debug)]
struct Wire {
    simulator: Simulator,
    time: Time,
    fuse: Fuse,
    guard: Guard,
}

/// Configuration of an SDK that calls the account, as a process of this life line has it.
pub fn config(cloud: &Cloud, fuse: &Fuse) -> SdkConfig {
    let Cloud { simulator, time, guard, region, .. } = cloud;
    let wire = Wire { simulator: simulator.clone(), time: time.clone(), fuse: fuse.clone(), guard: guard.clone() };
    let mut config = common::config(simulator, ACCOUNT).to_builder();
    config.set_region(Some(aws_config::Region::new(region.clone())));
    config.set_time_source(Some(SharedTimeSource::new(time.clone())));
    config.set_sleep_impl(Some(SharedAsyncSleep::new(time.clone())));
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
