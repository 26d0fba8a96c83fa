//! The custom resource definition.

use kube::CustomResourceExt;
use serde_json::Value;

use super::PrivateApiFrontDoor;

/// The custom resource definition as it is installed.
///
/// Optional fields are not nullable: Kubernetes then drops an explicit `null`, so that a rule that asks whether a field is set cannot be misled by
/// one.
#[must_use]
pub fn crd() -> Value {
    let mut crd = serde_json::to_value(PrivateApiFrontDoor::crd()).unwrap_or_default();
    drop_nullable(&mut crd);
    crd
}

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
