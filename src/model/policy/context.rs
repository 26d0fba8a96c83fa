//! The request context: what is known of each condition key.

use std::collections::BTreeMap;

use ipnet::IpNet;

/// What is known of a condition key of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyValue {
    /// It has these values: one for a single-valued key.
    Known(Vec<String>),
    /// It has one value, an IP address in one of these ranges.
    Within(Vec<IpNet>),
    /// It has one value, the ID of a resource that the policy names by this placeholder.
    Own {
        /// What stands for the ID in policies that the controller writes.
        placeholder: String,
        /// Whether the resource does not exist yet, so that no ID that a user wrote can be its own.
        not_created: bool,
    },
    /// It has one value, which is not known.
    Present,
    /// The request does not have it.
    Absent,
    /// Nothing is known of it, not even whether the request has it.
    Unknown,
}

impl KeyValue {
    /// One known value.
    pub fn one(value: impl Into<String>) -> Self {
        Self::Known(vec![value.into()])
    }
}

/// The condition keys of a request. Names ignore case; a name that ends with `/` stands for all that begin with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    keys: BTreeMap<String, KeyValue>,
    others: KeyValue,
}

impl Context {
    /// A request whose keys are all known: it has no others than those added.
    #[must_use]
    pub fn complete() -> Self {
        Self { keys: BTreeMap::new(), others: KeyValue::Absent }
    }

    /// A request of whose keys nothing is known but what is added.
    #[must_use]
    pub fn open() -> Self {
        Self { keys: BTreeMap::new(), others: KeyValue::Unknown }
    }

    /// The same with one more key.
    #[must_use]
    pub fn with(mut self, name: &str, value: KeyValue) -> Self {
        self.keys.insert(name.to_ascii_lowercase(), value);
        self
    }

    /// What is known of a key.
    #[must_use]
    pub fn get(&self, name: &str) -> &KeyValue {
        let name = name.to_ascii_lowercase();
        let family = || name.split_once('/').and_then(|(family, _)| self.keys.get(&format!("{family}/")));
        self.keys.get(&name).or_else(family).unwrap_or(&self.others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_ignore_case_and_families_have_one_entry() {
        let context = Context::open()
            .with("aws:SourceVpce", KeyValue::one("vpce-1"))
            .with("aws:PrincipalTag/", KeyValue::Absent)
            .with("aws:PrincipalTag/team", KeyValue::one("a"));
        assert_eq!(*context.get("AWS:sourcevpce"), KeyValue::one("vpce-1"));
        assert_eq!(*context.get("aws:principaltag/other"), KeyValue::Absent);
        assert_eq!(*context.get("aws:PrincipalTag/Team"), KeyValue::one("a"));
        assert_eq!(*context.get("aws:SourceIp"), KeyValue::Unknown);
        assert_eq!(*Context::complete().get("aws:SourceIp"), KeyValue::Absent);
    }
}
