//! Policies of buckets, as far as other services write to a bucket (API Reference, `PutBucketPolicy`).

use serde_json::json;

use super::bucket::{find, text};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::iam::{Decision, Kind, Policy, Request};
use crate::protocol::input::Input;
use crate::protocol::{Body, Reply};
use crate::world::Region;

pub(super) fn put(ctx: &mut Context<'_>, input: &Input) -> Answer<Reply> {
    find(ctx, input)?;
    let document = String::from_utf8_lossy(&input.body).into_owned();
    if Policy::parse(&document, Kind::Resource).is_err() {
        return Err(AwsError::new("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'"));
    }
    ctx.here.s3.policies.insert(text(input, "Bucket").to_owned(), document);
    Ok(Reply::with_status(204, json!({})))
}

pub(super) fn get(ctx: &mut Context<'_>, input: &Input) -> Answer<Reply> {
    find(ctx, input)?;
    let absent = || AwsError::new("NoSuchBucketPolicy", "The bucket policy does not exist").status(404);
    let document = ctx.here.s3.policies.get(text(input, "Bucket")).ok_or_else(absent)?;
    let body = Body::Raw("application/json".into(), document.clone().into_bytes());
    Ok(Reply { status: 200, headers: Vec::new(), body })
}

pub(super) fn delete(ctx: &mut Context<'_>, input: &Input) -> Answer<Reply> {
    find(ctx, input)?;
    ctx.here.s3.policies.remove(text(input, "Bucket"));
    Ok(Reply::with_status(204, json!({})))
}

/// Whether a bucket's policy allows a request; without one nobody but its owner may do anything.
pub(crate) fn allows(region: &Region, bucket: &str, request: &Request<'_>) -> bool {
    let policy = region.s3.policies.get(bucket).and_then(|document| Policy::parse(document, Kind::Resource).ok());
    policy.is_some_and(|policy| policy.decide(request) == Decision::Allow)
}
