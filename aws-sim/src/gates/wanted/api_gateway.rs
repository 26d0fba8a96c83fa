//! API Gateway: actions are HTTP methods, resources are paths.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::{Wanted, keys_of, request_tags, with_request_tags, with_resource_tags};
use crate::clock::Timestamp;
use crate::protocol::route::Routed;
use crate::services::{Tags, apigateway};
use crate::world::Region;

/// What stays as it is in a path (RFC 3986, unreserved characters).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'*');

pub(super) fn wanted(routed: &Routed, region: &Region) -> Vec<Wanted> {
    let tags = request_tags(&routed.input.tree);
    let base = with_request_tags(keys_of(region), &tags);
    let on = |action: &str, path: &str| {
        let resource = arn(region, path);
        let keys = with_resource_tags(base.clone(), region, &resource);
        Wanted { action: format!("apigateway:{action}"), resource, keys }
    };
    let path = path(routed);
    let mut all = vec![on(routed.operation.method, &path)];
    if writes_policy(routed) {
        all.push(on("UpdateRestApiPolicy", &path));
    }
    match routed.operation.name {
        // mattclay/aws-terminator#284: tags on create are a `PUT` under `/tags`.
        "CreateRestApi" if !tags.is_empty() => all.push(on("PUT", &tags_path(&arn(region, &format!("{path}/*"))))),
        // iann0036/iam-dataset#39, tried on AWS: besides, tags are a change of what has them.
        // Inferred (untag-is-a-change): so is their removal.
        "TagResource" | "UntagResource" => {
            let tagged = routed.input.tree.get("resource_arn").and_then(Value::as_str).unwrap_or_default();
            all.push(on("PATCH", tagged.splitn(6, ':').nth(5).unwrap_or_default()));
        }
        _ => {}
    }
    all
}

/// Developer Guide, "Create and attach an API Gateway resource policy to an API": writing one is an action of its own.
fn writes_policy(routed: &Routed) -> bool {
    let tree = &routed.input.tree;
    match routed.operation.name {
        "CreateRestApi" => tree.get("policy").is_some(),
        "UpdateRestApi" => {
            let operations = tree.get("patchOperations").and_then(Value::as_array).into_iter().flatten();
            operations.into_iter().any(|operation| operation.get("path").and_then(Value::as_str) == Some("/policy"))
        }
        "PutRestApi" | "ImportRestApi" => {
            String::from_utf8_lossy(&routed.input.body).contains("x-amazon-apigateway-policy")
        }
        _ => false,
    }
}

/// `arn:aws:apigateway:<region>::<path>`: no account in it.
fn arn(region: &Region, path: &str) -> String {
    format!("arn:{}:apigateway:{}::{path}", region.partition(), region.name)
}

/// The path of the call; an ARN in it stays encoded.
fn path(routed: &Routed) -> String {
    let label = |segment: &str| {
        let name = segment.strip_prefix('{')?.strip_suffix('}')?;
        let value = routed.input.tree.get(name.trim_end_matches('+')).and_then(Value::as_str)?;
        Some(if name.ends_with('+') { encoded(value) } else { value.to_owned() })
    };
    let path = routed.operation.path.split('?').next().unwrap_or_default();
    let segments = path.split('/').map(|segment| label(segment).unwrap_or_else(|| segment.to_owned()));
    segments.collect::<Vec<_>>().join("/")
}

fn tags_path(arn: &str) -> String {
    format!("/tags/{}", encoded(arn))
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// What belongs to an API has the API's tags; where it has tags of its own, they win (Developer Guide, "API Gateway resources that can be tagged").
pub(super) fn tags_of(region: &Region, arn: &str) -> Tags {
    let mut all = (apigateway::SERVICE.tagged)(region, Timestamp::default());
    all.retain(|tagged| arn == tagged.arn || arn.starts_with(&format!("{}/", tagged.arn)));
    all.sort_by_key(|tagged| tagged.arn.len());
    all.into_iter().flat_map(|tagged| tagged.tags).collect()
}
