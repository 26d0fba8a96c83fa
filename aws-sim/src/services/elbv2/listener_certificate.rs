//! Certificates of listeners (API Reference, `AddListenerCertificates`; User Guide, "Quotas": 25 besides the default one).

use serde::Deserialize;
use serde_json::{Value, json};

use super::listener::{Certificate, Listener, not_found};
use super::select::{invalid, page};
use crate::context::Context;
use crate::error::{Answer, AwsError};

/// A certificate must be there and issued.
pub(super) fn check(ctx: &Context<'_>, arn: &str) -> Answer<()> {
    let certificate = ctx.here.acm.certificates.get(arn);
    let certificate =
        certificate.ok_or_else(|| AwsError::new("CertificateNotFound", format!("Certificate '{arn}' not found")))?;
    if certificate.is_issued(ctx.now) {
        return Ok(());
    }
    let message = format!(
        "The certificate '{arn}' must have a fully-qualified domain name, a supported signature, and a supported key size."
    );
    Err(AwsError::new("UnsupportedCertificate", message))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListenerCertificatesRequest {
    listener_arn: String,
    certificates: Vec<Certificate>,
}

/// The listener of a request that names one certificate ("You can specify one certificate per call").
fn find<'a>(ctx: &'a mut Context<'_>, request: &ListenerCertificatesRequest) -> Answer<&'a mut Listener> {
    if request.certificates.iter().any(|certificate| certificate.is_default.is_some()) {
        return Err(invalid("IsDefault cannot be specified as an input parameter"));
    }
    if request.certificates.len() != 1 {
        return Err(invalid("Exactly one certificate must be specified"));
    }
    ctx.here.elbv2.listeners.get_mut(&request.listener_arn).ok_or_else(|| not_found(&request.listener_arn))
}

pub(super) fn add(ctx: &mut Context<'_>, request: ListenerCertificatesRequest) -> Answer<Value> {
    for certificate in &request.certificates {
        check(ctx, &certificate.certificate_arn)?;
    }
    let listener = find(ctx, &request)?;
    if listener.ssl_policy.is_none() {
        return Err(invalid(format!("Certificates cannot be added to {} listeners", listener.protocol)));
    }
    for Certificate { certificate_arn: arn, .. } in &request.certificates {
        if !listener.certificates[1..].contains(arn) {
            listener.certificates.push(arn.clone());
        }
    }
    if listener.certificates.len() > 26 {
        listener.certificates.truncate(26);
        return Err(AwsError::new(
            "TooManyCertificates",
            "The maximum number of certificates on the listener has been reached",
        ));
    }
    let certificates: Value = request
        .certificates
        .iter()
        .map(|certificate| json!({ "CertificateArn": certificate.certificate_arn, "IsDefault": false }))
        .collect();
    Ok(json!({ "Certificates": certificates }))
}

pub(super) fn remove(ctx: &mut Context<'_>, request: ListenerCertificatesRequest) -> Answer<()> {
    let listener = find(ctx, &request)?;
    let default = listener.certificates.first().cloned();
    let named = |arn: &String| request.certificates.iter().any(|certificate| certificate.certificate_arn == *arn);
    if default.as_ref().is_some_and(named) {
        return Err(AwsError::new("OperationNotPermitted", "The default certificate cannot be removed"));
    }
    listener.certificates.retain(|arn| !named(arn));
    Ok(())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeListenerCertificatesRequest {
    listener_arn: String,
    marker: Option<String>,
    page_size: Option<usize>,
}

pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeListenerCertificatesRequest) -> Answer<Value> {
    let arn = &request.listener_arn;
    let listener = ctx.here.elbv2.listeners.get(arn).ok_or_else(|| not_found(arn))?;
    let render =
        |(at, arn): (usize, &String)| (format!("{at}"), json!({ "CertificateArn": arn, "IsDefault": at == 0 }));
    let found = listener.certificates.iter().enumerate().map(render).collect();
    let (page, next) = page(found, request.marker.as_deref(), request.page_size)?;
    Ok(json!({ "Certificates": page, "NextMarker": next }))
}
