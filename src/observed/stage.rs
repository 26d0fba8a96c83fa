//! Stages of APIs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::api::{AccessLogs, LoggingLevel, Toggle, Tracing};
use crate::tags::Tags;

/// A stage of an API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Name.
    pub name: String,
    /// What it serves.
    pub deployed: Deployed,
    /// Everything else.
    pub settings: StageSettings,
    /// API and stage, as ARNs have them behind `/restapis/`: what its tags are known by.
    pub path: String,
    /// Tags.
    pub tags: Tags,
}

impl Stage {
    /// The path of an API's stage.
    #[must_use]
    pub fn path(api_id: &str, name: &str) -> String {
        format!("{api_id}/stages/{name}")
    }
}

/// A deployment: an unchangeable snapshot of an API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployed {
    /// ID of the deployment.
    pub deployment_id: String,
    /// Content hash in its description, when the controller made it.
    pub content: Option<String>,
}

/// Settings of a stage, for all its methods. The default is what a new stage has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StageSettings {
    /// Description.
    pub description: Option<String>,
    /// Stage variables.
    pub variables: BTreeMap<String, String>,
    /// Access logs.
    pub access_logs: Option<AccessLogs>,
    /// Limits of its own.
    pub throttling: Option<Throttling>,
    /// Metrics for each method.
    pub metrics: Toggle,
    /// Level of the execution log.
    pub logging_level: LoggingLevel,
    /// Whether the execution log holds whole requests.
    pub data_trace: Toggle,
    /// X-Ray tracing.
    pub tracing: Tracing,
    /// The cache.
    pub cache: Option<Cache>,
    /// The deployment that a part of the requests goes to instead.
    pub canary: Option<String>,
    /// Methods that have settings of their own, as the stage's settings name them: `orders/GET`.
    pub method_overrides: BTreeSet<String>,
}

/// A stage's cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cache {
    /// Size in gigabytes, as AWS writes it.
    pub size_gigabytes: String,
    /// How long an answer is kept.
    pub ttl_seconds: i32,
    /// Whether answers are encrypted where they are kept.
    pub encryption: Toggle,
    /// Whether GET methods use it.
    pub methods: Toggle,
}

impl fmt::Display for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { size_gigabytes, ttl_seconds, encryption, methods } = self;
        let encrypted = if *encryption == Toggle::Enabled { ", encrypted" } else { "" };
        let unused = if *methods == Toggle::Enabled { "" } else { ", not used" };
        write!(f, "{size_gigabytes} GB, {ttl_seconds} s{encrypted}{unused}")
    }
}

/// Limits, as numbers are written: AWS knows fractions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Throttling {
    /// Requests in a second.
    pub rate_limit: String,
    /// Requests at once.
    pub burst_limit: String,
}

impl fmt::Display for Throttling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} a second, {} at once", self.rate_limit, self.burst_limit)
    }
}
