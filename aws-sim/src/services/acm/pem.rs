//! What an imported certificate says (RFC 5280, RFC 7468).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;

use crate::clock::Timestamp;
use crate::error::{Answer, AwsError};

/// The parts of a certificate that ACM shows.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) domain: String,
    pub(super) names: Vec<String>,
    pub(super) not_before: Timestamp,
    pub(super) not_after: Timestamp,
    pub(super) key_algorithm: String,
    pub(super) serial: String,
}

fn invalid(what: &str) -> AwsError {
    AwsError::new("ValidationException", format!("The {what} that you specified is not a valid PEM-encoded {what}"))
}

/// A blob's text: blobs come in base64 (AWS JSON protocol).
pub(super) fn text(blob: &str, what: &str) -> Answer<String> {
    STANDARD.decode(blob).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(|| invalid(what))
}

/// The bytes of a PEM document.
fn decode(text: &str, what: &str) -> Answer<Vec<u8>> {
    let body = text.split("-----").nth(2).ok_or_else(|| invalid(what))?;
    let joined: String = body.split_whitespace().collect();
    STANDARD.decode(joined).map_err(|_| invalid(what))
}

/// A certificate in PEM (RFC 7468: lines of 64 characters).
pub(crate) fn certificate_text(der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let lines: Vec<&str> = (0..body.len()).step_by(64).filter_map(|at| body.get(at..body.len().min(at + 64))).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

/// The first certificate of a chain, and the others.
pub(super) fn split(chain: &str) -> (&str, &str) {
    let end = "-----END CERTIFICATE-----";
    let at = chain.find(end).map_or(chain.len(), |at| at + end.len());
    let (first, rest) = chain.split_at(at);
    (first, rest.trim_start())
}

pub(super) fn private_key(text: &str) -> Answer<()> {
    decode(text, "private key").map(drop)
}

pub(super) fn certificate(text: &str) -> Answer<Content> {
    let der = decode(text, "certificate")?;
    let (_, parsed) = X509Certificate::from_der(&der).map_err(|_| invalid("certificate"))?;
    let common = parsed.subject().iter_common_name().find_map(|name| name.as_str().ok().map(str::to_owned));
    let alternatives = parsed.subject_alternative_name().ok().flatten();
    let dns =
        |name: &GeneralName<'_>| if let GeneralName::DNSName(name) = name { Some((*name).to_owned()) } else { None };
    let names: Vec<String> = alternatives
        .map(|extension| extension.value.general_names.iter().filter_map(dns).collect())
        .unwrap_or_default();
    let domain = common.or_else(|| names.first().cloned()).ok_or_else(|| invalid("certificate"))?;
    let names = if names.is_empty() { vec![domain.clone()] } else { names };
    let validity = parsed.validity();
    let time = |seconds: i64| Timestamp::from_millis(u64::try_from(seconds).unwrap_or_default().saturating_mul(1000));
    let key_algorithm = match parsed.public_key().parsed() {
        Ok(PublicKey::RSA(key)) => format!("RSA_{}", key.key_size()),
        Ok(PublicKey::EC(key)) => if key.key_size() > 256 { "EC_secp384r1" } else { "EC_prime256v1" }.to_owned(),
        _ => return Err(invalid("certificate")),
    };
    Ok(Content {
        domain,
        names,
        not_before: time(validity.not_before.timestamp()),
        not_after: time(validity.not_after.timestamp()),
        key_algorithm,
        serial: parsed.raw_serial_as_string(),
    })
}
