//! What must hold whatever the bytes are. The fuzz targets and the property tests share it.

#![allow(dead_code, reason = "each target uses one of them")]

use std::collections::{BTreeMap, BTreeSet};

use frontdoor::api::PrivateApiFrontDoorSpec;
use frontdoor::desired::{Want, desired, statements};
use frontdoor::function_tags;
use frontdoor::intent::{Caller, References, Subnet, resolve};
use frontdoor::model::policy::canonical_policy;
use frontdoor::tags::{Owner, Tags, former, missing};
use serde_json::{Value, json};

const API: &str = "a1b2c3d4e5";

fn owner() -> Owner {
    Owner { cluster: "c".to_owned(), namespace: "shop".to_owned(), name: "orders".to_owned() }
}

/// The comparison of resource policies: what is canonical stays as it is, the order of statements does not matter, and each is shown.
pub fn resource_policy(data: &[u8]) {
    let Ok(policy) = serde_json::from_slice::<Value>(data) else { return };
    let canonical = canonical_policy(&policy, API);
    assert_eq!(canonical_policy(&canonical, API), canonical, "{policy}");
    let _shown = statements(&canonical);
    principals(&policy);
    let mut reversed = policy.clone();
    if let Some(statements) = reversed.get_mut("Statement").and_then(Value::as_array_mut) {
        statements.reverse();
        assert_eq!(canonical_policy(&reversed, API), canonical, "{policy}");
    }
}

/// Each way to write a principal that is everybody, or one account, is the same.
fn principals(policy: &Value) {
    let of = |principal: Value| {
        let mut policy = policy.clone();
        let statements = policy.get_mut("Statement").and_then(Value::as_array_mut);
        for fields in statements.into_iter().flatten().filter_map(Value::as_object_mut) {
            fields.insert("Principal".to_owned(), principal.clone());
        }
        canonical_policy(&policy, API)
    };
    assert_eq!(of(json!("*")), of(json!({"AWS": ["*"]})), "{policy}");
    assert_eq!(of(json!("*")), of(json!({"AWS": "*"})), "{policy}");
    let root = "arn:aws:iam::111122223333:root";
    assert_eq!(of(json!({"AWS": root})), of(json!({"AWS": ["111122223333"]})), "{policy}");
}

/// The comparison of `OpenAPI` documents: any document is refused with a field, or makes the same content whatever the order of its keys, and another
/// document makes another.
pub fn openapi(data: &[u8]) {
    let Ok(document) = serde_json::from_slice::<Value>(data) else { return };
    let Some(content) = imported(&document.to_string()) else { return };
    assert_eq!(imported(&reversed(&document)), Some(content.clone()), "{document}");
    let mut another = document.clone();
    another["x-another"] = json!({"of": document["x-another"]});
    assert_ne!(imported(&another.to_string()), Some(content), "{document}");
}

/// Hash of what a document is imported as; none if it is refused.
fn imported(document: &str) -> Option<String> {
    let document: Value = serde_json::from_str(document).ok()?;
    let spec = json!({
        "vpcEndpoint": {"create": {"subnetIds": ["subnet-0a1b2c3d"]}},
        "api": {"openApi": {"inline": document}},
    });
    let spec = serde_json::from_value::<PrivateApiFrontDoorSpec>(spec).ok()?;
    match resolve(&spec, &owner(), &found()) {
        Ok(intent) => match desired(&intent).rest_api {
            Want::Managed(api) => Some(api.content(&BTreeSet::from(["vpce-0a1b2c3d".to_owned()]))),
            Want::Existing(_) | Want::Nothing => panic!("an API of a document is ours: {document}"),
        },
        Err(problems) => {
            assert!(problems.iter().all(|problem| problem.field.starts_with("spec.")), "{problems:?}");
            None
        }
    }
}

/// The same JSON with the keys of each object in the opposite order.
fn reversed(value: &Value) -> String {
    let list = |items: Vec<String>| items.join(",");
    match value {
        Value::Object(members) => {
            let member = |(name, member): (&String, &Value)| format!("{}:{}", json!(name), reversed(member));
            format!("{{{}}}", list(members.iter().rev().map(member).collect()))
        }
        Value::Array(items) => format!("[{}]", list(items.iter().map(reversed).collect())),
        other => other.to_string(),
    }
}

fn found() -> References {
    let subnet = Subnet {
        vpc_id: "vpc-1".to_owned(),
        zone_id: "z1".to_owned(),
        cidr: "10.0.1.0/24".to_owned(),
        has_ipv6: false,
    };
    References {
        caller: Caller {
            account: "111122223333".to_owned(),
            partition: "aws".to_owned(),
            region: "eu-west-1".to_owned(),
        },
        subnets: [("subnet-0a1b2c3d".to_owned(), subnet)].into(),
        ..References::default()
    }
}

/// Tags as AWS has them and as a spec wants them: one change of each kind makes them so, and takes nothing of others' away.
pub fn tags(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (present, wanted) = text.split_once('\u{1}').unwrap_or((&text, ""));
    let (mut present, user) = (parsed(present), parsed(wanted));
    function_tags(&present, user.values().map(String::as_str));
    let owner = owner();
    let wanted = owner.tags("rule", &user);
    let (added, removed) = (missing(&present, &wanted), former(&present, &wanted));
    let others: Tags = present
        .iter()
        .filter(|(key, _)| !removed.contains(*key) && !wanted.contains_key(*key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    present.extend(added);
    present.retain(|key, _| !removed.contains(key));
    assert!(owner.owns(&present) && owner.owns_as(&present, "rule"), "{present:?}");
    assert!(missing(&present, &wanted).is_empty() && former(&present, &wanted).is_empty(), "{present:?}");
    assert!(others.iter().all(|(key, value)| present.get(key) == Some(value)), "{others:?}");
}

/// The memory of functions: any tags can be read, and what was written is read again, as far as there is room.
pub fn function_tags<'a>(present: &Tags, names: impl Iterator<Item = &'a str>) {
    let read = |tags: &Tags| function_tags::decode(tags, "aws", "eu-west-1");
    assert!(read(present).iter().all(|arn| function_tags::remembers(present, arn)), "{present:?}");
    let arn = |(place, name)| format!("arn:aws:lambda:eu-west-1:{:012}:function:{name}", place % 3);
    let known: BTreeSet<String> = names.filter(|name| is_function(name)).enumerate().map(arn).collect();
    let arns = || known.iter().map(String::as_str);
    let written = function_tags::encode(arns());
    assert!(written.values().all(|value| value.len() <= 256), "{written:?}");
    let again = read(&written);
    assert!(again.is_subset(&known), "{written:?}");
    assert!(again == known || !function_tags::hold(arns()), "{known:?} in {written:?}");
}

/// Whether it is a function's name with or without an alias, as Lambda takes it.
fn is_function(text: &str) -> bool {
    let is_name = |part: &str| part.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    let (name, alias) = text.split_once(':').unwrap_or((text, "live"));
    [name, alias].iter().all(|part| !part.is_empty() && part.len() <= 64 && is_name(part))
}

fn parsed(text: &str) -> BTreeMap<String, String> {
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}
