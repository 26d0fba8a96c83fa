//! PATCH: the operations that a resource allows on its paths (API Gateway API Reference, "Patch operations").

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::common::bad_request;
use crate::error::Answer;

/// One operation of a PATCH.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PatchOperation {
    pub(super) op: String,
    pub(super) path: String,
    pub(super) value: Option<String>,
    #[serde(rename = "from")]
    pub(super) _from: Option<String>,
}

/// What stands at a path.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// A text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number; an empty value unsets it.
    Whole,
    /// A number.
    Real,
    /// A list whose element is the last part of the path.
    Element,
    /// A list whose element is the value.
    Value,
}

/// A path that may be patched. `{}` in it stands for any one part.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path {
    ops: &'static str,
    pattern: &'static str,
    kind: Kind,
}

/// A path, with the operations it takes.
pub(super) const fn path(ops: &'static str, pattern: &'static str, kind: Kind) -> Path {
    Path { ops, pattern, kind }
}

/// The resource after all operations, or the first one's refusal.
pub(super) fn patched<T: Serialize + DeserializeOwned>(
    resource: &T,
    paths: &[Path],
    operations: &[PatchOperation],
) -> Answer<T> {
    let mut tree = serde_json::to_value(resource).unwrap_or_default();
    for operation in operations {
        apply(&mut tree, paths, operation)?;
    }
    serde_json::from_value(tree).map_err(|error| bad_request(format!("Invalid patch operation specified: {error}")))
}

fn apply(tree: &mut Value, paths: &[Path], operation: &PatchOperation) -> Answer<()> {
    if !["add", "remove", "replace", "move", "copy", "test"].contains(&operation.op.as_str()) {
        return Err(bad_request(format!("Invalid patch operation '{}' specified", operation.op)));
    }
    let parts = parts(&operation.path);
    let takes = |path: &&Path| path.ops.split(' ').any(|op| op == operation.op);
    let path = paths
        .iter()
        .filter(takes)
        .find(|path| fits(path.pattern, &parts))
        .ok_or_else(|| invalid_path(operation, paths.iter().filter(takes)))?;
    match path.kind {
        Kind::Element => element(tree, &parts, operation),
        Kind::Value => member_of_list(tree, &parts, operation),
        kind => set(tree, &parts, operation, kind),
    }
}

/// In API Gateway's words; the list is empty where the operation has no path (boto/boto3#2504).
pub(super) fn invalid_path<'a>(
    operation: &PatchOperation,
    allowed: impl Iterator<Item = &'a Path>,
) -> crate::error::AwsError {
    let allowed: Vec<&str> = allowed.map(|path| path.pattern).collect();
    bad_request(format!(
        "Invalid patch path  '{}' specified for op '{}'. Must be one of: [{}]",
        operation.path,
        operation.op,
        allowed.join(", ")
    ))
}

/// The parts of a path; `~1` is a slash and `~0` a tilde in it (RFC 6901).
pub(super) fn parts(path: &str) -> Vec<String> {
    path.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")).collect()
}

fn fits(pattern: &str, parts: &[String]) -> bool {
    let wanted: Vec<&str> = pattern.split('/').skip(1).collect();
    wanted.len() == parts.len()
        && wanted.iter().zip(parts).all(|(wanted, part)| wanted == part || (*wanted == "{}" && !part.is_empty()))
}

fn set(tree: &mut Value, parts: &[String], operation: &PatchOperation, kind: Kind) -> Answer<()> {
    let Some((last, parents)) = parts.split_last() else {
        return Ok(());
    };
    let parent = descend(tree, parents);
    if operation.op == "remove" {
        parent.remove(last);
        return Ok(());
    }
    let value = operation.value.as_deref();
    let invalid = || {
        bad_request(format!("Invalid value '{}' specified for path '{}'", value.unwrap_or_default(), operation.path))
    };
    let value = match (kind, value) {
        (Kind::Flag, Some(text)) => json!(text.to_ascii_lowercase().parse::<bool>().map_err(|_| invalid())?),
        (_, None) | (Kind::Whole, Some("" | "null")) => Value::Null,
        (Kind::Whole, Some(text)) => json!(text.parse::<i64>().map_err(|_| invalid())?),
        (Kind::Real, Some(text)) => json!(text.parse::<f64>().map_err(|_| invalid())?),
        (_, Some(text)) => json!(text),
    };
    parent.insert(last.clone(), value);
    Ok(())
}

