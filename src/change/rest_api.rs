//! Changes of REST APIs.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::Output;
use crate::model::Operation;
use crate::observed::{ApiStatus, LongUpdate, RestApi, Snapshot};
use crate::tags::Tags;

/// A change of a REST API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum RestApiChange {
    /// `CreateRestApi`, endpoint type `PRIVATE`.
    Create {
        /// Name.
        name: String,
        /// Description.
        description: Option<String>,
        /// Endpoint to associate.
        vpc_endpoint_id: String,
        /// Resource policy.
        policy: Value,
        /// Security policy.
        security_policy: String,
        /// Endpoint access mode.
        endpoint_access_mode: Option<String>,
        /// Tags.
        tags: Tags,
    },
    /// `PutRestApi`, mode `overwrite`: methods, integrations, resource policy and endpoint association in one call.
    Put {
        /// The API.
        id: String,
        /// OpenAPI document.
        document: Value,
        /// Content hash of what will be deployed.
        content: String,
        /// Warnings that are accepted, with `*` for any characters.
        accepted_warnings: BTreeSet<String>,
    },
    /// `UpdateRestApi`.
    Update {
        /// The API.
        id: String,
        /// What to change.
        operations: Vec<PatchOperation>,
    },
    /// `UpdateRestApi` of an API that is not ours: which endpoints it lets in.
    Admit {
        /// The API.
        id: String,
        /// Endpoints to associate.
        associate: BTreeSet<String>,
        /// Endpoints that are associated no longer.
        dissociate: BTreeSet<String>,
        /// The whole resource policy where it changes; an empty one takes it away.
        policy: Option<String>,
    },
    /// `DeleteRestApi`, stages and deployments included.
    Delete {
        /// The API.
        id: String,
    },
}

/// One patch operation, always `replace`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PatchOperation {
    /// Path, for example `/securityPolicy`.
    pub path: &'static str,
    /// What stands there now.
    pub old: String,
    /// What should.
    pub new: String,
}

impl RestApiChange {
    pub(super) fn operation(&self) -> Operation {
        match self {
            Self::Create { .. } => Operation::CreateRestApi,
            Self::Put { .. } => Operation::PutRestApi,
            Self::Update { .. } | Self::Admit { .. } => Operation::UpdateRestApi,
            Self::Delete { .. } => Operation::DeleteRestApi,
        }
    }

    /// The update of about 15 minutes that it begins, if it does.
    #[must_use]
    pub fn long_update(&self) -> Option<LongUpdate> {
        let Self::Update { operations, .. } = self else { return None };
        let mode = operations.iter().find(|it| it.path == "/endpointAccessMode");
        let policy = operations.iter().find(|it| it.path == "/securityPolicy");
        if mode.is_some_and(|it| it.old == "STRICT") {
            return Some(LongUpdate::LeavesStrict);
        }
        mode.or(policy).map(|_| LongUpdate::SecurityPolicy)
    }

    /// The API that it changes; none of a create.
    pub(super) fn api_id(&self) -> Option<&str> {
        match self {
            Self::Create { .. } => None,
            Self::Put { id, .. } | Self::Update { id, .. } | Self::Admit { id, .. } | Self::Delete { id } => Some(id),
        }
    }

    pub(super) fn apply(&self, snapshot: &mut Snapshot, output: Output) {
        match (self, output) {
            (Self::Delete { id }, _) => snapshot.rest_apis.retain(|api| api.id != *id),
            (Self::Create { .. }, Output::RestApi(api)) => snapshot.rest_apis.push(*api),
            (Self::Put { id, .. } | Self::Update { id, .. } | Self::Admit { id, .. }, Output::RestApi(mut fresh)) => {
                if let Some(api) = snapshot.rest_apis.iter_mut().find(|api| api.id == *id) {
                    fresh.stages = std::mem::take(&mut api.stages);
                    if fresh.vpc_endpoint_ids != api.vpc_endpoint_ids {
                        outdate(&mut fresh);
                    }
                    fresh.retired = std::mem::take(&mut api.retired);
                    if !matches!(self, Self::Put { .. }) {
                        fresh.import_warnings = std::mem::take(&mut api.import_warnings);
                    }
                    fresh.definition = match self {
                        Self::Put { content, .. } => Some(content.clone()),
                        _ => api.definition.take(),
                    };
                    fresh.long_update = self.long_update();
                    *api = *fresh;
                }
            }
            _ => {}
        }
    }
}

/// Stands for what is deployed where it has to be deployed once more: it is still known to be ours.
const OUTDATED: &str = "from before the change of vpcEndpointIds";

/// A change of the associated endpoints takes a deployment to take effect, whatever is deployed now.
///
/// Source: API Gateway Developer Guide, "Create a private API": "you need to redeploy your API".
fn outdate(api: &mut RestApi) {
    let deployed = api.stages.iter_mut().filter_map(|stage| stage.deployed.content.as_mut());
    deployed.for_each(|content| OUTDATED.clone_into(content));
}

/// Records that AWS still updates the API. Answers whether the API is known.
pub(super) fn lock(snapshot: &mut Snapshot, id: &str) -> bool {
    let api = snapshot.rest_apis.iter_mut().find(|api| api.id == id);
    api.map(|api| api.status = ApiStatus::Updating).is_some()
}
