//! Certificates.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{pem, validation};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::world::Region;

/// A certificate lives this long (ACM User Guide, "Certificate characteristics": 13 months).
const LIFETIME: Duration = Duration::from_hours(395 * 24);

/// Names must be proved within this time (ACM User Guide, "DNS validation": 72 hours).
const PATIENCE: Duration = Duration::from_hours(72);

/// A certificate.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub domain: String,
    /// All its names.
    pub names: Vec<String>,
    /// `AMAZON_ISSUED` or `IMPORTED`.
    pub kind: &'static str,
    /// `DNS` or `EMAIL`, if it was requested.
    pub validation: Option<String>,
    /// Where mail about a name goes, if it is not the name itself.
    pub validation_domains: BTreeMap<String, String>,
    /// Its options.
    pub options: Options,
    /// When it was requested or imported.
    pub created: Timestamp,
    /// When it was or will be issued; absent until its names are proved.
    pub issued_at: Option<Timestamp>,
    /// From when on it holds.
    pub not_before: Timestamp,
    /// Until when it holds.
    pub not_after: Timestamp,
    /// `RSA_2048` and the like.
    pub key_algorithm: String,
    /// Serial number of an imported one: bytes in hexadecimal with colons between them.
    pub serial: Option<String>,
    /// The token it was requested with.
    pub token: Option<String>,
    /// What was imported.
    pub imported: Option<Imported>,
}

/// Documents of an imported certificate, in PEM.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The certificate with those that lead to its authority.
    pub chain: String,
    /// Its private key.
    pub private_key: String,
}

impl Certificate {
    /// A certificate that ACM issued.
    #[must_use]
    pub fn issued(arn: &str, domain: &str, names: Vec<String>, now: Timestamp) -> Self {
        Self {
            arn: arn.to_owned(),
            domain: domain.to_owned(),
            names,
            kind: "AMAZON_ISSUED",
            validation: Some("DNS".to_owned()),
            validation_domains: BTreeMap::new(),
            options: Options::default(),
            created: now,
            issued_at: Some(now),
            not_before: now,
            // Far enough that no test outlives the default world's certificate.
            not_after: Timestamp::from_millis(4_102_444_800_000),
            key_algorithm: "RSA_2048".to_owned(),
            serial: None,
            token: None,
            imported: None,
        }
    }

    /// Whether a listener may use it.
    #[must_use]
    pub fn is_issued(&self, now: Timestamp) -> bool {
        self.issued_at.is_some_and(|issued| issued <= now)
    }

    /// Whether a record may still prove its names.
    pub(super) fn awaits_proof(&self, now: Timestamp) -> bool {
        self.validation.as_deref() == Some("DNS") && self.status(now) == "PENDING_VALIDATION"
    }

    pub(super) fn status(&self, now: Timestamp) -> &'static str {
        match self.is_issued(now) {
            true if self.not_after < now => "EXPIRED",
            true => "ISSUED",
            false if now > self.created + PATIENCE => "VALIDATION_TIMED_OUT",
            false => "PENDING_VALIDATION",
        }
    }

    fn validation_options(&self, now: Timestamp) -> Value {
        let Some(method) = &self.validation else { return Value::Null };
        let status = match self.status(now) {
            "PENDING_VALIDATION" => "PENDING_VALIDATION",
            "VALIDATION_TIMED_OUT" => "FAILED",
            _ => "SUCCESS",
        };
        let option = |name: &String| {
            let mut option = json!({ "DomainName": name, "ValidationStatus": status, "ValidationMethod": method });
            if method == "DNS" {
                option["ValidationDomain"] = json!(name);
                let (record, value) = validation::record(&self.arn, name);
                option["ResourceRecord"] = json!({ "Name": record, "Type": "CNAME", "Value": value });
            } else {
                let domain = self.validation_domains.get(name).unwrap_or(name).trim_start_matches("*.");
                option["ValidationDomain"] = json!(domain);
                // ACM User Guide, "Email validation": the five common addresses of the domain.
                let users = ["admin", "administrator", "hostmaster", "postmaster", "webmaster"];
                option["ValidationEmails"] = json!(users.map(|user| format!("{user}@{domain}")));
            }
            option
        };
        self.names.iter().map(option).collect()
    }

    /// Members without a value are left out: clients in JSON tell `null` from nothing.
    fn render(&self, region: &Region, now: Timestamp) -> Value {
        let used = in_use_by(region, &self.arn);
        let time = |at: Timestamp| json!(at.as_seconds());
        let imported = self.kind == "IMPORTED";
        let issued = self.issued_at.filter(|_| self.is_issued(now));
        let optional = [
            ("DomainValidationOptions", Some(self.validation_options(now)).filter(|options| !options.is_null())),
            (if imported { "ImportedAt" } else { "CreatedAt" }, Some(time(self.created))),
            ("IssuedAt", issued.filter(|_| !imported).map(time)),
            ("Serial", issued.map(|_| json!(self.serial_text()))),
            ("NotBefore", issued.map(|_| time(self.not_before))),
            ("NotAfter", issued.map(|_| time(self.not_after))),
        ];
        let mut out = json!({
            "CertificateArn": self.arn, "DomainName": self.domain, "SubjectAlternativeNames": self.names,
            "Subject": format!("CN={}", self.domain), "Issuer": if imported { "Imported" } else { "Amazon" },
            "Status": self.status(now), "Type": self.kind,
            "CertificateKeyPairOrigin": if imported { "CUSTOMER_PROVIDED" } else { "AWS_MANAGED" }, "KeyAlgorithm": self.key_algorithm.replace('_', "-"),
            "SignatureAlgorithm": "SHA256WITHRSA", "InUseBy": used, "KeyUsages": [], "ExtendedKeyUsages": [],
            "RenewalEligibility": if used.is_empty() || imported { "INELIGIBLE" } else { "ELIGIBLE" },
            "Options": {
                "CertificateTransparencyLoggingPreference": if imported { "DISABLED" } else { self.options.transparency_logging() },
                "Export": self.options.export.as_deref().unwrap_or("DISABLED"),
            },
        });
        for (name, value) in optional {
            if let Some(value) = value {
                out[name] = value;
            }
        }
        out
    }

    /// Serial number of one that ACM issued; it follows from the identifier in the ARN.
    #[must_use]
    pub fn serial_number(&self) -> [u8; 16] {
        let digits: String = self.arn.rsplit('/').next().unwrap_or_default().replace('-', "");
        // The first bit is the sign (RFC 5280, 4.1.2.2: positive), and a leading zero byte would not be kept.
        (u128::from_str_radix(&digits, 16).unwrap_or_default() & (u128::MAX >> 1) | 1 << 120).to_be_bytes()
    }

    fn serial_text(&self) -> String {
        let own = || self.serial_number().map(|byte| format!("{byte:02x}")).join(":");
        self.serial.clone().unwrap_or_else(own)
    }

    pub(super) fn summary(&self, region: &Region, now: Timestamp) -> Value {
        let full = self.render(region, now);
        let kept = [
            "CertificateArn",
            "DomainName",
            "Status",
            "Type",
            "CertificateKeyPairOrigin",
            "KeyAlgorithm",
            "KeyUsages",
            "ExtendedKeyUsages",
            "RenewalEligibility",
            "NotBefore",
            "NotAfter",
            "CreatedAt",
            "IssuedAt",
            "ImportedAt",
        ];
        let mut out: serde_json::Map<String, Value> =
            kept.iter().filter_map(|name| Some(((*name).to_owned(), full.get(name)?.clone()))).collect();
        out.insert("SubjectAlternativeNameSummaries".to_owned(), json!(self.names));
        out.insert("HasAdditionalSubjectAlternativeNames".to_owned(), json!(false));
        out.insert("ExportOption".to_owned(), full["Options"]["Export"].clone());
        out.insert("InUse".to_owned(), json!(!in_use_by(region, &self.arn).is_empty()));
        out.into()
    }
}

