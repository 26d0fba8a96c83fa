//! Clients of the services: bounded in time, with the same retries, and each remembers which host it calls.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{Region, SdkConfig};
use aws_sdk_ec2::error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use super::table::TableCheck;
use crate::model::Service;

/// Time for a connection.
const CONNECT: Duration = Duration::from_secs(3);
/// Time for one attempt.
const ATTEMPT: Duration = Duration::from_secs(15);
/// Time for all attempts.
const OPERATION: Duration = Duration::from_mins(1);
/// Attempts at most.
const ATTEMPTS: u32 = 3;

/// Time for an attempt to write the definition of an API, which may be of some megabytes.
pub(super) const LONG_ATTEMPT: Duration = Duration::from_secs(30);

/// Timeouts of calls whose attempts take this long at most.
pub(super) fn timeouts(attempt: Duration) -> TimeoutConfig {
    let builder = TimeoutConfig::builder().connect_timeout(CONNECT).operation_attempt_timeout(attempt);
    builder.operation_timeout(OPERATION).build()
}

/// The services' clients.
#[derive(Debug)]
pub(super) struct Clients {
    pub(super) acm: aws_sdk_acm::Client,
    pub(super) ec2: aws_sdk_ec2::Client,
    pub(super) elb: aws_sdk_elasticloadbalancingv2::Client,
    pub(super) apigateway: aws_sdk_apigateway::Client,
    pub(super) lambda: aws_sdk_lambda::Client,
    pub(super) sts: aws_sdk_sts::Client,
    pub(super) hosts: Hosts,
}

macro_rules! client {
    ($sdk:ident, $service:ident, $config:expr, $hosts:expr) => {
        $sdk::Client::from_conf(
            $sdk::config::Builder::from(&$config)
                .interceptor($hosts.note(Service::$service))
                .interceptor(TableCheck { service: Service::$service })
                .build(),
        )
    };
}

impl Clients {
    pub(super) fn new(config: &SdkConfig, region: Option<&str>) -> Self {
        let region = region.map(|region| Region::new(region.to_owned())).or_else(|| config.region().cloned());
        let retries = RetryConfig::standard().with_max_attempts(ATTEMPTS);
        let config = config.to_builder().region(region).timeout_config(timeouts(ATTEMPT)).retry_config(retries).build();
        let hosts = Hosts::default();
        Self {
            acm: client!(aws_sdk_acm, Acm, config, hosts),
            ec2: client!(aws_sdk_ec2, Ec2, config, hosts),
            elb: client!(aws_sdk_elasticloadbalancingv2, ElasticLoadBalancing, config, hosts),
            apigateway: client!(aws_sdk_apigateway, ApiGateway, config, hosts),
            lambda: client!(aws_sdk_lambda, Lambda, config, hosts),
            sts: client!(aws_sdk_sts, Sts, config, hosts),
            hosts,
        }
    }
}

/// The host of each service, as the SDK resolved it: an error that no host answered must name it, and the SDK's errors do not.
#[derive(Clone, Default)]
pub(super) struct Hosts(Arc<Mutex<BTreeMap<Service, String>>>);

impl Hosts {
    /// Where the calls of a service go; none before the first.
    pub(super) fn of(&self, service: Service) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&service).cloned()
    }

    fn note(&self, service: Service) -> HostNote {
        HostNote { service, hosts: self.clone() }
    }
}

impl fmt::Debug for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hosts")
    }
}

/// Notes the host that a request goes to.
#[derive(Debug)]
struct HostNote {
    service: Service,
    hosts: Hosts,
}

#[dyn_dispatch_hint]
impl Intercept for HostNote {
    fn name(&self) -> &'static str {
        "HostNote"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let host = context.request().uri().split("://").nth(1).and_then(|rest| rest.split('/').next());
        if let Some(host) = host {
            self.hosts.0.lock().unwrap_or_else(PoisonError::into_inner).insert(self.service, host.to_owned());
        }
        Ok(())
    }
}
