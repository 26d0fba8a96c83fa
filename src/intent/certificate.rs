//! `spec.loadBalancer.listener.certificateArns`, checked.

use super::arn::elsewhere;
use super::{Problem, References, RuleIntent};
use crate::observed::Unread;

/// Certificates must exist where the load balancer is, be issued, and hold every host name that a rule names.
pub(super) fn check(arns: &[String], rules: &[RuleIntent], found: &References, problems: &mut Vec<Problem>) {
    let before = problems.len();
    for (index, arn) in arns.iter().enumerate() {
        if let Some(message) = problem(arn, found) {
            problems.push(Problem::new(format!("spec.loadBalancer.listener.certificateArns[{index}]"), message));
        }
    }
    // What is not known of certificates is not held against hosts.
    let known = |arn: &String| is_of_acm(arn) && !is_unread(arn, found);
    if problems.len() == before && !arns.is_empty() && arns.iter().all(known) {
        check_hosts(rules, found, problems);
    }
}

fn is_unread(arn: &str, found: &References) -> bool {
    found.unread.contains(&Unread::Certificate(arn.to_owned()))
}

/// Certificates in IAM cannot be looked up by all that ACM knows of them.
pub(super) fn is_of_acm(arn: &str) -> bool {
    arn.split(':').nth(2) == Some("acm")
}

fn problem(arn: &str, found: &References) -> Option<String> {
    if !is_of_acm(arn) {
        let account = arn.split(':').nth(4);
        return (account != Some(&found.caller.account)).then(|| {
            format!("certificate {arn} belongs to another account than {}: name one there", found.caller.account)
        });
    }
    if let Some(message) = elsewhere(arn, &found.caller) {
        return Some(message);
    }
    match found.certificates.get(arn) {
        None if is_unread(arn, found) => None,
        None => Some(format!("certificate {arn} does not exist in {}", found.place())),
        Some(certificate) if certificate.status == "ISSUED" => None,
        Some(certificate) => Some(format!(
            "certificate {arn} is {}, and a listener accepts issued certificates only: {}, or name another",
            certificate.status,
            remedy(&certificate.status)
        )),
    }
}

/// Source: ACM API Reference, `CertificateDetail`, `Status`.
fn remedy(status: &str) -> &'static str {
    match status {
        "PENDING_VALIDATION" => "finish its validation in ACM",
        "EXPIRED" => "import or request it again in ACM",
        _ => "request it again in ACM",
    }
}

fn check_hosts(rules: &[RuleIntent], found: &References, problems: &mut Vec<Problem>) {
    let names: Vec<&String> = found.certificates.values().flat_map(|certificate| &certificate.names).collect();
    for (index, rule) in rules.iter().enumerate() {
        for host in rule.conditions.hosts.iter().filter(|host| !is_wide(host)) {
            if !names.iter().any(|name| holds(name, host)) {
                let message = format!(
                    "no certificate of the listener covers {host}, and clients would refuse the connection: add one to certificateArns"
                );
                problems.push(Problem::new(format!("spec.rules[{index}].hosts"), message));
            }
        }
    }
}

/// Whether a pattern is for more names than one certificate's wildcard.
fn is_wide(host: &str) -> bool {
    host.strip_prefix("*.").unwrap_or(host).contains(['*', '?'])
}

/// Whether a certificate's name holds a host: a wildcard stands for one label.
///
/// Source: ACM User Guide, "Certificate characteristics", wildcard names.
fn holds(name: &str, host: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let wild = name.strip_prefix("*.").zip(host.split_once('.')).is_some_and(|(rest, (_, parent))| rest == parent);
    wild || name == host
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::api::StagePath;
    use crate::intent::{Caller, Certificate};
    use crate::observed::RuleConditions;

    fn problems(arn: &str, status: &str, host: &str) -> Vec<String> {
        let caller = Caller { account: "1".to_owned(), partition: "aws".to_owned(), region: "eu-west-1".to_owned() };
        let names = BTreeSet::from(["example.com", "*.example.com"].map(str::to_owned));
        let certificate = Certificate { status: status.to_owned(), names };
        let certificates = BTreeMap::from([("arn:aws:acm:eu-west-1:1:certificate/a".to_owned(), certificate)]);
        let found = References { caller, certificates, ..References::default() };
        let conditions = RuleConditions { hosts: BTreeSet::from([host.to_owned()]), ..RuleConditions::default() };
        let rule = RuleIntent { conditions, stage_path: StagePath::Visible, priority: None };
        let mut problems = Vec::new();
        check(&[arn.to_owned()], &[rule], &found, &mut problems);
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn refuses_by_field() {
        let known = "arn:aws:acm:eu-west-1:1:certificate/a";
        let field = "spec.loadBalancer.listener.certificateArns[0]";
        let cases = [
            (known, "ISSUED", "api.example.com", String::new()),
            (known, "ISSUED", "*.example.com", String::new()),
            (known, "ISSUED", "api-?.example.com", String::new()),
            (
                known,
                "ISSUED",
                "a.b.example.com",
                "spec.rules[0].hosts: no certificate of the listener covers".to_owned(),
            ),
            (
                known,
                "PENDING_VALIDATION",
                "a.example.com",
                format!("{field}: certificate {known} is PENDING_VALIDATION"),
            ),
            (
                known,
                "EXPIRED",
                "a.example.com",
                format!(
                    "{field}: certificate {known} is EXPIRED, and a listener accepts issued certificates only: import or request it again"
                ),
            ),
            ("arn:aws:acm:eu-west-1:1:certificate/b", "ISSUED", "a.example.com", format!("{field}: certificate arn")),
            (
                "arn:aws:acm:us-east-1:1:certificate/a",
                "ISSUED",
                "a.example.com",
                format!("{field}: arn:aws:acm:us-east-1"),
            ),
            ("arn:aws:iam::1:server-certificate/a", "ISSUED", "other.example.org", String::new()),
            (
                "arn:aws:iam::2:server-certificate/a",
                "ISSUED",
                "other.example.org",
                format!("{field}: certificate arn:aws:iam::2:server-certificate/a belongs to another account"),
            ),
        ];
        for (arn, status, host, expected) in cases {
            let found = problems(arn, status, host);
            let fits = if expected.is_empty() {
                found.is_empty()
            } else {
                found.len() == 1 && found[0].starts_with(&expected)
            };
            assert!(fits, "{arn} {status} {host}: {found:?}");
        }
    }
}
