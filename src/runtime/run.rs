//! `frontdoor run`: the controller.

use std::sync::Arc;

use k8s_openapi::api::core::v1::Namespace;
use kube::runtime::events::Reporter;
use kube::{Api, Client, ResourceExt};
use tracing::info;

use super::arguments::RunArguments;
use super::command::{CommandError, sdk_config};
use super::telemetry;
use crate::controller::{self, Context, Intervals, Settings};

pub(super) async fn run(arguments: RunArguments) -> Result<(), CommandError> {
    telemetry::start(arguments.log_format);
    let client =
        Client::try_default().await.map_err(|error| format!("no Kubernetes cluster is configured: {error}"))?;
    let cluster_id = match arguments.cluster_id {
        Some(id) => id,
        None => uid_of_kube_system(&client).await?,
    };
    let sdk = sdk_config().await;
    let region = sdk.region().map(ToString::to_string);
    info!(cluster_id, region, "frontdoor starts");
    let reporter = Reporter { controller: "frontdoor".to_owned(), instance: std::env::var("HOSTNAME").ok() };
    let intervals = Intervals { poll: arguments.poll_interval, resync: arguments.resync_interval };
    let context = Context::new(client, reporter, sdk, Settings { cluster_id, intervals });
    controller::run(Arc::new(context), arguments.watch_namespace.as_deref()).await;
    info!("frontdoor stops");
    Ok(())
}

async fn uid_of_kube_system(client: &Client) -> Result<String, CommandError> {
    let namespaces: Api<Namespace> = Api::all(client.clone());
    let read = namespaces.get("kube-system").await;
    let namespace = read.map_err(|error| {
        format!("the UID of namespace kube-system cannot be read, so --cluster-id is needed: {error}")
    })?;
    namespace.uid().ok_or_else(|| "namespace kube-system has no UID, so --cluster-id is needed".into())
}
