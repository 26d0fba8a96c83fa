//! `RequestCertificate` and `ImportCertificate`: how certificates come to be.

use serde::Deserialize;
use serde_json::{Value, json};

use super::certificate::{Certificate, Imported, Options, find};
use super::tag::{Tag, merged};
use super::{pem, validation};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::services::Tags;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ValidationDomain {
    domain_name: String,
    validation_domain: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct RequestCertificateRequest {
    domain_name: String,
    validation_method: Option<String>,
    #[serde(default)]
    subject_alternative_names: Vec<String>,
    idempotency_token: Option<String>,
    #[serde(default)]
    domain_validation_options: Vec<ValidationDomain>,
    #[serde(default)]
    options: Options,
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
    let arn = ctx.here.arn("acm", &format!("certificate/{}", ctx.ids.uuid()));
    let domains = request.domain_validation_options.into_iter();
    let certificate = Certificate {
        validation: Some(method),
        validation_domains: domains.map(|one| (one.domain_name, one.validation_domain)).collect(),
        options: request.options,
        issued_at: None,
        key_algorithm: request.key_algorithm.unwrap_or_else(|| "RSA_2048".to_owned()),
        token: request.idempotency_token,
        ..Certificate::issued(&arn, &request.domain_name, names, ctx.now)
    };
    ctx.here.acm.certificates.insert(arn.clone(), certificate);
    ctx.here.acm.tags.insert(arn.clone(), tags);
    validation::look(ctx);
    Ok(json!({ "CertificateArn": arn }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ImportCertificateRequest {
    certificate_arn: Option<String>,
    certificate: String,
    private_key: String,
    certificate_chain: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

pub(super) fn import(ctx: &mut Context<'_>, request: ImportCertificateRequest) -> Answer<Value> {
    let mut chain = pem::text(&request.certificate, "certificate")?;
    let private_key = pem::text(&request.private_key, "private key")?;
    let content = pem::certificate(&chain)?;
    pem::private_key(&private_key)?;
    if let Some(more) = &request.certificate_chain {
        let more = pem::text(more, "certificate chain")?;
        pem::certificate(&more)?;
        chain = format!("{}\n{more}", chain.trim_end());
    }
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
        not_before: content.not_before,
        not_after: content.not_after,
        key_algorithm: content.key_algorithm,
        serial: Some(content.serial),
        imported: Some(Imported { chain, private_key }),
        ..Certificate::issued(&arn, &content.domain, content.names, ctx.now)
    };
    ctx.here.acm.certificates.insert(arn.clone(), certificate);
    ctx.here.acm.tags.insert(arn.clone(), tags);
    Ok(json!({ "CertificateArn": arn }))
}
