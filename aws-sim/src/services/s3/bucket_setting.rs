//! Settings of buckets that cannot be changed here: what a bucket answers that nobody has set them for (API Reference, the operation of each
//! function; User Guide, "Default settings for new S3 buckets FAQ").

use serde_json::{Value, json};

use super::bucket::{find, owner_id};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::protocol::input::Input;
use crate::protocol::{Body, Reply};

/// The answer, for a bucket that is there.
fn of_bucket(ctx: &mut Context<'_>, input: &Input, answer: Value) -> Answer<Value> {
    find(ctx, input)?;
    Ok(answer)
}

/// The refusal that stands for a setting that was never made, for a bucket that is there.
fn never_set(ctx: &mut Context<'_>, input: &Input, code: &'static str, message: &str) -> Answer<Value> {
    find(ctx, input)?;
    Err(AwsError::new(code, message).status(404))
}

pub(super) fn accelerate(ctx: &mut Context<'_>, input: &Input) -> Answer<Value> {
    of_bucket(ctx, input, json!({ "AccelerateConfiguration": {} }))
}

/// The owner has all permissions, nobody else any. The grantee's kind is an attribute.
pub(super) fn acl(ctx: &mut Context<'_>, input: &Input) -> Answer<Reply> {
    find(ctx, input)?;
    let id = owner_id(ctx);
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<AccessControlPolicy xmlns=\"{}\"><Owner><ID>{id}</ID></Owner><AccessControlList><Grant>\
         <Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\"><ID>{id}</ID></Grantee>\
         <Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>",
        super::SERVICE.namespace
    );
    Ok(Reply { status: 200, headers: Vec::new(), body: Body::Raw("application/xml".into(), body.into_bytes()) })
}

pub(super) fn cors(ctx: &mut Context<'_>, input: &Input) -> Answer<Value> {
    never_set(ctx, input, "NoSuchCORSConfiguration", "The CORS configuration does not exist")
}

/// New buckets are encrypted with keys of S3's own.
pub(super) fn encryption(ctx: &mut Context<'_>, input: &Input) -> Answer<Value> {
    let default = json!({ "SSEAlgorithm": "AES256" });
    let rule = json!({ "ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": false });
    of_bucket(ctx, input, json!({ "ServerSideEncryptionConfiguration": { "Rule": [rule] } }))
}

pub(super) fn inventories(ctx: &mut Context<'_>, input: &Input) -> Answer<Value> {
    of_bucket(ctx, input, json!({ "ListInventoryConfigurationsResult": { "IsTruncated": false } }))
}

pub(super) fn lifecycle(ctx: &mut Context<'_>, input: &Input) -> Answer<Value> {
    never_set(ctx, input, "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist")
}

/// `us-east-1` has no name here.
pub(super) fn location(ctx: &mut Context<'_>, input: &Input) -> Answer<Value> {
    let name = Some(ctx.here.name.clone()).filter(|name| name != "us-east-1");
    of_bucket(ctx, input, json!({ "LocationConstraint": name }))
}

pub(super) fn logging(ctx: &mut Context<'_>, input: &Input) -> Answer<Value> {
    of_bucket(ctx, input, json!({ "BucketLoggingStatus": {} }))
}

pub(super) fn notification(ctx: &mut Context<'_>, input: &Input) -> Answer<Value> {
    of_bucket(ctx, input, json!({ "NotificationConfiguration": {} }))
}

pub(super) fn object_lock(ctx: &mut Context<'_>, input: &Input) -> Answer<Value> {
    let message = "Object Lock configuration does not exist for this bucket";
    never_set(ctx, input, "ObjectLockConfigurationNotFoundError", message)
}

/// New buckets have access control lists switched off.
pub(super) fn ownership_controls(ctx: &mut Context<'_>, input: &Input) -> Answer<Value> {
    let rule = json!({ "ObjectOwnership": "BucketOwnerEnforced" });
    of_bucket(ctx, input, json!({ "OwnershipControls": { "Rule": [rule] } }))
}

/// New buckets block public access.
pub(super) fn public_access_block(ctx: &mut Context<'_>, input: &Input) -> Answer<Value> {
    let all = json!({
        "BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": true, "RestrictPublicBuckets": true,
    });
    of_bucket(ctx, input, json!({ "PublicAccessBlockConfiguration": all }))
}

pub(super) fn replication(ctx: &mut Context<'_>, input: &Input) -> Answer<Value> {
    let message = "The replication configuration was not found";
    never_set(ctx, input, "ReplicationConfigurationNotFoundError", message)
}

pub(super) fn request_payment(ctx: &mut Context<'_>, input: &Input) -> Answer<Value> {
    of_bucket(ctx, input, json!({ "RequestPaymentConfiguration": { "Payer": "BucketOwner" } }))
}

pub(super) fn tagging(ctx: &mut Context<'_>, input: &Input) -> Answer<Value> {
    never_set(ctx, input, "NoSuchTagSet", "The TagSet does not exist")
}

/// Buckets here have no versions: one that never had them answers without a status.
pub(super) fn versioning(ctx: &mut Context<'_>, input: &Input) -> Answer<Value> {
    of_bucket(ctx, input, json!({ "VersioningConfiguration": {} }))
}

pub(super) fn website(ctx: &mut Context<'_>, input: &Input) -> Answer<Value> {
    never_set(ctx, input, "NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration")
}
