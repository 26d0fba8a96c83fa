//! Listener rules.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use crate::tags::Tags;

/// A listener rule, the default one left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// ARN.
    pub arn: String,
    /// Its listener.
    pub listener_arn: String,
    /// Priority: the lowest is judged first.
    pub priority: i32,
    /// Which requests it takes.
    pub conditions: RuleConditions,
    /// How it rewrites them.
    pub transforms: RuleTransforms,
    /// The one target group it forwards to; none when it does anything else.
    pub target_group_arn: Option<String>,
    /// Tags.
    pub tags: Tags,
}

/// Conditions of a rule, in canonical order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleConditions {
    /// Host names, with wildcards.
    pub hosts: BTreeSet<String>,
    /// Regular expressions for the host name.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub host_regexes: BTreeSet<String>,
    /// Paths, with wildcards.
    pub paths: BTreeSet<String>,
    /// Regular expressions for the path.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub path_regexes: BTreeSet<String>,
    /// Methods.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub methods: BTreeSet<String>,
    /// Values of headers, by name in lower case; each header must have one of its values.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, BTreeSet<String>>,
    /// Parts of the query string, one of which must be there.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub query_strings: BTreeSet<QueryString>,
    /// Address ranges of the clients.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub source_cidrs: BTreeSet<String>,
    /// Conditions that the controller never writes, as text: present on rules that others wrote or changed.
    pub others: BTreeSet<String>,
}

impl RuleConditions {
    /// Each condition value with its kind: `path /orders/*`.
    #[must_use]
    pub fn items(&self) -> BTreeSet<String> {
        let kinds = [
            ("host", &self.hosts),
            ("host matches", &self.host_regexes),
            ("path", &self.paths),
            ("path matches", &self.path_regexes),
            ("method", &self.methods),
            ("source", &self.source_cidrs),
        ];
        let plain =
            kinds.into_iter().flat_map(|(kind, values)| values.iter().map(move |value| format!("{kind} {value}")));
        let header = |(name, values): (&String, &BTreeSet<String>)| {
            values.iter().map(|value| format!("header {name}: {value}")).collect::<Vec<_>>()
        };
        let query = self.query_strings.iter().map(|query| format!("query {query}"));
        plain.chain(self.headers.iter().flat_map(header)).chain(query).chain(self.others.iter().cloned()).collect()
    }
}

/// A part of a query string.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct QueryString {
    /// Key; any where there is none.
    pub key: Option<String>,
    /// Value.
    pub value: String,
}

impl fmt::Display for QueryString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            Some(key) => write!(f, "{key}={}", self.value),
            None => f.write_str(&self.value),
        }
    }
}

/// Transforms of a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleTransforms {
    /// Rewrite of the Host header.
    pub host_header: Option<Rewrite>,
    /// Rewrite of path and query.
    pub url: Option<Rewrite>,
}

/// A regular expression and what replaces its match.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Rewrite {
    /// What to match.
    pub regex: String,
    /// What to write instead.
    pub replace: String,
}

impl fmt::Display for Rewrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ⇒ {}", self.regex, self.replace)
    }
}