/// `/binaryMediaTypes/image~1png`: `replace` puts the value in the element's place.
fn element(tree: &mut Value, parts: &[String], operation: &PatchOperation) -> Answer<()> {
    let Some((last, parents)) = parts.split_last() else {
        return Ok(());
    };
    let items = items_at(tree, parents);
    let found = items.iter().position(|item| item == last);
    match (operation.op.as_str(), found) {
        ("add", None) => items.push(json!(last)),
        ("add", Some(_)) => {}
        ("remove", Some(at)) => drop(items.remove(at)),
        ("replace", Some(at)) => items[at] = json!(operation.value.clone().unwrap_or_default()),
        _ => return Err(super::common::not_found(format!("Invalid patch path '{}'", operation.path))),
    }
    Ok(())
}

fn member_of_list(tree: &mut Value, parts: &[String], operation: &PatchOperation) -> Answer<()> {
    let value = json!(operation.value.as_deref().unwrap_or_default());
    let items = items_at(tree, parts);
    let found = items.iter().position(|item| *item == value);
    match (operation.op.as_str(), found) {
        ("add", None) => items.push(value),
        ("add", Some(_)) => return Err(bad_request(format!("{value} is in {} already", operation.path))),
        ("remove", Some(at)) => drop(items.remove(at)),
        _ => return Err(bad_request(format!("{value} is not in {}", operation.path))),
    }
    Ok(())
}

fn descend<'a>(tree: &'a mut Value, parts: &[String]) -> &'a mut Map<String, Value> {
    let mut at = tree;
    for part in parts {
        at = object(at).entry(part.clone()).or_insert(Value::Null);
    }
    object(at)
}

fn object(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    match value {
        Value::Object(members) => members,
        _ => unreachable!("made an object above"),
    }
}

fn items_at<'a>(tree: &'a mut Value, parts: &[String]) -> &'a mut Vec<Value> {
    let (last, parents) = parts.split_last().map_or((String::new(), parts), |(last, parents)| (last.clone(), parents));
    let slot = descend(tree, parents).entry(last).or_insert(Value::Null);
    if !slot.is_array() {
        *slot = Value::Array(Vec::new());
    }
    match slot {
        Value::Array(items) => items,
        _ => unreachable!("made a list above"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATHS: &[Path] = &[
        path("replace", "/name", Kind::Text),
        path("replace", "/enabled", Kind::Flag),
        path("add remove", "/types/{}", Kind::Element),
        path("add remove replace", "/variables/{}", Kind::Text),
    ];

    fn apply_one(op: &str, at: &str, value: Option<&str>) -> Answer<Value> {
        let operation = PatchOperation { op: op.into(), path: at.into(), value: value.map(Into::into), _from: None };
        patched(&json!({"name": "a", "types": ["x/y"]}), PATHS, &[operation])
    }

    #[test]
    fn sets_adds_and_removes() {
        assert_eq!(apply_one("replace", "/enabled", Some("true")).unwrap()["enabled"], true);
        assert_eq!(apply_one("add", "/types/image~1png", None).unwrap()["types"], json!(["x/y", "image/png"]));
        assert_eq!(apply_one("remove", "/types/x~1y", None).unwrap()["types"], json!([]));
        assert_eq!(apply_one("replace", "/variables/a", Some("b")).unwrap()["variables"], json!({"a": "b"}));
    }

    #[test]
    fn refuses_what_the_table_does_not_hold() {
        for (op, at, value) in
            [("replace", "/nope", "1"), ("add", "/name", "b"), ("replace", "/enabled", "maybe"), ("frob", "/name", "b")]
        {
            assert_eq!(apply_one(op, at, Some(value)).unwrap_err().code, "BadRequestException", "{op} {at}");
        }
    }
}
