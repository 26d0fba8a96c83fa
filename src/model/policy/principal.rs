//! Who calls, and whom a statement is about.

use serde_json::Value;

use super::document::texts;
use super::truth::{Doubt, Doubts, Truth};

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// Nobody in particular: the request is not signed.
    Anonymous,
    /// A user or role session, by ARN.
    Identity(String),
    /// Not known.
    Unknown,
}

/// Whom a statement is about: `Principal`, or everybody but those of `NotPrincipal`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Principals {
    everybody: bool,
    /// Names of the type `AWS`.
    identities: Vec<String>,
    /// Whether other types are named: services, identity providers.
    others: bool,
    excluded: bool,
}

impl Principals {
    /// Reads `Principal` or, with `excluded`, `NotPrincipal`.
    pub(super) fn parse(value: &Value, excluded: bool) -> Result<Self, String> {
        let mut principals = Self { everybody: false, identities: Vec::new(), others: false, excluded };
        match value {
            Value::String(all) if all == "*" => principals.everybody = true,
            Value::Object(kinds) if !kinds.is_empty() => {
                for (kind, names) in kinds {
                    let names = texts(names)?;
                    match kind.as_str() {
                        "AWS" => principals.identities.extend(names),
                        "Service" | "Federated" | "CanonicalUser" => principals.others = true,
                        other => return Err(format!("{other} is not a type of principals")),
                    }
                }
                principals.everybody = principals.identities.iter().any(|name| name == "*");
            }
            _ => return Err("Principal is neither \"*\" nor an object".to_owned()),
        }
        Ok(principals)
    }

    /// Whether the statement is about the caller.
    pub(super) fn include(&self, caller: &Caller, doubts: &mut Doubts) -> Truth {
        let named = match caller {
            _ if self.everybody => Truth::True,
            Caller::Anonymous => Truth::False,
            Caller::Identity(arn) => Truth::any(self.identities.iter().map(|name| is(name, arn))),
            Caller::Unknown => Truth::Unknown,
        };
        if named == Truth::Unknown {
            doubts.insert(Doubt::Principal);
        }
        named.negated_if(self.excluded)
    }

    /// Whether it names certain principals only.
    pub(super) fn is_narrow(&self) -> bool {
        !self.everybody && !self.excluded
    }
}

/// An account stands for all its users and roles, a role for its sessions. What is left of a deleted principal is its ID.
///
/// Source: IAM User Guide, "AWS JSON policy elements: Principal".
fn is(name: &str, arn: &str) -> Truth {
    let account = arn.split(':').nth(4).unwrap_or_default();
    let whole_account = name == account || (name.ends_with(":root") && name.split(':').nth(4) == Some(account));
    if whole_account || name == arn || is_role_of(name, arn) {
        return Truth::True;
    }
    let is_account = name.len() == 12 && name.bytes().all(|digit| digit.is_ascii_digit());
    // IAM takes no wildcards here, so what they would mean is not known.
    let readable = is_account || (name.starts_with("arn:") && !name.contains(['*', '?']));
    if readable { Truth::False } else { Truth::Unknown }
}

/// `arn:aws:iam::111122223333:role/path/name` for the session `arn:aws:sts::111122223333:assumed-role/name/session`.
fn is_role_of(name: &str, arn: &str) -> bool {
    let Some((account, role)) = name.split_once(":role/") else { return false };
    let Some((prefix, session)) = arn.split_once(":assumed-role/") else { return false };
    let role = role.rsplit('/').next();
    account == prefix.replace(":sts:", ":iam:") && session.split('/').next() == role
}
