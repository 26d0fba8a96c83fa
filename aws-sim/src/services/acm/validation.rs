//! Proof of a certificate's names by DNS records (ACM User Guide, "DNS validation").

use std::collections::BTreeSet;

use crate::context::Context;
use crate::ids::derived;
use crate::world::Region;

/// Name and value of the record that proves a name. They follow from account and domain: the same record proves every certificate of an
/// account for a domain, and for `*.` of it.
pub(super) fn record(certificate: &str, name: &str) -> (String, String) {
    let account = certificate.split(':').nth(4).unwrap_or_default();
    let base = name.trim_start_matches("*.").to_ascii_lowercase();
    let token = |what: &str| {
        let [first, second] = [1, 2].map(|part| derived(&format!("{part}{what}{account}{base}")));
        format!("_{first:016x}{second:016x}")
    };
    let zone: String = token("zone").chars().skip(1).take(10).collect();
    (format!("{}.{base}.", token("name")), format!("{}.{zone}.acm-validations.aws.", token("value")))
}

/// Looks at the records in all public zones: pending certificates whose names they prove will be issued, others will not.
pub(crate) fn look(ctx: &mut Context<'_>) {
    let proofs: BTreeSet<(String, String)> =
        ctx.world.regions.values().map(|region| &**region).chain([&*ctx.here]).flat_map(proofs).collect();
    let (now, then) = (ctx.now, ctx.now + ctx.config.durations.certificate_validation);
    let others = ctx.world.regions.values_mut().map(|region| &mut **region);
    let pending = others.chain([&mut *ctx.here]).flat_map(|region| region.acm.certificates.values_mut());
    for certificate in pending.filter(|certificate| certificate.awaits_proof(now)) {
        let proved = certificate.names.iter().all(|name| proofs.contains(&record(&certificate.arn, name)));
        let at = proved.then(|| certificate.issued_at.unwrap_or(then));
        certificate.issue(at);
    }
}

/// Names and values of the records of ACM's in an account's public zones.
fn proofs(region: &Region) -> impl Iterator<Item = (String, String)> {
    let public = region.route53.zones.values().filter(|zone| !zone.private);
    let records = public.flat_map(|zone| zone.records.values());
    records.filter_map(|record| {
        let value = record.leads_to()?;
        let value = format!("{}.", value.trim_end_matches('.').to_ascii_lowercase());
        value.ends_with(".acm-validations.aws.").then(|| (record.name.clone(), value))
    })
}
