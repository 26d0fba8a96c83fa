//! Holds the calls that are made to the table of permissions.

use aws_sdk_ec2::error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use crate::iam;

/// Fails calls that [`iam::calls`] does not list, in builds for development: every test that makes one fails, before somebody's shipped policy does.
#[derive(Debug)]
pub(super) struct TableCheck {
    /// The service's prefix in IAM.
    pub(super) service: &'static str,
}

#[dyn_dispatch_hint]
impl Intercept for TableCheck {
    fn name(&self) -> &'static str {
        "TableCheck"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let name = config.load::<Metadata>().map(Metadata::name).unwrap_or_default();
        let operation = format!("{}:{name}", self.service);
        if cfg!(debug_assertions) && iam::needs(&operation).is_none() {
            return Err(format!(
                "src/iam/calls does not list {operation}: add it there with the permissions that it needs"
            )
            .into());
        }
        Ok(())
    }
}
