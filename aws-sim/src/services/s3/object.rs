//! Objects.

use std::borrow::Cow;

use bytes::Bytes;
use serde_json::{Value, json};

use super::bucket::{find, text};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::ids::derived;
use crate::protocol::input::Input;
use crate::protocol::{Body, Reply};

/// An object.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its content.
    pub body: Bytes,
    content_type: String,
    modified: Timestamp,
}

impl Object {
    /// A text that another service hands out.
    #[must_use]
    pub fn document(body: Bytes, now: Timestamp) -> Self {
        Self { body, content_type: "text/plain".to_owned(), modified: now }
    }

    /// API Reference, "Object": a digest, but not of a form that clients may rely on.
    fn etag(&self) -> String {
        format!("\"{:032x}\"", derived(&String::from_utf8_lossy(&self.body)))
    }

    pub(super) fn render(&self, key: &str) -> Value {
        json!({
            "Key": key, "LastModified": self.modified.iso(), "ETag": self.etag(), "Size": self.body.len(),
            "StorageClass": "STANDARD",
        })
    }

    fn reply(&self) -> Reply {
        let headers = vec![
            ("ETag".into(), self.etag()),
            ("Last-Modified".into(), self.modified.http()),
            ("Accept-Ranges".into(), "bytes".to_owned()),
            encrypted(),
        ];
        Reply { status: 200, headers, body: Body::Raw(self.content_type.clone().into(), self.body.to_vec()) }
    }
}

/// S3 User Guide, "Default encryption FAQ": every object is encrypted, and answers say so.
fn encrypted() -> (Cow<'static, str>, String) {
    ("x-amz-server-side-encryption".into(), "AES256".to_owned())
}

fn no_such_key() -> AwsError {
    AwsError::new("NoSuchKey", "The specified key does not exist.").status(404)
}

/// Uploads in chunks carry signatures between the bytes; they are for large objects, which this simulator is not for.
pub(super) fn put(ctx: &mut Context<'_>, input: &Input) -> Answer<Reply> {
    let header = |name: &str| input.headers.get(name).and_then(|value| value.to_str().ok());
    if header("content-encoding").is_some_and(|encoding| encoding.contains("aws-chunked")) {
        let message = "A header you provided implies functionality that is not implemented: aws-chunked";
        return Err(AwsError::new("NotImplemented", message).status(501));
    }
    let object = Object {
        body: input.body.clone(),
        content_type: header("content-type").unwrap_or("binary/octet-stream").to_owned(),
        modified: ctx.now,
    };
    let etag = object.etag();
    find(ctx, input)?.insert(text(input, "Key").to_owned(), object);
    let mut reply = Reply::from(());
    reply.headers.extend([("ETag".into(), etag), encrypted()]);
    Ok(reply)
}

pub(super) fn get(ctx: &mut Context<'_>, input: &Input) -> Answer<Reply> {
    if text(input, "Bucket") == HANDED_OUT {
        return ctx.here.s3.handed_out.get(text(input, "Key")).map(Object::reply).ok_or_else(no_such_key);
    }
    find(ctx, input)?.get(text(input, "Key")).map(Object::reply).ok_or_else(no_such_key)
}

pub(super) fn head(ctx: &mut Context<'_>, input: &Input) -> Answer<Reply> {
    get(ctx, input)
}

/// API Reference, `DeleteObject`: what is not there is deleted successfully.
pub(super) fn delete(ctx: &mut Context<'_>, input: &Input) -> Answer<Reply> {
    find(ctx, input)?.remove(text(input, "Key"));
    Ok(Reply::with_status(204, json!({})))
}

/// The bucket of what other services hand out.
const HANDED_OUT: &str = "aws-handed-out";

/// The content of an object of the caller's; `None` if it is not there.
pub(crate) fn content(ctx: &Context<'_>, bucket: &str, key: &str) -> Option<Bytes> {
    ctx.here.s3.buckets.get(bucket)?.get(key).map(|object| object.body.clone())
}

/// Hands a document out: a URL of this simulator, presigned for the caller's account, where it is to be had.
pub(crate) fn hand_out(ctx: &mut Context<'_>, headers: &http::HeaderMap, key: String, body: Bytes) -> String {
    let host = headers.get("host").and_then(|value| value.to_str().ok()).unwrap_or("localhost");
    let scope = format!("{}%2F{}%2F{}%2Fs3%2Faws4_request", ctx.here.account, ctx.now.day(), ctx.here.name);
    let url = format!(
        "http://{host}/{HANDED_OUT}/{key}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={scope}&X-Amz-Expires=600&X-Amz-SignedHeaders=host&X-Amz-Signature=0"
    );
    ctx.here.s3.handed_out.insert(key, Object::document(body, ctx.now));
    url
}
