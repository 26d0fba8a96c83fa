//! The certificate authority of a simulator: it signs what Certificate Manager issues and what endpoints show, so that a client that trusts
//! it sees what it would see on AWS. Its certificates hold for all time that a test may pretend.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, SerialNumber, date_time_ymd,
};
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;

/// An authority.
#[derive(Debug)]
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate, for clients.
    pub(super) pem: String,
}

fn params(names: Vec<String>, common: &str) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, common);
    (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2100, 1, 1));
    Ok(params)
}

impl Authority {
    /// A new one.
    pub(super) fn new() -> Result<Self, rcgen::Error> {
        let mut params = params(Vec::new(), "aws-sim")?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate()?;
        let pem = params.self_signed(&key)?.pem();
        Ok(Self { issuer: Issuer::new(params, key), pem })
    }

    /// A key with a certificate for these names, with this serial number or any.
    pub(super) fn issue(&self, names: &[String], serial: Option<[u8; 16]>) -> Option<CertifiedKey> {
        let key = KeyPair::generate().ok()?;
        let mut params = params(names.to_vec(), names.first()?).ok()?;
        params.serial_number = serial.map(|serial| SerialNumber::from_slice(&serial));
        let certificate = params.signed_by(&key, &self.issuer).ok()?;
        let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        Some(CertifiedKey::new(vec![certificate.der().clone()], any_supported_type(&private).ok()?))
    }
}
