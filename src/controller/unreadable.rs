//! Objects that were stored under another version of the CRD and cannot be read: they are told so, and hold up nobody else.

use kube::api::{ApiResource, DynamicObject};
use kube::core::DeserializeGuard;
use kube::{Api, ResourceExt};

use super::reconcile::Context;
use super::report::report_unreadable;
use crate::api::PrivateApiFrontDoor;
use crate::intent::Problem;

/// Says in the object's status what cannot be read. Nothing is done for it in AWS, and its finalizer stays: what should become of its resources is
/// not known either.
pub(super) async fn report(
    object: &DeserializeGuard<PrivateApiFrontDoor>,
    context: &Context,
    error: &str,
) -> Result<(), kube::Error> {
    let kind = ApiResource::erase::<PrivateApiFrontDoor>(&());
    let namespace = object.namespace().unwrap_or_default();
    let api: Api<DynamicObject> = Api::namespaced_with(context.client.clone(), &namespace, &kind);
    let Some(stored) = api.get_opt(&object.name_any()).await? else { return Ok(()) };
    let previous = serde_json::from_value(stored.data["status"].clone()).unwrap_or_default();
    let message = format!(
        "this version of the controller cannot read it ({error}): correct the manifest to fit the current CRD and apply it again; until then nothing is done, and a deletion waits"
    );
    report_unreadable(object, context, Problem::new("spec", message), &previous).await
}
