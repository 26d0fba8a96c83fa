//! `null` as a value: the same as leaving the field out.
//!
//! Source: Kubernetes, "Extend the Kubernetes API with custom resource definitions", "Defaulting and Nullable".

use std::collections::BTreeMap;

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// Reads a field that may be `null`.
pub(super) fn as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Reads a map that may be `null`, or hold it: entries without a value are left out.
pub(super) fn entries<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let entries: Option<BTreeMap<String, Option<String>>> = Option::deserialize(deserializer)?;
    Ok(entries.into_iter().flatten().filter_map(|(key, value)| Some((key, value?))).collect())
}

/// Reads what Kubernetes keeps as it is: members that are `null` are left out, as `kubectl apply` leaves them out before it sends an object. Items of lists
/// stay.
pub(super) fn free<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<T, D::Error> {
    let mut value = Value::deserialize(deserializer)?;
    leave_out(&mut value);
    serde_json::from_value(value).map_err(D::Error::custom)
}

/// The same of a list that may be `null`.
pub(super) fn free_list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Map<String, Value>>, D::Error> {
    free::<D, Option<Vec<Map<String, Value>>>>(deserializer).map(Option::unwrap_or_default)
}

fn leave_out(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(leave_out);
        }
        Value::Array(items) => items.iter_mut().for_each(leave_out),
        _ => {}
    }
}

/// Takes every `null` out of a value that the API server reads as a missing field under this schema. Required fields keep theirs, and so do lists and
/// objects whose members the schema does not name.
pub fn drop_nulls(value: &mut Value, schema: &Value) {
    match value {
        Value::Object(fields) => {
            let required =
                |name: &str| schema["required"].as_array().is_some_and(|all| all.iter().any(|it| it == name));
            fields.retain(|name, value| !value.is_null() || required(name) || member(schema, name).is_none());
            for (name, value) in fields {
                if let Some(schema) = member(schema, name) {
                    drop_nulls(value, schema);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| drop_nulls(item, &schema["items"])),
        _ => {}
    }
}

/// The schema of a member of an object.
fn member<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    schema["properties"].get(name).or_else(|| schema.get("additionalProperties"))
}

/// Lets the API server take `null` for every optional field and every value of a map. Where the schema has a default, it takes that instead of `null`
/// already; elsewhere it would drop the `null` from what is created or updated, and refuse it in what is applied on the server's side.
pub(super) fn accept_nulls(schema: &mut Value) {
    let required: Vec<Value> = schema["required"].as_array().cloned().unwrap_or_default();
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten();
    for (name, property) in properties {
        if !required.contains(&Value::from(name.as_str())) && property.get("default").is_none() {
            accept_null(property);
        }
        accept_nulls(property);
    }
    if let Some(items) = schema.get_mut("items") {
        accept_nulls(items);
    }
    if let Some(values) = schema.get_mut("additionalProperties").filter(|values| values.is_object()) {
        accept_null(values);
        accept_nulls(values);
    }
}

/// The API server judges `null` by `type`, `nullable` and `enum` alone, and an `enum` never holds it: below `allOf` it is only for other values.
fn accept_null(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else { return };
    schema.insert("nullable".to_owned(), Value::Bool(true));
    if let Some(values) = schema.remove("enum") {
        let values = Map::from_iter([("enum".to_owned(), values)]);
        schema.insert("allOf".to_owned(), Value::Array(vec![Value::Object(values)]));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nulls_are_dropped_where_the_api_server_drops_them() {
        let schema = json!({
            "required": ["name"],
            "properties": {
                "name": {}, "plain": {}, "map": {"additionalProperties": {}}, "list": {"items": {"properties": {"a": {}}}},
                "free": {"x-kubernetes-preserve-unknown-fields": true}
            }
        });
        let mut value = json!({
            "name": null, "plain": null, "map": {"a": null, "b": "c"}, "list": [{"a": null}, null], "free": {"a": null},
            "unknown": null
        });
        drop_nulls(&mut value, &schema);
        let expected =
            json!({"name": null, "map": {"b": "c"}, "list": [{}, null], "free": {"a": null}, "unknown": null});
        assert_eq!(value, expected);
    }

    #[test]
    fn members_of_free_objects_that_are_null_are_left_out_and_items_stay() {
        let read: Map<String, Value> = free(json!({"a": null, "b": [null, {"c": null}], "d": {"e": null}})).unwrap();
        assert_eq!(Value::Object(read), json!({"b": [null, {}], "d": {}}));
        assert!(free_list(Value::Null).unwrap().is_empty());
        assert!(free::<_, Map<String, Value>>(Value::Null).is_err());
    }

    #[test]
    fn optional_fields_take_null_and_those_with_a_default_or_required_do_not() {
        let mut schema = json!({
            "required": ["a"],
            "properties": {
                "a": {"type": "string"},
                "b": {"type": "string", "default": "x"},
                "c": {"type": "string", "enum": ["x"]},
                "d": {"type": "object", "additionalProperties": {"type": "string"}}
            }
        });
        accept_nulls(&mut schema);
        let expected = json!({
            "required": ["a"],
            "properties": {
                "a": {"type": "string"},
                "b": {"type": "string", "default": "x"},
                "c": {"type": "string", "nullable": true, "allOf": [{"enum": ["x"]}]},
                "d": {"type": "object", "nullable": true, "additionalProperties": {"type": "string", "nullable": true}}
            }
        });
        assert_eq!(schema, expected);
    }
}
