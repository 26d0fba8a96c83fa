//! Usage plans.

use std::collections::BTreeSet;

/// A usage plan: whose API keys may call which stages, and how often. Nothing of it is ever changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsagePlan {
    /// ID.
    pub id: String,
    /// Name.
    pub name: String,
    /// API and stage of each stage in it.
    pub stages: BTreeSet<(String, String)>,
}
