//! Certificates.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::pem;
use super::tag::{Tag, merged};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::services::Tags;
use crate::world::Region;

/// A certificate lives this long (ACM User Guide, "Certificate characteristics": 13 months).
const LIFETIME: Duration = Duration::from_hours(395 * 24);

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
    /// Record that proves the domains, if they are proved by DNS.
    pub proof: Option<(String, String)>,
    /// When it was requested or imported.
    pub created: Timestamp,
    /// From when on it holds; absent until it is issued.
    pub not_before: Option<Timestamp>,
    /// Until when it holds.
    pub not_after: Option<Timestamp>,
    /// `RSA_2048` and the like.
    pub key_algorithm: String,
    /// The token it was requested with.
    pub token: Option<String>,
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
            proof: None,
            created: now,
            not_before: Some(now),
            // Far enough that no test outlives the default world's certificate.
            not_after: Some(Timestamp::from_millis(4_102_444_800_000)),
            key_algorithm: "RSA_2048".to_owned(),
            token: None,
        }
    }

    /// Whether a listener may use it.
    #[must_use]
    pub fn is_issued(&self) -> bool {
        self.not_before.is_some()
    }

    fn status(&self, now: Timestamp) -> &'static str {
        match self.not_after {
            None => "PENDING_VALIDATION",
            Some(end) if end < now => "EXPIRED",
            Some(_) => "ISSUED",
        }
    }

    fn validation_options(&self) -> Value {
        let Some(method) = &self.validation else { return Value::Null };
        let status = if self.is_issued() { "SUCCESS" } else { "PENDING_VALIDATION" };
        let record = |name: &str| {
            self.proof.as_ref().map(|(label, value)| {
                let base = name.trim_start_matches("*.");
                json!({ "Name": format!("{label}.{base}."), "Type": "CNAME", "Value": format!("{value}.acm-validations.aws.") })
            })
        };
        let option = |name: &String| {
            let mut option = json!({ "DomainName": name, "ValidationDomain": name, "ValidationStatus": status, "ValidationMethod": method });
            if let Some(record) = record(name) {
                option["ResourceRecord"] = record;
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
        let optional = [
            ("DomainValidationOptions", Some(self.validation_options()).filter(|options| !options.is_null())),
            (if imported { "ImportedAt" } else { "CreatedAt" }, Some(time(self.created))),
            ("IssuedAt", self.not_before.filter(|_| !imported).map(time)),
            ("NotBefore", self.not_before.map(time)),
            ("NotAfter", self.not_after.map(time)),
        ];
        let mut out = json!({
            "CertificateArn": self.arn, "DomainName": self.domain, "SubjectAlternativeNames": self.names,
            "Subject": format!("CN={}", self.domain), "Issuer": if imported { "Imported" } else { "Amazon" },
            "Status": self.status(now), "Type": self.kind, "KeyAlgorithm": self.key_algorithm.replace('_', "-"),
            "SignatureAlgorithm": "SHA256WITHRSA", "InUseBy": used, "KeyUsages": [], "ExtendedKeyUsages": [],
            "RenewalEligibility": if used.is_empty() || imported { "INELIGIBLE" } else { "ELIGIBLE" },
            "Options": { "CertificateTransparencyLoggingPreference": if imported { "DISABLED" } else { "ENABLED" }, "Export": "DISABLED" },
        });
        for (name, value) in optional {
            if let Some(value) = value {
                out[name] = value;
            }
        }
        out
    }

    fn summary(&self, region: &Region, now: Timestamp) -> Value {
        let full = self.render(region, now);
        let kept = [
            "CertificateArn",
            "DomainName",
            "Status",
            "Type",
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

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListCertificatesRequest {
    #[serde(default)]
    certificate_statuses: Vec<String>,
    includes: Option<Value>,
    next_token: Option<String>,
    max_items: Option<usize>,
    #[serde(rename = "SortBy")]
    _sort_by: Option<String>,
    #[serde(rename = "SortOrder")]
    _sort_order: Option<String>,
}

/// API Reference, `ListCertificates`: unless `Includes` asks for others, keys of RSA 1024 and 2048 only.
pub(super) fn list(ctx: &mut Context<'_>, request: ListCertificatesRequest) -> Answer<Value> {
    let kinds = request.includes.as_ref().and_then(|includes| includes.get("keyTypes")).and_then(Value::as_array);
    let wanted = |certificate: &&Certificate| {
        let status = certificate.status(ctx.now);
        let key = kinds.map_or_else(
            || matches!(certificate.key_algorithm.as_str(), "RSA_1024" | "RSA_2048"),
            |kinds| kinds.iter().any(|kind| kind == &certificate.key_algorithm),
        );
        key && (request.certificate_statuses.is_empty()
            || request.certificate_statuses.iter().any(|wanted| wanted == status))
    };
    let all = ctx.here.acm.certificates.values().filter(wanted);
    let mut rest =
        all.skip_while(|certificate| request.next_token.as_ref().is_some_and(|after| certificate.arn <= *after));
    let page: Vec<&Certificate> = rest.by_ref().take(request.max_items.unwrap_or(1000).clamp(1, 1000)).collect();
    let mut out = json!({ "CertificateSummaryList": page.iter().map(|certificate| certificate.summary(ctx.here, ctx.now)).collect::<Vec<_>>() });
    if let Some(last) = page.last().filter(|_| rest.next().is_some()) {
        out["NextToken"] = json!(last.arn);
    }
    Ok(out)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct RequestCertificateRequest {
    domain_name: String,
    validation_method: Option<String>,
    #[serde(default)]
    subject_alternative_names: Vec<String>,
    idempotency_token: Option<String>,
    #[serde(rename = "DomainValidationOptions")]
    _validation_options: Option<Value>,
    #[serde(rename = "Options")]
    _options: Option<Value>,
    key_algorithm: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

pub(super) fn request(ctx: &mut Context<'_>, request: RequestCertificateRequest) -> Answer<Value> {
    let mut names = vec![request.domain_name.clone()];
    names.extend(request.subject_alternative_names.into_iter().filter(|name| *name != request.domain_name));
    // API Reference, `RequestCertificate`: the same token with the same domain answers with the same certificate.
    let same = |certificate: &&Certificate| {
        certificate.token.is_some() && certificate.token == request.idempotency_token && certificate.names == names
    };
    if let Some(certificate) = ctx.here.acm.certificates.values().find(same) {
        return Ok(json!({ "CertificateArn": certificate.arn }));
    }
    let tags = merged(&request.tags, Tags::new())?;
    let method = request.validation_method.unwrap_or_else(|| "EMAIL".to_owned());
    let proof = (method == "DNS").then(|| {
        (
            format!("_{}", ctx.ids.alphanumeric(32)),
            format!("_{}.{}", ctx.ids.alphanumeric(32), ctx.ids.alphanumeric(10)),
        )
    });
    let arn = ctx.here.arn("acm", &format!("certificate/{}", ctx.ids.uuid()));
    let certificate = Certificate {
        validation: Some(method),
        proof,
        not_before: None,
        not_after: None,
        key_algorithm: request.key_algorithm.unwrap_or_else(|| "RSA_2048".to_owned()),
        token: request.idempotency_token,
        ..Certificate::issued(&arn, &request.domain_name, names, ctx.now)
    };
    ctx.here.acm.certificates.insert(arn.clone(), certificate);
    ctx.here.acm.tags.insert(arn.clone(), tags);
    Ok(json!({ "CertificateArn": arn }))
}

impl Certificate {
    /// Lets a requested certificate be issued, as a record in the domain's DNS does.
    pub fn issue(&mut self, now: Timestamp) {
        if !self.is_issued() {
            (self.not_before, self.not_after) = (Some(now), Some(now + LIFETIME));
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ImportCertificateRequest {
    certificate_arn: Option<String>,
    certificate: String,
    private_key: String,
    #[serde(rename = "CertificateChain")]
    _chain: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

pub(super) fn import(ctx: &mut Context<'_>, request: ImportCertificateRequest) -> Answer<Value> {
    let content = pem::certificate(&request.certificate)?;
    pem::private_key(&request.private_key)?;
    let arn = match request.certificate_arn {
        Some(_) if !request.tags.is_empty() => {
            return Err(AwsError::new(
                "InvalidParameterException",
                "You cannot apply tags when you reimport a certificate",
            ));
        }
        Some(arn) => find(ctx, &arn)?.arn.clone(),
        None => ctx.here.arn("acm", &format!("certificate/{}", ctx.ids.uuid())),
    };
    let tags = merged(&request.tags, ctx.here.acm.tags.get(&arn).cloned().unwrap_or_default())?;
    let certificate = Certificate {
        kind: "IMPORTED",
        validation: None,
        not_before: Some(content.not_before),
        not_after: Some(content.not_after),
        key_algorithm: content.key_algorithm,
        ..Certificate::issued(&arn, &content.domain, content.names, ctx.now)
    };
    ctx.here.acm.certificates.insert(arn.clone(), certificate);
    ctx.here.acm.tags.insert(arn.clone(), tags);
    Ok(json!({ "CertificateArn": arn }))
}
