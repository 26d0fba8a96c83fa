//! A pass on request: the annotation `frontdoor.privateapi.dev/reconcile-now`. Any new value asks for a pass that starts from what AWS says now.

use std::hash::{DefaultHasher, Hash, Hasher};

use kube::ResourceExt;

/// Key of the annotation.
const RECONCILE_NOW: &str = "frontdoor.privateapi.dev/reconcile-now";

/// What was asked for last.
pub(super) fn of(object: &impl ResourceExt) -> Option<&str> {
    object.annotations().get(RECONCILE_NOW).map(String::as_str)
}

/// A change of it brings the object back.
pub(super) fn predicate(object: &impl ResourceExt) -> Option<u64> {
    of(object).map(|value| {
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        hasher.finish()
    })
}
