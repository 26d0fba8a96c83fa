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

use crate::common;
use crate::fuse::{Fate, Fuse};
use crate::time::Time;

#[derive(Clone, Debug)]
struct Wire {
    simulator: Simulator,
    time: Time,
    fuse: Fuse,
}

/// Configuration of an SDK that calls an account and region of the simulator.
pub fn config(simulator: &Simulator, time: &Time, fuse: &Fuse, account: &str, region: &str) -> SdkConfig {
    let wire = Wire { simulator: simulator.clone(), time: time.clone(), fuse: fuse.clone() };
    let mut config = common::config(simulator, account).to_builder();
    config.set_region(Some(aws_config::Region::new(region.to_owned())));
    config.set_time_source(Some(SharedTimeSource::new(time.clone())));
    config.set_sleep_impl(Some(SharedAsyncSleep::new(time.clone())));
    config.http_client(wire).build()
}

impl Wire {
    async fn carry(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let fate = self.fuse.fate(changes(&request));
        if fate == Fate::Nothing {
            return std::future::pending().await;
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

/// Whether a request asks for a change, by how the services' protocols name what does not.
fn changes(request: &HttpRequest) -> bool {
    let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default());
    let target = request.headers().get("x-amz-target").and_then(|target| target.split('.').next_back());
    let action = body.split('&').find_map(|pair| pair.strip_prefix("Action=")).or(target);
    let reads = |action: &str| ["Describe", "Get", "List"].iter().any(|verb| action.starts_with(verb));
    request.method() != "GET" && !action.is_some_and(reads)
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
