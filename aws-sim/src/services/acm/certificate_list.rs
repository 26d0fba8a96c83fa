//! `ListCertificates`.

use std::cmp::Reverse;

use serde::Deserialize;
use serde_json::{Value, json};

use super::certificate::Certificate;
use crate::context::Context;
use crate::error::{Answer, AwsError};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListCertificatesRequest {
    #[serde(default)]
    certificate_statuses: Vec<String>,
    includes: Option<Value>,
    next_token: Option<String>,
    max_items: Option<usize>,
    sort_by: Option<String>,
    sort_order: Option<String>,
}

impl ListCertificatesRequest {
    /// API Reference, `ListCertificates`: order and attribute are given together, and there is one attribute.
    fn sort(&self, certificates: &mut [&Certificate]) -> Answer<()> {
        match (self.sort_by.as_deref(), self.sort_order.as_deref()) {
            (None, None) => {}
            (Some("CREATED_AT"), Some("ASCENDING")) => certificates.sort_by_key(|one| one.created),
            (Some("CREATED_AT"), Some("DESCENDING")) => certificates.sort_by_key(|one| Reverse(one.created)),
            _ => {
                let message =
                    "SortBy must be CREATED_AT and SortOrder ASCENDING or DESCENDING; both or none must be given";
                return Err(AwsError::new("ValidationException", message));
            }
        }
        Ok(())
    }
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
    let mut all: Vec<&Certificate> = ctx.here.acm.certificates.values().filter(wanted).collect();
    request.sort(&mut all)?;
    let after = request.next_token.as_ref();
    let start = after.and_then(|after| all.iter().position(|certificate| certificate.arn == *after));
    let mut rest = all.into_iter().skip(start.map_or(0, |at| at + 1));
    let page: Vec<&Certificate> = rest.by_ref().take(request.max_items.unwrap_or(1000).clamp(1, 1000)).collect();
    let mut out = json!({ "CertificateSummaryList": page.iter().map(|certificate| certificate.summary(ctx.here, ctx.now)).collect::<Vec<_>>() });
    if let Some(last) = page.last().filter(|_| rest.next().is_some()) {
        out["NextToken"] = json!(last.arn);
    }
    Ok(out)
}
