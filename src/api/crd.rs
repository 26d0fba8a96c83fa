//! The custom resource definition.

use kube::CustomResourceExt;
use serde_json::{Value, json};

use super::PrivateApiFrontDoor;
use super::null::accept_nulls;

/// The custom resource definition as it is installed.
///
/// Optional fields of the spec take `null`, which means the same as leaving them out: so does what `kubectl apply` sends, and what Helm, Flux and Argo CD
/// apply on the server's side. Rules that ask whether a field is set do not see a `null`: for them it is absent.
///
/// An object that no pass has reported on yet has observed generation -1, so that clients that wait for it (kstatus) do not take it for one that is
/// as it should be.
#[must_use]
pub fn crd() -> Value {
    let mut crd = serde_json::to_value(PrivateApiFrontDoor::crd()).unwrap_or_default();
    drop_nullable(&mut crd);
    let schema = &mut crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"];
    accept_nulls(&mut schema["spec"]);
    schema["status"]["default"] = json!({"observedGeneration": -1});
    crd
}

/// The schema of an object: what [`crd`] holds of it.
#[must_use]
pub fn schema() -> Value {
    crd()["spec"]["versions"][0]["schema"]["openAPIV3Schema"].take()
}

/// Drops what the types say of `null`: [`accept_nulls`] adds it for the fields that are optional.
fn drop_nullable(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.remove("nullable").is_some()
                && let Some(Value::Array(values)) = fields.get_mut("enum")
            {
                values.retain(|value| !value.is_null());
            }
            fields.values_mut().for_each(drop_nullable);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nullable),
        _ => {}
    }
}
