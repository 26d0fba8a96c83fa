//! Who asks, and whom a statement is about.

use serde_json::Value;

use super::document::{Malformed, strings};
use super::pattern::like;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// Nobody in particular: an unsigned request.
    Anonymous,
    /// A user, role session or account, by ARN.
    Aws(String),
    /// An AWS service, such as `apigateway.amazonaws.com`.
    Service(String),
}

/// Whom a statement is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principals {
    /// Pairs of type (`AWS`, `Service`, …) and name; `*` alone has the type `*`.
    names: Vec<(String, String)>,
    /// `NotPrincipal`: everyone but these.
    excluded: bool,
}

impl Principals {
    /// Reads `Principal` or, with `excluded`, `NotPrincipal`.
    pub(super) fn parse(value: &Value, excluded: bool) -> Result<Self, Malformed> {
        let names = match value {
            Value::String(all) if all == "*" => vec![("*".to_owned(), "*".to_owned())],
            Value::Object(types) if !types.is_empty() => {
                let mut names = Vec::new();
                for (kind, values) in types {
                    names.extend(checked(kind, values)?.into_iter().map(|name| (kind.clone(), name)));
                }
                names
            }
            other => return Err(Malformed::new(format!("Invalid principal in policy: {other}"))),
        };
        Ok(Self { names, excluded })
    }

    /// Whether the statement is about this one.
    #[must_use]
    pub fn include(&self, who: &Principal) -> bool {
        self.names.iter().any(|(kind, name)| is(kind, name, who)) != self.excluded
    }
}

fn checked(kind: &str, values: &Value) -> Result<Vec<String>, Malformed> {
    let names = strings(values)?;
    let good = match kind {
        "AWS" => names.iter().all(|name| is_aws_principal(name)),
        "Service" => names.iter().all(|name| name.contains('.')),
        "Federated" | "CanonicalUser" => true,
        _ => false,
    };
    if good && !names.is_empty() {
        Ok(names)
    } else {
        Err(Malformed::new(format!("Invalid principal in policy: \"{kind}\":{values}")))
    }
}

/// IAM User Guide, "Principal": an account number, an ARN of an account, user or role, or `*`.
fn is_aws_principal(name: &str) -> bool {
    let fields: Vec<&str> = name.splitn(6, ':').collect();
    name == "*"
        || is_account(name)
        || matches!(fields[..], ["arn", _, "iam" | "sts", "", account, _] if is_account(account))
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|digit| digit.is_ascii_digit())
}

fn is(kind: &str, name: &str, who: &Principal) -> bool {
    match (kind, who) {
        ("*", _) => true,
        ("AWS", Principal::Aws(arn)) => name == "*" || is_aws(name, arn),
        ("AWS", Principal::Anonymous) => name == "*",
        ("Service", Principal::Service(service)) => name == service,
        _ => false,
    }
}

/// An account stands for all its users and roles, a role for its sessions.
fn is_aws(name: &str, arn: &str) -> bool {
    let account = arn.split(':').nth(4).unwrap_or_default();
    let whole_account = name == account || (name.ends_with(":root") && name.split(':').nth(4) == Some(account));
    whole_account || name == arn || role_of_session(arn).is_some_and(|role| like(&role, name))
}

/// `arn:aws:iam::111122223333:role/*name` for the session `arn:aws:sts::111122223333:assumed-role/name/session`.
fn role_of_session(arn: &str) -> Option<String> {
    let (prefix, session) = arn.split_once(":assumed-role/")?;
    let (role, _) = session.split_once('/')?;
    Some(format!("{}:role/*{role}", prefix.replace(":sts:", ":iam:")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn accounts_roles_and_everyone() {
        let ann = Principal::Aws("arn:aws:iam::111122223333:user/ann".into());
        let session = Principal::Aws("arn:aws:sts::111122223333:assumed-role/dev/s1".into());
        for (principal, who, included) in [
            (json!("*"), &Principal::Anonymous, true),
            (json!({"AWS": "*"}), &Principal::Anonymous, true),
            (json!({"AWS": "111122223333"}), &ann, true),
            (json!({"AWS": ["arn:aws:iam::111122223333:root"]}), &ann, true),
            (json!({"AWS": "arn:aws:iam::111122223333:root"}), &Principal::Anonymous, false),
            (json!({"AWS": "arn:aws:iam::111122223333:role/dev"}), &session, true),
            (json!({"AWS": "arn:aws:iam::111122223333:role/ops"}), &session, false),
            (
                json!({"Service": "apigateway.amazonaws.com"}),
                &Principal::Service("apigateway.amazonaws.com".into()),
                true,
            ),
        ] {
            assert_eq!(Principals::parse(&principal, false).unwrap().include(who), included, "{principal} {who:?}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for principal in [json!("ann"), json!({}), json!({"AWS": "ann"}), json!({"Nobody": "*"}), json!(1)] {
            assert!(Principals::parse(&principal, false).is_err(), "{principal}");
        }
    }
}
