//! What all resources of API Gateway share: errors in its words, JSON without empty members, pages.

use std::collections::BTreeMap;
use std::ops::Bound;

use serde::Serialize;
use serde_json::{Value, json};

use crate::error::{Answer, AwsError};

/// A map of texts.
pub type Strings = BTreeMap<String, String>;

/// A map of switches.
pub type Flags = BTreeMap<String, bool>;

pub(super) fn bad_request(message: impl Into<String>) -> AwsError {
    AwsError::new("BadRequestException", message)
}

pub(super) fn not_found(message: impl Into<String>) -> AwsError {
    AwsError::new("NotFoundException", message).status(404)
}

pub(super) fn conflict(message: impl Into<String>) -> AwsError {
    AwsError::new("ConflictException", message).status(409)
}

/// A resource quota is used up; API Gateway answers it like throttling (boto/boto3#1296).
pub(super) fn limit_exceeded(message: impl Into<String>) -> AwsError {
    AwsError::new("LimitExceededException", message).status(429)
}

/// The resource as JSON; members that are not set are left out.
pub(super) fn wire(resource: &impl Serialize) -> Value {
    let mut value = serde_json::to_value(resource).unwrap_or_default();
    strip(&mut value);
    value
}

fn strip(value: &mut Value) {
    if let Value::Object(members) = value {
        members.retain(|_, member| !member.is_null());
        members.values_mut().for_each(strip);
    }
}

/// A page of a list: items after `position`, at most `limit` of them (API Reference, `GetRestApis`: 25 unless told, 500 at most), under
/// the name `item` that lists have on the wire.
pub(super) fn page<T>(
    items: &BTreeMap<String, T>,
    position: Option<&str>,
    limit: Option<i64>,
    render: impl Fn(&T) -> Value,
) -> Value {
    let limit = usize::try_from(limit.unwrap_or(25).clamp(1, 500)).unwrap_or(25);
    let start = position.map_or(Bound::Unbounded, Bound::Excluded);
    let mut rest = items.range::<str, _>((start, Bound::Unbounded)).peekable();
    let mut last = None;
    let mut page = Vec::new();
    while page.len() < limit
        && let Some((key, item)) = rest.next()
    {
        last = Some(key);
        page.push(render(item));
    }
    match (rest.peek(), last) {
        (Some(_), Some(last)) => json!({ "item": page, "position": last }),
        _ => json!({ "item": page }),
    }
}

/// A value out of a closed list (service model).
pub(super) fn one_of(value: &str, name: &str, allowed: &[&str]) -> Answer<()> {
    if allowed.contains(&value) {
        return Ok(());
    }
    Err(bad_request(format!(
        "1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: Member must satisfy enum value set: [{}]",
        allowed.join(", ")
    )))
}

/// Tags (API Gateway Developer Guide, "Tag restrictions"): 50 at most, keys of 1 to 128 characters not starting with `aws:`, values of 256 at most.
pub(super) fn check_tags(tags: &Strings) -> Answer<()> {
    if tags.len() > 50 {
        return Err(bad_request("The number of tags exceeds the limit of 50."));
    }
    let good = |key: &str, value: &str| {
        (1..=128).contains(&key.chars().count()) && !key.starts_with("aws:") && value.chars().count() <= 256
    };
    match tags.iter().find(|(key, value)| !good(key, value)) {
        Some((key, _)) => Err(bad_request(format!("Invalid tag: {key}"))),
        None => Ok(()),
    }
}