/// Load balancers whose listeners have the certificate.
fn in_use_by(region: &Region, arn: &str) -> Vec<String> {
    let listeners =
        region.elbv2.listeners.values().filter(|listener| listener.certificates.iter().any(|used| used == arn));
    let mut users: Vec<String> = listeners.map(|listener| listener.load_balancer.clone()).collect();
    users.dedup();
    users
}

fn check_arn(arn: &str) -> Answer<()> {
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    match fields[..] {
        ["arn", _, "acm", _, _, resource] if resource.starts_with("certificate/") => Ok(()),
        _ => Err(AwsError::new("InvalidArnException", format!("Invalid certificate ARN: {arn}"))),
    }
}

/// Finds a certificate or complains as ACM does.
pub(super) fn find<'a>(ctx: &'a Context<'_>, arn: &str) -> Answer<&'a Certificate> {
    check_arn(arn)?;
    ctx.here.acm.certificates.get(arn).ok_or_else(|| {
        let message = format!("Could not find certificate {arn}.");
        AwsError::new("ResourceNotFoundException", message)
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CertificateRequest {
    certificate_arn: String,
}

pub(super) fn describe(ctx: &mut Context<'_>, request: CertificateRequest) -> Answer<Value> {
    let certificate = find(ctx, &request.certificate_arn)?;
    Ok(json!({ "Certificate": certificate.render(ctx.here, ctx.now) }))
}

/// API Reference, `GetCertificate`: an answer only once it is issued.
pub(super) fn get(ctx: &mut Context<'_>, request: CertificateRequest) -> Answer<Value> {
    let certificate = find(ctx, &request.certificate_arn)?;
    if !certificate.is_issued(ctx.now) {
        let message = format!("The certificate {} is not yet issued.", certificate.arn);
        return Err(AwsError::new("RequestInProgressException", message));
    }
    let (own, chain) = match &certificate.imported {
        Some(imported) => {
            let (own, chain) = pem::split(&imported.chain);
            (own.to_owned(), chain.to_owned())
        }
        None => ctx.keys.issued(certificate).ok_or_else(|| AwsError::new("InternalFailure", "").status(500))?,
    };
    let mut out = json!({ "Certificate": own });
    if !chain.is_empty() {
        out["CertificateChain"] = json!(chain);
    }
    Ok(out)
}

pub(super) fn delete(ctx: &mut Context<'_>, request: CertificateRequest) -> Answer<()> {
    let arn = request.certificate_arn;
    find(ctx, &arn)?;
    if !in_use_by(ctx.here, &arn).is_empty() {
        return Err(AwsError::new(
            "ResourceInUseException",
            format!("Certificate {arn} in account {} is in use.", ctx.here.account),
        ));
    }
    ctx.here.acm.certificates.remove(&arn);
    ctx.here.acm.tags.remove(&arn);
    Ok(())
}

/// Options of a certificate.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Options {
    certificate_transparency_logging_preference: Option<String>,
    export: Option<String>,
}

impl Options {
    fn transparency_logging(&self) -> &str {
        self.certificate_transparency_logging_preference.as_deref().unwrap_or("ENABLED")
    }
}

impl Certificate {
    /// Its names are proved, so it is issued at this time; or they are not any more.
    pub(super) fn issue(&mut self, at: Option<Timestamp>) {
        self.issued_at = at;
        if let Some(at) = at {
            (self.not_before, self.not_after) = (at, at + LIFETIME);
        }
    }
}
