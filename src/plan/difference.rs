//! What an update changes, field by field, in a form that people read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::observed::Attributes;

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The field.
    pub field: &'static str,
    /// What becomes of it.
    pub edit: Edit,
}

/// What becomes of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// One value takes the place of another; none is no value.
    Value {
        /// What it is.
        old: Option<String>,
        /// What it should be.
        new: Option<String>,
    },
    /// Items come and go.
    Items {
        /// Those that are missing.
        added: BTreeSet<String>,
        /// Those that are too much.
        removed: BTreeSet<String>,
    },
}

impl Difference {
    /// The difference of a value, if there is one.
    pub(super) fn value<T: ToString>(field: &'static str, old: Option<T>, new: Option<T>) -> Option<Self> {
        let (old, new) = (old.map(|it| it.to_string()), new.map(|it| it.to_string()));
        (old != new).then_some(Self { field, edit: Edit::Value { old, new } })
    }

    /// The difference of a set, if there is one.
    pub(super) fn items<T: ToString + Ord>(field: &'static str, old: &BTreeSet<T>, new: &BTreeSet<T>) -> Option<Self> {
        let text = |items: Vec<&T>| items.into_iter().map(ToString::to_string).collect::<BTreeSet<_>>();
        let (added, removed) = (text(new.difference(old).collect()), text(old.difference(new).collect()));
        let differs = !(added.is_empty() && removed.is_empty());
        differs.then_some(Self { field, edit: Edit::Items { added, removed } })
    }

    /// The attributes to set, and what they differ in.
    pub(super) fn attributes(old: &Attributes, new: &Attributes) -> (BTreeMap<&'static str, String>, Vec<Self>) {
        let changes = old.changes_to(new);
        let difference = |(key, value): (&&'static str, &String)| Self::value(key, old.get(key), Some(value.as_str()));
        let differences = changes.iter().filter_map(difference).collect();
        (changes, differences)
    }
}

impl Difference {
    /// The difference for logs and Events, which more people read than the object. Values that can be shared secrets are left out of it: those of
    /// headers, query strings and stage variables.
    #[must_use]
    pub fn without_secrets(&self) -> Self {
        let known = |item: &String| match self.field {
            "variables" => item.split('=').next().unwrap_or_default().to_owned(),
            "conditions" if item.starts_with("header ") => item.split(':').next().unwrap_or_default().to_owned(),
            "conditions" if item.starts_with("query ") => {
                item.split_once('=').map_or("query", |(name, _)| name).to_owned()
            }
            _ => item.clone(),
        };
        let edit = match &self.edit {
            Edit::Items { added, removed } => {
                Edit::Items { added: added.iter().map(known).collect(), removed: removed.iter().map(known).collect() }
            }
            value @ Edit::Value { .. } => value.clone(),
        };
        Self { field: self.field, edit }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.edit)
    }
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value { old, new } => write!(f, "{} → {}", or_none(old.as_deref()), or_none(new.as_deref())),
            Self::Items { added, removed } => {
                let signed = |sign: char, items: &BTreeSet<String>| {
                    items.iter().map(|item| format!("{sign} {item}")).collect::<Vec<_>>()
                };
                f.write_str(&[signed('+', added), signed('-', removed)].concat().join(", "))
            }
        }
    }
}

fn or_none(value: Option<&str>) -> &str {
    value.filter(|value| !value.is_empty()).unwrap_or("(none)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_shown_as_old_and_new() {
        let shown = |old, new| Difference::value("port", old, new).map(|it| it.to_string());
        assert_eq!(shown(Some(80), Some(443)).as_deref(), Some("port: 80 → 443"));
        assert_eq!(shown(None, Some(443)).as_deref(), Some("port: (none) → 443"));
        assert_eq!(shown(Some(80), None).as_deref(), Some("port: 80 → (none)"));
        assert_eq!(shown(Some(80), Some(80)), None);
    }

    #[test]
    fn a_set_is_shown_as_what_comes_and_goes() {
        let set = |items: &[&'static str]| items.iter().copied().collect::<BTreeSet<_>>();
        let shown = |old: &[&'static str], new: &[&'static str]| {
            Difference::items("subnetIds", &set(old), &set(new)).map(|it| it.to_string())
        };
        assert_eq!(shown(&["a", "b"], &["b", "c"]).as_deref(), Some("subnetIds: + c, - a"));
        assert_eq!(shown(&["a"], &["a"]), None);
    }

    #[test]
    fn logs_hold_no_values_that_can_be_secrets() {
        let set = |items: &[&'static str]| items.iter().copied().collect::<BTreeSet<_>>();
        let shown = |field, new: &[&'static str]| {
            Difference::items(field, &BTreeSet::new(), &set(new)).map(|it| it.without_secrets().to_string())
        };
        let conditions = ["header x-origin-verify: s3cret:a", "path /a=b", "query key=s3cret", "query s3cret"];
        let expected = "conditions: + header x-origin-verify, + path /a=b, + query, + query key";
        assert_eq!(shown("conditions", &conditions).as_deref(), Some(expected));
        assert_eq!(shown("variables", &["token=s3cret=a"]).as_deref(), Some("variables: + token"));
        assert_eq!(shown("policy", &["query a=b"]).as_deref(), Some("policy: + query a=b"));
    }
}
