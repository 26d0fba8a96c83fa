//! Revoked certificates of trust stores (API Reference, `AddTrustStoreRevocations`; User Guide, "Mutual authentication with TLS":
//! certificate revocation lists in PEM or DER).

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use x509_parser::pem::Pem;
use x509_parser::prelude::{CertificateRevocationList, FromDer};

use super::select::{invalid, page};
use super::trust_store::find;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::protocol::Protocol;
use crate::protocol::input::Input;
use crate::services::s3::object;

/// Revocation lists of a trust store (User Guide, "Quotas").
const MOST_LISTS: usize = 30;

/// A list of revoked certificates.
#[derive(Clone, Debug)]
pub struct Revocation {
    /// The list as it was read.
    pub content: Bytes,
    /// How many certificates it names.
    pub entries: usize,
}

impl Revocation {
    fn render(&self, store: &str, id: u64) -> Value {
        json!({
            "TrustStoreArn": store, "RevocationId": id, "RevocationType": "CRL", "NumberOfRevokedEntries": self.entries,
        })
    }
}

fn no_such_revocation(id: u64) -> AwsError {
    AwsError::new("RevocationIdNotFound", format!("Revocation ID '{id}' not found"))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RevocationContent {
    s3_bucket: Option<String>,
    s3_key: Option<String>,
    s3_object_version: Option<String>,
    revocation_type: Option<String>,
}

impl RevocationContent {
    fn read(&self, ctx: &Context<'_>) -> Answer<Revocation> {
        if self.revocation_type.as_deref().is_some_and(|kind| kind != "CRL") {
            return Err(invalid("Revocation type must be 'CRL'"));
        }
        let (Some(bucket), Some(key)) = (&self.s3_bucket, &self.s3_key) else {
            return Err(invalid("Revocation contents must have an S3 bucket and an S3 key"));
        };
        let one_version = self.s3_object_version.as_ref().is_none_or(|version| version == "null");
        let content = object::content(ctx, bucket, key).filter(|_| one_version).ok_or_else(|| {
            let message = format!("The revocation content 's3://{bucket}/{key}' was not found");
            AwsError::new("RevocationContentNotFound", message)
        })?;
        let entries = entries(&content).ok_or_else(|| {
            let message = "The revocation content is in an invalid format: it must be a certificate revocation list";
            AwsError::new("InvalidRevocationContent", message)
        })?;
        Ok(Revocation { content, entries })
    }
}

/// How many certificates a revocation list names; `None` if it is none.
fn entries(content: &[u8]) -> Option<usize> {
    let count = |der: &[u8]| {
        let (_, list) = CertificateRevocationList::from_der(der).ok()?;
        Some(list.iter_revoked_certificates().count())
    };
    match Pem::iter_from_buffer(content).next() {
        Some(Ok(pem)) if pem.label == "X509 CRL" => count(&pem.contents),
        _ => count(content),
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct AddRevocationsRequest {
    trust_store_arn: String,
    #[serde(default)]
    revocation_contents: Vec<RevocationContent>,
}

pub(super) fn add(ctx: &mut Context<'_>, request: AddRevocationsRequest) -> Answer<Value> {
    find(ctx, &request.trust_store_arn)?;
    let lists: Vec<Revocation> =
        request.revocation_contents.iter().map(|content| content.read(ctx)).collect::<Answer<_>>()?;
    let store = find(ctx, &request.trust_store_arn)?;
    if store.revocations.len() + lists.len() > MOST_LISTS {
        let message = format!("A trust store can have at most {MOST_LISTS} revocation lists");
        return Err(AwsError::new("TooManyTrustStoreRevocationEntries", message));
    }
    let mut added = Vec::new();
    for list in lists {
        let id = store.revocations.last_key_value().map_or(1, |(last, _)| last + 1);
        added.push(list.render(&store.arn, id));
        store.revocations.insert(id, list);
    }
    Ok(json!({ "TrustStoreRevocations": added }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct RemoveRevocationsRequest {
    trust_store_arn: String,
    revocation_ids: Vec<u64>,
}

pub(super) fn remove(ctx: &mut Context<'_>, request: RemoveRevocationsRequest) -> Answer<()> {
    let store = find(ctx, &request.trust_store_arn)?;
    if let Some(id) = request.revocation_ids.iter().find(|id| !store.revocations.contains_key(id)) {
        return Err(no_such_revocation(*id));
    }
    store.revocations.retain(|id, _| !request.revocation_ids.contains(id));
    Ok(())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeRevocationsRequest {
    trust_store_arn: String,
    #[serde(default)]
    revocation_ids: Vec<u64>,
    marker: Option<String>,
    page_size: Option<usize>,
}

pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeRevocationsRequest) -> Answer<Value> {
    let store = find(ctx, &request.trust_store_arn)?;
    let wanted = &request.revocation_ids;
    if let Some(id) = wanted.iter().find(|id| !store.revocations.contains_key(id)) {
        return Err(no_such_revocation(*id));
    }
    let asked = store.revocations.iter().filter(|(id, _)| wanted.is_empty() || wanted.contains(id));
    let found = asked.map(|(id, list)| (id.to_string(), list.render(&store.arn, *id))).collect();
    let (page, next) = page(found, request.marker.as_deref(), request.page_size)?;
    Ok(json!({ "TrustStoreRevocations": page, "NextMarker": next }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ContentRequest {
    trust_store_arn: String,
    revocation_id: u64,
}

/// API Reference, `GetTrustStoreRevocationContent`: a presigned URL.
pub(super) fn get_content(ctx: &mut Context<'_>, input: &Input) -> Answer<Value> {
    let request: ContentRequest = input.parse().map_err(|error| Protocol::Query.input_error(&error))?;
    let store = find(ctx, &request.trust_store_arn)?;
    let id = request.revocation_id;
    let content = store.revocations.get(&id).ok_or_else(|| no_such_revocation(id))?.content.clone();
    let key = format!("trust-store/{}/{id}.crl", store.arn.rsplit('/').next().unwrap_or_default());
    Ok(json!({ "Location": object::hand_out(ctx, &input.headers, key, content) }))
}
