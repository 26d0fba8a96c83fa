//! The policy document.

use std::fmt;

use serde_json::Value;

use super::statement::{Kind, Statement};

/// A policy.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    /// Its statements.
    pub statements: Vec<Statement>,
}

/// Why a text is no policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed(String);

impl Malformed {
    pub(super) fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Malformed {}

/// The versions of the policy language (IAM User Guide, "Version").
const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];

impl Policy {
    /// Reads a policy.
    pub fn parse(text: &str, kind: Kind) -> Result<Self, Malformed> {
        let document: Value =
            serde_json::from_str(text).map_err(|_| Malformed::new("This policy contains invalid Json"))?;
        Self::of(&document, kind)
    }

    /// Reads a policy that is JSON already.
    pub fn of(document: &Value, kind: Kind) -> Result<Self, Malformed> {
        let members = document.as_object().ok_or_else(|| Malformed::new("This policy is not an object"))?;
        if let Some(unknown) = members.keys().find(|name| !["Version", "Id", "Statement"].contains(&name.as_str())) {
            return Err(Malformed::new(format!("Unknown field {unknown}")));
        }
        let version = members.get("Version").map(|version| version.as_str().unwrap_or_default());
        if version.is_some_and(|version| !VERSIONS.contains(&version)) {
            return Err(Malformed::new("The policy must contain a valid version string"));
        }
        let statements = match members.get("Statement") {
            Some(Value::Array(all)) => all.iter().map(|one| Statement::parse(one, kind)).collect::<Result<_, _>>()?,
            Some(one @ Value::Object(_)) => vec![Statement::parse(one, kind)?],
            _ => return Err(Malformed::new("Missing required field Statement")),
        };
        unique_sids(&statements)?;
        Ok(Self { statements })
    }
}

fn unique_sids(statements: &[Statement]) -> Result<(), Malformed> {
    let mut sids: Vec<&str> =
        statements.iter().filter_map(|statement| statement.sid.as_deref()).filter(|sid| !sid.is_empty()).collect();
    sids.sort_unstable();
    match sids.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => {
            Err(Malformed::new(format!("Statement IDs (SID) in a single policy must be unique: {}", pair[0])))
        }
        None => Ok(()),
    }
}

/// One text or a list of texts; numbers and booleans count as text (IAM User Guide, "Grammar of the IAM JSON policy language").
pub(super) fn strings(value: &Value) -> Result<Vec<String>, Malformed> {
    let text = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        other => Err(Malformed::new(format!("A string belongs where {other} stands"))),
    };
    match value {
        Value::Array(values) => values.iter().map(text).collect(),
        one => text(one).map(|text| vec![text]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_aws_refuses_is_refused() {
        for bad in [
            "{nope",
            "[]",
            r#"{"Version":"2012-10-17"}"#,
            r#"{"Version":"2020-01-01","Statement":[]}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":"a:b","Resource":"*"}]}"#,
            r#"{"Statement":[{"Effect":"Maybe","Principal":"*","Action":"a:b","Resource":"*"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Principal":"*","Resource":"*"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"Invoke","Resource":"*"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"a:b","Resource":"*","Condition":{"Equals":{"a":"b"}}}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"a:b","Resource":"*","Extra":1}]}"#,
            r#"{"Statement":[{"Sid":"a","Effect":"Allow","Principal":"*","Action":"a:b"},{"Sid":"a","Effect":"Deny","Principal":"*","Action":"a:b"}]}"#,
        ] {
            assert!(Policy::parse(bad, Kind::Resource).is_err(), "{bad}");
        }
    }

    #[test]
    fn one_statement_need_not_be_a_list() {
        let text =
            r#"{"Version":"2008-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}"#;
        assert_eq!(Policy::parse(text, Kind::Resource).unwrap().statements.len(), 1);
    }
}
