//! `spec.api.stage.cache`.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Toggle;

/// A cache for answers to GET requests.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct StageCache {
    /// Size in gigabytes. A change empties the cache. Default: `0.5`.
    #[serde(default)]
    pub size_gigabytes: CacheSize,

    /// How long an answer is kept, in seconds. 1 to 3,600; default: 300.
    #[serde(default = "default_ttl_seconds")]
    #[schemars(range(min = 1, max = 3600))]
    pub ttl_seconds: u32,

    /// Whether cached answers are encrypted. Default: `Disabled`.
    #[serde(default)]
    pub encryption: Toggle,
}

fn default_ttl_seconds() -> u32 {
    300
}

/// Sizes that API Gateway has, in gigabytes.
///
/// Source: API Gateway API Reference, `CreateStage`, `cacheClusterSize`.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the names are AWS's own")]
pub enum CacheSize {
    #[default]
    #[serde(rename = "0.5")]
    Gb0_5,
    #[serde(rename = "1.6")]
    Gb1_6,
    #[serde(rename = "6.1")]
    Gb6_1,
    #[serde(rename = "13.5")]
    Gb13_5,
    #[serde(rename = "28.4")]
    Gb28_4,
    #[serde(rename = "58.2")]
    Gb58_2,
    #[serde(rename = "118")]
    Gb118,
    #[serde(rename = "237")]
    Gb237,
}

impl CacheSize {
    /// The size as API Gateway writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gb0_5 => "0.5",
            Self::Gb1_6 => "1.6",
            Self::Gb6_1 => "6.1",
            Self::Gb13_5 => "13.5",
            Self::Gb28_4 => "28.4",
            Self::Gb58_2 => "58.2",
            Self::Gb118 => "118",
            Self::Gb237 => "237",
        }
    }
}
