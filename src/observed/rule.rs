//! Listener rules.

use std::collections::BTreeSet;
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
    /// Paths, with wildcards.
    pub paths: BTreeSet<String>,
    /// Conditions that the controller never writes, as text: present on rules that others wrote or changed.
    pub others: BTreeSet<String>,
}

impl RuleConditions {
    /// Each condition value with its kind: `path /orders/*`.
    #[must_use]
    pub fn items(&self) -> BTreeSet<String> {
        let hosts = self.hosts.iter().map(|host| format!("host {host}"));
        let paths = self.paths.iter().map(|path| format!("path {path}"));
        hosts.chain(paths).chain(self.others.iter().cloned()).collect()
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
