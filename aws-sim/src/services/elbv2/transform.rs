//! Transforms of rules (User Guide for Application Load Balancers, "Transforms for listener rules"; API Reference, `RuleTransform`).

use serde::{Deserialize, Serialize};

use super::select::invalid;
use crate::error::Answer;

/// What a transform changes, and how.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Rewrite {
    /// Regular expression.
    pub regex: String,
    /// What stands for a match, with `$1` and its like.
    pub replace: String,
}

/// The rewrites of a transform.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Rewrites {
    /// Exactly one.
    pub rewrites: Vec<Rewrite>,
}

/// A transform.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Transform {
    /// `host-header-rewrite` or `url-rewrite`.
    #[serde(rename = "Type")]
    pub kind: String,
    /// With `host-header-rewrite`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_header_rewrite_config: Option<Rewrites>,
    /// With `url-rewrite`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url_rewrite_config: Option<Rewrites>,
}

impl Transform {
    /// Its one rewrite.
    #[must_use]
    pub fn rewrite(&self) -> Option<&Rewrite> {
        self.host_header_rewrite_config.as_ref().or(self.url_rewrite_config.as_ref())?.rewrites.first()
    }
}

/// At most one of each type, one rewrite in each, regular expressions as far as load balancers know them: no look-around, no back
/// references.
pub(super) fn check(transforms: &[Transform]) -> Answer<()> {
    for (at, transform) in transforms.iter().enumerate() {
        let kind = &transform.kind;
        let config = match (kind.as_str(), &transform.host_header_rewrite_config, &transform.url_rewrite_config) {
            ("host-header-rewrite", Some(config), None) | ("url-rewrite", None, Some(config)) => config,
            ("host-header-rewrite" | "url-rewrite", ..) => {
                return Err(invalid(format!(
                    "A transform of type '{kind}' must have the configuration of that type, and no other"
                )));
            }
            _ => {
                return Err(invalid(format!(
                    "Transform type '{kind}' must be one of 'host-header-rewrite, url-rewrite'"
                )));
            }
        };
        if transforms[..at].iter().any(|before| before.kind == *kind) {
            return Err(invalid(format!("A rule can have only one transform of type '{kind}'")));
        }
        let [rewrite] = &config.rewrites[..] else {
            return Err(invalid("A transform must have exactly one rewrite"));
        };
        check_rewrite(rewrite)?;
    }
    Ok(())
}

fn check_rewrite(rewrite: &Rewrite) -> Answer<()> {
    let (regex, replace) = (&rewrite.regex, &rewrite.replace);
    if regex.is_empty() || regex.len() > 1024 || replace.is_empty() || replace.len() > 1024 {
        return Err(invalid("The regex and the replace of a rewrite must have 1 to 1024 characters"));
    }
    // This crate's expressions lack the same things; they have `\p` besides, which load balancers have not.
    if regex.contains("\\p") || regex::Regex::new(regex).is_err() {
        return Err(invalid(format!("The regex '{regex}' is not valid")));
    }
    Ok(())
}
