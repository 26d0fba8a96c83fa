//! Trust stores: the authorities that clients' certificates are verified with (User Guide for Application Load Balancers, "Mutual
//! authentication with TLS").

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use x509_parser::pem::Pem;

use super::load_balancer_check::check_name;
use super::select::{invalid, page};
use super::tag::{self, Tag};
use super::trust_store_revocation::Revocation;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::protocol::Protocol;
use crate::protocol::input::Input;
use crate::services::s3::object;

/// Trust stores of a region (User Guide, "Quotas").
const MOST_STORES: usize = 20;

/// Certificates of a trust store (User Guide, "Quotas").
const MOST_CERTIFICATES: usize = 25;

/// A trust store.
#[derive(Clone, Debug)]
pub struct TrustStore {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its certificates in PEM.
    pub bundle: Bytes,
    certificates: usize,
    /// Lists of revoked certificates, by their identifiers.
    pub revocations: BTreeMap<u64, Revocation>,
    ready_at: Timestamp,
}

impl TrustStore {
    /// An empty one that listeners may use at once.
    #[must_use]
    pub fn active(arn: &str, name: &str) -> Self {
        Self {
            arn: arn.to_owned(),
            name: name.to_owned(),
            bundle: Bytes::new(),
            certificates: 0,
            revocations: BTreeMap::new(),
            ready_at: Timestamp::default(),
        }
    }

    /// Whether listeners may use it.
    #[must_use]
    pub fn is_ready(&self, now: Timestamp) -> bool {
        self.ready_at <= now
    }

    fn render(&self, now: Timestamp) -> Value {
        json!({
            "Name": self.name, "TrustStoreArn": self.arn, "Status": if self.is_ready(now) { "ACTIVE" } else { "CREATING" },
            "NumberOfCaCertificates": self.certificates,
            "TotalRevokedEntries": self.revocations.values().map(|revocation| revocation.entries).sum::<usize>(),
        })
    }
}

pub(super) fn not_found(arn: &str) -> AwsError {
    AwsError::new("TrustStoreNotFound", format!("Trust store '{arn}' not found"))
}

pub(super) fn find<'a>(ctx: &'a mut Context<'_>, arn: &str) -> Answer<&'a mut TrustStore> {
    ctx.here.elbv2.trust_stores.get_mut(arn).ok_or_else(|| not_found(arn))
}

/// The bundle, and how many certificates it has.
fn bundle(ctx: &Context<'_>, bucket: &str, key: &str, version: Option<&str>) -> Answer<(Bytes, usize)> {
    // Buckets here keep one version, whose identifier is `null` (S3 User Guide, "Versioning").
    let found = object::content(ctx, bucket, key).filter(|_| version.is_none_or(|version| version == "null"));
    let content = found.ok_or_else(|| {
        let message = format!("The CA certificates bundle 's3://{bucket}/{key}' was not found");
        AwsError::new("CaCertificatesBundleNotFound", message)
    })?;
    let count = certificates(&content).ok_or_else(|| {
        let message = "The CA certificates bundle is in an invalid format: it must hold certificates in PEM";
        AwsError::new("InvalidCaCertificatesBundle", message)
    })?;
    if count > MOST_CERTIFICATES {
        let message = format!("A trust store can have at most {MOST_CERTIFICATES} certificates");
        return Err(AwsError::new("InvalidCaCertificatesBundle", message));
    }
    Ok((content, count))
}

