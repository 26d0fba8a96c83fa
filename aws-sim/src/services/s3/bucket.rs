//! Buckets.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::object::Object;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::protocol::Reply;
use crate::protocol::input::Input;

/// A label of the path or a parameter of the query string.
pub(super) fn text<'a>(input: &'a Input, name: &str) -> &'a str {
    input.tree.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The objects of the bucket that a request names.
pub(super) fn find<'a>(ctx: &'a mut Context<'_>, input: &Input) -> Answer<&'a mut BTreeMap<String, Object>> {
    ctx.here
        .s3
        .buckets
        .get_mut(text(input, "Bucket"))
        .ok_or_else(|| AwsError::new("NoSuchBucket", "The specified bucket does not exist").status(404))
}

/// User Guide, "Bucket naming rules".
fn check_name(name: &str) -> Answer<()> {
    let fine = (3..=63).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.'))
        && !name.starts_with(['-', '.'])
        && !name.ends_with(['-', '.']);
    if fine { Ok(()) } else { Err(AwsError::new("InvalidBucketName", "The specified bucket is not valid.")) }
}

/// Names are taken over all accounts and regions.
pub(super) fn create(ctx: &mut Context<'_>, input: &Input) -> Answer<Reply> {
    let name = text(input, "Bucket");
    check_name(name)?;
    if ctx.here.s3.buckets.contains_key(name) {
        let message = "Your previous request to create the named bucket succeeded and you already own it.";
        return Err(AwsError::new("BucketAlreadyOwnedByYou", message).status(409));
    }
    if ctx.world.regions.values().any(|region| region.s3.buckets.contains_key(name)) {
        let message = "The requested bucket name is not available. Select a different name and try again.";
        return Err(AwsError::new("BucketAlreadyExists", message).status(409));
    }
    ctx.here.s3.buckets.insert(name.to_owned(), BTreeMap::new());
    ctx.here.s3.created.insert(name.to_owned(), ctx.now);
    let mut reply = Reply::from(());
    reply.headers.push(("Location".into(), format!("/{name}")));
    Ok(reply)
}

pub(super) fn delete(ctx: &mut Context<'_>, input: &Input) -> Answer<Reply> {
    if !find(ctx, input)?.is_empty() {
        return Err(AwsError::new("BucketNotEmpty", "The bucket you tried to delete is not empty").status(409));
    }
    ctx.here.s3.buckets.remove(text(input, "Bucket"));
    ctx.here.s3.created.remove(text(input, "Bucket"));
    ctx.here.s3.policies.remove(text(input, "Bucket"));
    Ok(Reply::with_status(204, json!({})))
}

pub(super) fn head(ctx: &mut Context<'_>, input: &Input) -> Answer<Reply> {
    let name = ctx.here.name.clone();
    find(ctx, input)?;
    let mut reply = Reply::from(());
    reply.headers.push(("x-amz-bucket-region".into(), name));
    Ok(reply)
}

/// The canonical user of the caller's account.
pub(super) fn owner_id(ctx: &Context<'_>) -> String {
    format!("{:064x}", crate::ids::derived(&ctx.here.account))
}

/// The caller's buckets of all regions, by name (API Reference, `ListBuckets`).
pub(super) fn list_all(ctx: &mut Context<'_>, input: &Input) -> Answer<Value> {
    let (prefix, after) = (text(input, "prefix"), text(input, "continuation-token"));
    let size: usize = text(input, "max-buckets").parse().unwrap_or(10_000).clamp(1, 10_000);
    let wanted = text(input, "bucket-region");
    let regions = ctx.world.regions.values().map(|region| &**region).chain([&*ctx.here]);
    let own = regions.filter(|region| region.account == ctx.here.account);
    let own = own.filter(|region| wanted.is_empty() || region.name == wanted);
    let mut buckets: Vec<(&String, &str, Timestamp)> = own
        .flat_map(|region| region.s3.created.iter().map(|(name, created)| (name, region.name.as_str(), *created)))
        .filter(|(name, ..)| name.starts_with(prefix) && name.as_str() > after)
        .collect();
    buckets.sort_by_key(|(name, ..)| *name);
    let next = (buckets.len() > size).then(|| buckets[size - 1].0.clone());
    let render = |(name, region, created): &(&String, &str, Timestamp)| {
        json!({
            "Name": name, "CreationDate": created.iso(), "BucketRegion": region,
            "BucketArn": format!("arn:{}:s3:::{name}", ctx.here.partition()),
        })
    };
    let page: Vec<Value> = buckets.iter().take(size).map(render).collect();
    let id = owner_id(ctx);
    Ok(json!({ "ListAllMyBucketsResult": {
        "Owner": { "ID": id }, "Buckets": { "Bucket": page }, "ContinuationToken": next, "Prefix": (!prefix.is_empty()).then_some(prefix),
    } }))
}

/// One page of at most a thousand keys (API Reference, `ListObjectsV2`).
pub(super) fn list(ctx: &mut Context<'_>, input: &Input) -> Answer<Value> {
    let (name, prefix, token) = (text(input, "Bucket"), text(input, "prefix"), text(input, "continuation-token"));
    let size: usize = text(input, "max-keys").parse().unwrap_or(1000).min(1000);
    let objects = find(ctx, input)?;
    let mut rest = objects.iter().filter(|(key, _)| key.starts_with(prefix) && key.as_str() > token);
    let page: Vec<(&String, &Object)> = rest.by_ref().take(size).collect();
    let next = page.last().filter(|_| rest.next().is_some()).map(|(key, _)| (*key).clone());
    let contents: Vec<Value> = page.iter().map(|(key, object)| object.render(key)).collect();
    Ok(json!({ "ListBucketResult": {
        "Name": name, "Prefix": prefix, "KeyCount": contents.len(), "MaxKeys": size, "IsTruncated": next.is_some(),
        "NextContinuationToken": next, "Contents": contents,
    } }))
}
