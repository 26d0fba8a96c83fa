//! Certificates that clients show to listeners (User Guide for Application Load Balancers, "Mutual authentication with TLS"): passed on as
//! they are, or verified with a trust store; targets learn of them from header fields.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, RootCertStore, SignatureScheme};
use x509_parser::objects::{oid_registry, oid2abbrev};
use x509_parser::prelude::{FromDer, X509Certificate, X509Name};

use crate::services::elbv2::State;
use crate::services::elbv2::listener::Listener;

/// What a listener asks of its clients; nothing if its mode is `off`.
pub(super) enum Demand {
    /// A certificate, if they have one.
    Passthrough,
    /// A certificate that the trust store leads to.
    Verify { bundle: Bytes, revocations: Vec<Bytes>, ignore_expiry: bool, advertise: bool },
}

impl Demand {
    pub(super) fn of(state: &State, listener: &Listener) -> Option<Self> {
        let mutual = listener.mutual_authentication.as_ref()?;
        match mutual.mode.as_deref()? {
            "passthrough" => Some(Self::Passthrough),
            "verify" => {
                let store = state.trust_stores.get(mutual.trust_store_arn.as_ref()?)?;
                Some(Self::Verify {
                    bundle: store.bundle.clone(),
                    revocations: store.revocations.values().map(|list| list.content.clone()).collect(),
                    ignore_expiry: mutual.ignore_client_certificate_expiry == Some(true),
                    advertise: mutual.advertise_trust_store_ca_names.as_deref() == Some("on"),
                })
            }
            _ => None,
        }
    }

    /// What judges clients; `None` if the trust store is of no use.
    pub(super) fn verifier(&self) -> Option<Arc<dyn ClientCertVerifier>> {
        let provider = aws_lc_rs::default_provider();
        let algorithms = provider.signature_verification_algorithms;
        let Self::Verify { bundle, revocations, ignore_expiry, advertise } = self else {
            return Some(Arc::new(Verifier { trusted: None, algorithms, ignore_expiry: false }));
        };
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(CertificateDer::pem_slice_iter(bundle).filter_map(Result::ok));
        let lists: Vec<_> = revocations.iter().map(|list| revocation_list(list)).collect();
        // User Guide, same page: a certificate is revoked if a list of the trust store says so; one that no list knows of is not.
        let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::new(provider));
        let builder = builder.with_crls(lists).allow_unknown_revocation_status();
        let builder = if *advertise { builder } else { builder.clear_root_hint_subjects() };
        let trusted = Some(builder.build().ok()?);
        Some(Arc::new(Verifier { trusted, algorithms, ignore_expiry: *ignore_expiry }))
    }

    /// The header fields that targets get, by the names that the listener's attributes give them.
    pub(super) fn fields(&self, listener: &Listener, chain: &[CertificateDer<'_>]) -> Vec<(HeaderName, HeaderValue)> {
        let Some((_, leaf)) = chain.first().and_then(|leaf| X509Certificate::from_der(leaf).ok()) else {
            return Vec::new();
        };
        let time = |seconds: i64| {
            let since = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
            humantime::format_rfc3339_seconds(UNIX_EPOCH + since)
        };
        let validity = leaf.validity();
        let (start, end) = (time(validity.not_before.timestamp()), time(validity.not_after.timestamp()));
        let encoded = |chain: &[CertificateDer<'_>]| chain.iter().map(|one| pem(one)).collect::<String>();
        let values = match self {
            Self::Passthrough => vec![("", encoded(chain))],
            Self::Verify { .. } => vec![
                ("-serial-number", leaf.raw_serial_as_string().replace(':', "").to_uppercase()),
                ("-issuer", distinguished(leaf.issuer())),
                ("-subject", distinguished(leaf.subject())),
                ("-validity", format!("NotBefore={start};NotAfter={end}")),
                ("-leaf", encoded(&chain[..1])),
            ],
        };
        let field = |(what, value): (&str, String)| {
            let attribute =
                format!("routing.http.request.x_amzn_mtls_clientcert{}.header_name", what.replace('-', "_"));
            let own = listener.attributes.get(&attribute).filter(|name| !name.is_empty()).cloned();
            let name = own.unwrap_or_else(|| format!("x-amzn-mtls-clientcert{what}"));
            Some((name.to_ascii_lowercase().parse().ok()?, value.parse().ok()?))
        };
        values.into_iter().filter_map(field).collect()
    }
}

/// In PEM or DER.
fn revocation_list(list: &Bytes) -> CertificateRevocationListDer<'static> {
    CertificateRevocationListDer::from_pem_slice(list).unwrap_or_else(|_| list.to_vec().into())
}

/// User Guide, same page: URL-encoded PEM, with `+=/` as they are.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'+').remove(b'=').remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn pem(certificate: &CertificateDer<'_>) -> String {
    let body = STANDARD.encode(certificate);
    let lines: Vec<String> =
        body.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    let text = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"));
    utf8_percent_encode(&text, ENCODED).to_string()
}

/// The last part first (RFC 2253).
fn distinguished(name: &X509Name<'_>) -> String {
    let mut parts: Vec<String> = name
        .iter_attributes()
        .map(|attribute| {
            let kind = oid2abbrev(attribute.attr_type(), oid_registry())
                .map_or_else(|_| attribute.attr_type().to_id_string(), str::to_owned);
            format!("{kind}={}", attribute.as_str().unwrap_or_default().replace(',', "\\,"))
        })
        .collect();
    parts.reverse();
    parts.join(",")
}

#[derive(Debug)]
struct Verifier {
    /// Whom clients must lead to; without, everybody passes, with a certificate or without.
    trusted: Option<Arc<dyn ClientCertVerifier>>,
    algorithms: WebPkiSupportedAlgorithms,
    ignore_expiry: bool,
}

/// The last moment at which a certificate holds, if that is over.
fn last_moment(certificate: &CertificateDer<'_>, now: UnixTime) -> UnixTime {
    let end = X509Certificate::from_der(certificate).ok().map(|(_, one)| one.validity().not_after.timestamp());
    let end = end.and_then(|end| u64::try_from(end).ok()).unwrap_or(u64::MAX);
    UnixTime::since_unix_epoch(Duration::from_secs(now.as_secs().min(end)))
}

impl ClientCertVerifier for Verifier {
    fn client_auth_mandatory(&self) -> bool {
        self.trusted.is_some()
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.trusted.as_ref().map_or(&[], |trusted| trusted.root_hint_subjects())
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let Some(trusted) = &self.trusted else { return Ok(ClientCertVerified::assertion()) };
        let now = if self.ignore_expiry { last_moment(end_entity, now) } else { now };
        trusted.verify_client_cert(end_entity, intermediates, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