/// How many certificates a PEM document holds; `None` unless it holds certificates and nothing else.
fn certificates(content: &[u8]) -> Option<usize> {
    let all: Vec<Pem> = Pem::iter_from_buffer(content).collect::<Result<_, _>>().ok()?;
    let fine = all.iter().all(|one| one.label == "CERTIFICATE" && one.parse_x509().is_ok());
    (fine && !all.is_empty()).then_some(all.len())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateTrustStoreRequest {
    name: String,
    #[serde(rename = "CaCertificatesBundleS3Bucket")]
    bucket: String,
    #[serde(rename = "CaCertificatesBundleS3Key")]
    key: String,
    #[serde(rename = "CaCertificatesBundleS3ObjectVersion")]
    version: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateTrustStoreRequest) -> Answer<Value> {
    check_name("Trust store", &request.name)?;
    let tags = tag::merged(&request.tags, super::Tags::new())?;
    let (bundle, certificates) = bundle(ctx, &request.bucket, &request.key, request.version.as_deref())?;
    let stores = &ctx.here.elbv2.trust_stores;
    if stores.values().any(|store| store.name == request.name) {
        let message = format!("A trust store with the name '{}' already exists", request.name);
        return Err(AwsError::new("DuplicateTrustStoreName", message));
    }
    if stores.len() >= MOST_STORES {
        return Err(AwsError::new("TooManyTrustStores", "The maximum number of trust stores has been reached"));
    }
    let store = TrustStore {
        arn: ctx.here.arn("elasticloadbalancing", &format!("truststore/{}/{}", request.name, ctx.ids.hex16())),
        name: request.name,
        bundle,
        certificates,
        revocations: BTreeMap::new(),
        ready_at: ctx.now + ctx.config.durations.trust_store_creation,
    };
    let answer = json!({ "TrustStores": [store.render(ctx.now)] });
    ctx.here.elbv2.put_tags(&store.arn, tags);
    ctx.here.elbv2.trust_stores.insert(store.arn.clone(), store);
    Ok(answer)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ModifyTrustStoreRequest {
    trust_store_arn: String,
    #[serde(rename = "CaCertificatesBundleS3Bucket")]
    bucket: String,
    #[serde(rename = "CaCertificatesBundleS3Key")]
    key: String,
    #[serde(rename = "CaCertificatesBundleS3ObjectVersion")]
    version: Option<String>,
}

pub(super) fn modify(ctx: &mut Context<'_>, request: ModifyTrustStoreRequest) -> Answer<Value> {
    find(ctx, &request.trust_store_arn)?;
    let (bundle, certificates) = bundle(ctx, &request.bucket, &request.key, request.version.as_deref())?;
    let now = ctx.now;
    let store = find(ctx, &request.trust_store_arn)?;
    (store.bundle, store.certificates) = (bundle, certificates);
    Ok(json!({ "TrustStores": [store.render(now)] }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeTrustStoresRequest {
    #[serde(default)]
    trust_store_arns: Vec<String>,
    #[serde(default)]
    names: Vec<String>,
    marker: Option<String>,
    page_size: Option<usize>,
}

pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeTrustStoresRequest) -> Answer<Value> {
    let all = &ctx.here.elbv2.trust_stores;
    let DescribeTrustStoresRequest { trust_store_arns: arns, names, .. } = &request;
    if !arns.is_empty() && !names.is_empty() {
        return Err(invalid("Trust store names and trust store ARNs cannot be specified at the same time"));
    }
    let missing = arns.iter().find(|arn| !all.contains_key(*arn));
    let missing = missing.or_else(|| names.iter().find(|name| !all.values().any(|store| store.name == **name)));
    if let Some(missing) = missing {
        return Err(not_found(missing));
    }
    let asked = |store: &&TrustStore| {
        (arns.is_empty() || arns.contains(&store.arn)) && (names.is_empty() || names.contains(&store.name))
    };
    let found = all.values().filter(asked).map(|store| (store.arn.clone(), store.render(ctx.now))).collect();
    let (page, next) = page(found, request.marker.as_deref(), request.page_size)?;
    Ok(json!({ "TrustStores": page, "NextMarker": next }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct TrustStoreRequest {
    trust_store_arn: String,
}

/// ARNs of the listeners that verify clients with a trust store.
fn users(ctx: &Context<'_>, arn: &str) -> Vec<String> {
    let uses = |listener: &&super::listener::Listener| {
        let mutual = listener.mutual_authentication.as_ref();
        mutual.and_then(|mutual| mutual.trust_store_arn.as_deref()) == Some(arn)
    };
    ctx.here.elbv2.listeners.values().filter(uses).map(|listener| listener.arn.clone()).collect()
}

pub(super) fn delete(ctx: &mut Context<'_>, request: TrustStoreRequest) -> Answer<()> {
    let arn = request.trust_store_arn;
    find(ctx, &arn)?;
    if !users(ctx, &arn).is_empty() {
        let message = format!("Trust store '{arn}' is currently in use by a listener");
        return Err(AwsError::new("TrustStoreInUse", message));
    }
    ctx.here.elbv2.trust_stores.remove(&arn);
    ctx.here.elbv2.tags.remove(&arn);
    Ok(())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeAssociationsRequest {
    trust_store_arn: String,
    marker: Option<String>,
    page_size: Option<usize>,
}

pub(super) fn describe_associations(ctx: &mut Context<'_>, request: DescribeAssociationsRequest) -> Answer<Value> {
    find(ctx, &request.trust_store_arn)?;
    let users = users(ctx, &request.trust_store_arn).into_iter();
    let found = users.map(|arn| (arn.clone(), json!({ "ResourceArn": arn }))).collect();
    let (page, next) = page(found, request.marker.as_deref(), request.page_size)?;
    Ok(json!({ "TrustStoreAssociations": page, "NextMarker": next }))
}

/// API Reference, `GetTrustStoreCaCertificatesBundle`: a presigned URL.
pub(super) fn get_bundle(ctx: &mut Context<'_>, input: &Input) -> Answer<Value> {
    let request: TrustStoreRequest = input.parse().map_err(|error| Protocol::Query.input_error(&error))?;
    let store = find(ctx, &request.trust_store_arn)?;
    let id = store.arn.rsplit('/').next().unwrap_or_default();
    let (key, bundle) = (format!("trust-store/{id}/ca-bundle.pem"), store.bundle.clone());
    Ok(json!({ "Location": object::hand_out(ctx, &input.headers, key, bundle) }))
}
