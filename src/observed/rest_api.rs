//! REST APIs with their stages.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use super::Stage;
use crate::tags::Tags;

/// A REST API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestApi {
    /// ID.
    pub id: String,
    /// Name; not unique.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// Whether its endpoint type is `PRIVATE`.
    pub private: bool,
    /// Endpoints associated with it.
    pub vpc_endpoint_ids: BTreeSet<String>,
    /// Resource policy, parsed; none when there is none or AWS returned something that is no JSON.
    pub policy: Option<Value>,
    /// Media types that pass as they are.
    pub binary_media_types: BTreeSet<String>,
    /// From which size on bodies are compressed, in bytes.
    pub minimum_compression_size_bytes: Option<u32>,
    /// Where API keys are looked for, as AWS names it.
    pub api_key_source: String,
    /// Security policy, as AWS names it.
    pub security_policy: Option<String>,
    /// Endpoint access mode, as AWS names it.
    pub endpoint_access_mode: Option<String>,
    /// Whether requests to `execute-api` are refused.
    pub disable_execute_api_endpoint: bool,
    /// State.
    pub status: ApiStatus,
    /// Update of many minutes that a change of this pass began; API Gateway does not tell which one is under way.
    pub long_update: Option<LongUpdate>,
    /// Creation time in seconds since 1970: the oldest of several is the one to keep.
    pub created_at: i64,
    /// Content hash of the definition that was written during this pass; API Gateway does not tell.
    pub definition: Option<String>,
    /// What the import of this pass warned of; API Gateway does not tell it again.
    pub import_warnings: Vec<String>,
    /// Its stages.
    pub stages: Vec<Stage>,
    /// Deployments of the controller's that a later one took the place of, but for the one before the last. Known only in a pass that deploys.
    pub retired: BTreeSet<String>,
    /// Tags.
    pub tags: Tags,
}

/// State of an API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiStatus {
    /// Ready for changes.
    Available,
    /// A change is under way; the API can be called meanwhile.
    Updating,
    /// A change failed.
    Failed,
}

/// An update that takes AWS about 15 minutes.
///
/// Source: API Gateway Developer Guide, "Security policies for REST APIs", "How to change a security policy" and "Endpoint access mode".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LongUpdate {
    /// Of the security policy or the endpoint access mode.
    SecurityPolicy,
    /// From the endpoint access mode `STRICT` to another or none.
    LeavesStrict,
}

impl fmt::Display for LongUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SecurityPolicy => "AWS takes about 15 minutes to change securityPolicy or endpointAccessMode",
            Self::LeavesStrict => {
                "the API is unavailable for about 15 minutes while AWS changes endpointAccessMode from STRICT"
            }
        })
    }
}

impl RestApi {
    /// The stage of that name.
    #[must_use]
    pub fn stage(&self, name: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.name == name)
    }
}
