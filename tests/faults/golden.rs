//! The golden cases: a manifest, and what it becomes.

use serde_json::Value;

use crate::cloud::file;

/// The listener that the examples name.
pub const SHARED_LISTENER: &str =
    "arn:aws:elasticloadbalancing:ap-northeast-1:111122223333:listener/app/shared/0123456789abcdef/0123456789abcdef";

/// The specs before and after.
pub struct Case {
    pub from: Option<Value>,
    pub to: Option<Value>,
}

/// A case of `tests/golden/cases`.
pub fn case(name: &str) -> Case {
    let case = yaml(&format!("tests/golden/cases/{name}.yaml"));
    Case { from: spec(&case["from"]), to: spec(&case["to"]) }
}

/// The spec of an example.
pub fn example(name: &str) -> Value {
    yaml(&format!("examples/{name}.yaml"))["spec"].take()
}

fn spec(case: &Value) -> Option<Value> {
    let mut spec = example(case["example"].as_str()?);
    for (pointer, value) in case["set"].as_object().into_iter().flatten() {
        set(&mut spec, pointer, value.clone());
    }
    Some(spec)
}

/// Sets what a JSON pointer leads to; null takes it away. The last name of the pointer may be new.
pub fn set(spec: &mut Value, pointer: &str, value: Value) {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    match spec.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer} leads nowhere")) {
        Value::Object(fields) if value.is_null() => drop(fields.remove(name)),
        Value::Object(fields) => drop(fields.insert(name.to_owned(), value)),
        Value::Array(items) => items[name.parse::<usize>().expect("a place")] = value,
        _ => panic!("{pointer} leads into a value"),
    }
}

fn yaml(path: &str) -> Value {
    let text = std::fs::read_to_string(file(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}
