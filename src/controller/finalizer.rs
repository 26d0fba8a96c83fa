//! The finalizer that keeps an object until nothing of it is left in AWS.

use kube::api::{Patch, PatchParams};
use kube::{Api, ResourceExt};
use serde_json::json;

use super::reconcile::Context;
use crate::api::PrivateApiFrontDoor;

/// Name of the finalizer.
const FINALIZER: &str = "privateapi.dev/aws-resources";

/// Whether the object carries it.
pub(super) fn is_present(object: &PrivateApiFrontDoor) -> bool {
    object.finalizers().iter().any(|finalizer| finalizer == FINALIZER)
}

/// Adds it; nothing is created in AWS before.
pub(super) async fn add(object: &PrivateApiFrontDoor, context: &Context) -> Result<(), kube::Error> {
    let mut finalizers = object.finalizers().to_vec();
    finalizers.push(FINALIZER.to_owned());
    set(object, context, finalizers).await
}

/// Removes it: Kubernetes forgets the object.
pub(super) async fn remove(object: &PrivateApiFrontDoor, context: &Context) -> Result<(), kube::Error> {
    let finalizers = object.finalizers().iter().filter(|finalizer| *finalizer != FINALIZER).cloned().collect();
    match set(object, context, finalizers).await {
        Err(kube::Error::Api(status)) if status.code == 404 => Ok(()),
        other => other,
    }
}

/// Writes the list as it was read, so that nobody else's finalizer is lost: the resource version makes a stale one fail.
async fn set(object: &PrivateApiFrontDoor, context: &Context, finalizers: Vec<String>) -> Result<(), kube::Error> {
    let patch = json!({"metadata": {"finalizers": finalizers, "resourceVersion": object.resource_version(), "uid": object.uid()}});
    let api: Api<PrivateApiFrontDoor> =
        Api::namespaced(context.client.clone(), &object.namespace().unwrap_or_default());
    api.patch(&object.name_any(), &PatchParams::default(), &Patch::Merge(patch)).await.map(|_| ())
}
