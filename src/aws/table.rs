//! Holds the calls that are made to the table of operations.

use aws_sdk_ec2::error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use crate::model::{Operation, Service};

/// Fails calls that [`Operation`] does not list, in builds for development: every test that makes one fails, before somebody's shipped policy does.
#[derive(Debug)]
pub(super) struct TableCheck {
    /// The service.
    pub(super) service: Service,
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
        if cfg!(debug_assertions) && Operation::named(self.service, name).is_none() {
            let prefix = self.service.prefix();
            let message = format!("src/model/operation.rs lacks {prefix}:{name}: add it there and to src/iam/calls");
            return Err(message.into());
        }
        Ok(())
    }
}
