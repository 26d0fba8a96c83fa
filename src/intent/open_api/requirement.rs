//! Security requirements: which schemes an operation asks for.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{At, Document, Operation};
use super::scheme::{Enforcement, enforcement, scheme};

/// A scheme that a requirement names.
#[derive(Debug, Clone)]
pub(super) struct Named<'a> {
    pub(super) name: &'a str,
    /// The scopes, with the place of the requirement.
    pub(super) scopes: At<'a>,
}

/// A list of requirements: one of the alternatives has to be met, each with all its schemes.
#[derive(Debug, Clone)]
pub(super) struct Requirements<'a> {
    pub(super) alternatives: Vec<Vec<Named<'a>>>,
}

impl<'a> Requirements<'a> {
    /// Reads a list. None where it is not one of objects, which asks for nothing that could be told.
    pub(super) fn read(list: &At<'a>) -> Option<Self> {
        let well_formed = list
            .value
            .as_array()?
            .iter()
            .all(|it| it.as_object().is_some_and(|names| names.values().all(serde_json::Value::is_array)));
        let named = |item: At<'a>| item.members().map(|(name, scopes)| Named { name, scopes }).collect();
        well_formed.then(|| Self { alternatives: list.items().map(named).collect() })
    }

    /// Whether it asks for nothing: an empty alternative is met by everybody.
    pub(super) fn is_optional(&self) -> bool {
        self.alternatives.iter().any(Vec::is_empty)
    }

    /// Every scheme that it names.
    pub(super) fn named(&self) -> impl Iterator<Item = &Named<'a>> {
        self.alternatives.iter().flatten()
    }

    /// What enforces it, by the schemes' names.
    pub(super) fn enforced(&self, document: Document<'_>) -> BTreeMap<&'a str, Enforcement> {
        let of = |named: &Named<'a>| Some((named.name, enforcement(&scheme(document, named.name)?).ok()?));
        self.named().filter_map(of).collect()
    }
}

/// The list that holds for an operation: its own, else the document's.
pub(super) fn effective<'a>(document: Document<'a>, operation: &Operation<'a>) -> Option<At<'a>> {
    operation.at.get("security").or_else(|| document.get("security"))
}

/// Whether nothing enforces the scheme of that name.
pub(crate) fn is_unenforced(document: Document<'_>, name: &str) -> bool {
    scheme(document, name).is_none_or(|scheme| enforcement(&scheme).is_err())
}

/// Operations whose requirement of each scheme is not enforced, as `GET /orders`, by the scheme's name.
pub(crate) fn unenforced(document: Document<'_>) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for operation in document.operations() {
        let requirements = effective(document, &operation).and_then(|list| Requirements::read(&list));
        for requirements in requirements.iter().filter(|it| !it.is_optional()) {
            for named in requirements.named().filter(|it| is_unenforced(document, it.name)) {
                let operation = format!("{} {}", operation.method, operation.path);
                found.entry(named.name.to_owned()).or_default().insert(operation);
            }
        }
    }
    found
}
