//! Changes of stages.

use serde::Serialize;

use super::Output;
use crate::observed::{Deployed, RestApi, Snapshot, Stage};

/// A change of a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum StageChange {
    /// `CreateDeployment` with a stage name: takes a snapshot of the API and makes the stage serve it, creating the stage where there is none.
    Deploy {
        /// The API.
        api_id: String,
        /// The stage.
        name: String,
        /// Content hash, kept in the deployment's description.
        content: String,
    },
    /// `DeleteStage`.
    Delete {
        /// The API.
        api_id: String,
        /// The stage.
        name: String,
    },
}

impl StageChange {
    pub(super) fn operation(&self) -> &'static str {
        match self {
            Self::Deploy { .. } => "apigateway:CreateDeployment",
            Self::Delete { .. } => "apigateway:DeleteStage",
        }
    }

    pub(super) fn apply(&self, snapshot: &mut Snapshot, output: Output) {
        match self {
            Self::Deploy { api_id, name, content } => {
                let Some(deployment_id) = output.into_id() else { return };
                let deployed = Deployed { deployment_id, content: Some(content.clone()) };
                if let Some(api) = api(snapshot, api_id) {
                    api.stages.retain(|stage| stage.name != *name);
                    api.stages.push(Stage { name: name.clone(), deployed });
                }
            }
            Self::Delete { api_id, name } => {
                if let Some(api) = api(snapshot, api_id) {
                    api.stages.retain(|stage| stage.name != *name);
                }
            }
        }
    }
}

fn api<'a>(snapshot: &'a mut Snapshot, id: &str) -> Option<&'a mut RestApi> {
    snapshot.rest_apis.iter_mut().find(|api| api.id == id)
}
