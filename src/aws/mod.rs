//! AWS: the only place with SDK types. Reads answer with the plain data of [`crate::observed`], each [`crate::change::Change`] is one call.
//!
//! | what | where |
//! | --- | --- |
//! | what a spec refers to | [`Aws::lookup`] |
//! | what AWS has for an object | [`Aws::observe`] |
//! | what a wait is for | [`Aws::refresh`] |
//! | one change | [`Aws::execute`] |
//!
//! Reads are frugal: lists of a whole region instead of one call a resource, nothing twice in a [`Pass`], and what cannot change is remembered
//! in the process. Objects that were as they should be are checked by lists that they share ([`Aws::shared_pass`]).

mod cache;
mod clients;
mod error;
mod execute;
mod inventory;
mod lists;
mod lookup;
mod observe;
mod pass;
mod refresh;
mod table;

use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_ec2::error::ProvideErrorMetadata;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use futures::future::{BoxFuture, FutureExt, TryFutureExt};
use tokio::sync::OnceCell;

pub use error::{AwsError, Class};
pub use pass::Pass;

use crate::elapsed::Elapsed;
use crate::intent::Caller;
use crate::model::Operation;
use crate::observed::Snapshot;
use cache::Cache;
use clients::Clients;
use lists::SharedLists;

/// AWS in one account and region. Clones are the same.
#[derive(Debug, Clone)]
pub struct Aws(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clients: Clients,
    region: String,
    caller: OnceCell<Caller>,
    cache: Cache,
    shared: SharedLists,
    elapsed: Elapsed,
}

impl Aws {
    /// AWS as the configuration reaches it, in another region if one is given.
    #[must_use]
    pub fn new(config: &SdkConfig, region: Option<&str>) -> Self {
        Self::within(&Elapsed::default(), config, region)
    }

    /// The same; what is remembered of it grows old in this time.
    #[must_use]
    pub fn within(elapsed: &Elapsed, config: &SdkConfig, region: Option<&str>) -> Self {
        let named = region.map(str::to_owned).or_else(|| config.region().map(ToString::to_string));
        Self(Arc::new(Inner {
            clients: Clients::new(config, region),
            region: named.unwrap_or_default(),
            caller: OnceCell::new(),
            cache: Cache::new(elapsed),
            shared: SharedLists::default(),
            elapsed: elapsed.clone(),
        }))
    }

    /// Where; none when neither the configuration nor anybody else says.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        Some(self.0.region.as_str()).filter(|region| !region.is_empty())
    }

    /// Forgets what earlier passes remembered of things that change: the next pass asks AWS for all of it.
    pub fn forget_what_changes(&self) {
        self.cache().forget_what_changes();
    }

    /// A pass that starts from lists that may be as old as this, read once for all objects that ask. It finds out whether an object is as it should be;
    /// nothing may be changed by what it reads.
    #[must_use]
    pub fn shared_pass(&self, oldest: Duration) -> Pass {
        Pass::from(self.0.shared.get(self.0.elapsed.now(), oldest))
    }

    /// Has shared passes ask for everything again that the snapshot is made of: it has changed.
    pub fn outdate(&self, snapshot: &Snapshot) {
        self.0.shared.outdate(snapshot);
    }

    /// Who the controller is in AWS; asked once.
    pub async fn caller(&self) -> Result<Caller, AwsError> {
        self.0.caller.get_or_try_init(|| self.get_caller_identity()).await.cloned()
    }

    async fn get_caller_identity(&self) -> Result<Caller, AwsError> {
        const OPERATION: Operation = Operation::GetCallerIdentity;
        let identity = self.call(OPERATION, self.0.clients.sts.get_caller_identity().send()).await?;
        let arn = identity.arn().and_then(|arn| arn.split(':').nth(1));
        let partition = arn.ok_or_else(|| AwsError::incomplete(OPERATION, "the ARN"))?.to_owned();
        let account = identity.account.ok_or_else(|| AwsError::incomplete(OPERATION, "the account"))?;
        Ok(Caller { account, partition, region: self.0.region.clone() })
    }

    /// A call whose error gets the one form. `operation` is the name in IAM. The SDK's futures are large: they go on the heap.
    fn call<'a, T, E>(
        &'a self,
        operation: Operation,
        sent: impl Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send + 'a,
    ) -> BoxFuture<'a, Result<T, AwsError>>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let error =
            move |error| AwsError::from_sdk(operation, self.0.clients.hosts.of(operation.service()).as_deref(), &error);
        sent.map_err(error).boxed()
    }

    fn cache(&self) -> &Cache {
        &self.0.cache
    }

    fn acm(&self) -> &aws_sdk_acm::Client {
        &self.0.clients.acm
    }

    fn ec2(&self) -> &aws_sdk_ec2::Client {
        &self.0.clients.ec2
    }

    fn elb(&self) -> &aws_sdk_elasticloadbalancingv2::Client {
        &self.0.clients.elb
    }

    fn apigateway(&self) -> &aws_sdk_apigateway::Client {
        &self.0.clients.apigateway
    }

    fn lambda(&self) -> &aws_sdk_lambda::Client {
        &self.0.clients.lambda
    }
}
