//! Changes of stages.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Output;
use crate::api::Tracing;
use crate::model::Operation;
use crate::observed::{Deployed, RestApi, Snapshot, Stage, StageSettings};
use crate::tags::Tags;

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
        /// Description of a stage that is created.
        description: Option<String>,
        /// Variables of a stage that is created.
        variables: BTreeMap<String, String>,
        /// Tracing of a stage that is created.
        tracing: Option<Tracing>,
        /// The deployment that the stage served before. Only then the answer tells which deployments there are: there may be some to take away.
        #[serde(skip)]
        replaces: Option<String>,
    },
    /// `UpdateStage`.
    Update {
        /// The API.
        api_id: String,
        /// The stage.
        name: String,
        /// What it is to serve from now on.
        deployment_id: Option<String>,
        /// Its settings until now.
        #[serde(skip)]
        old: Box<StageSettings>,
        /// Its settings from now on.
        #[serde(skip)]
        new: Box<StageSettings>,
    },
    /// `DeleteStage`.
    Delete {
        /// The API.
        api_id: String,
        /// The stage.
        name: String,
    },
    /// `DeleteDeployment`.
    Prune {
        /// The API.
        api_id: String,
        /// A deployment that no stage serves.
        deployment_id: String,
    },
}

impl StageChange {
    /// A first deployment to a stage that has no settings of its own.
    #[must_use]
    pub fn deploy(api_id: &str, name: &str, content: &str) -> Self {
        Self::Deploy {
            api_id: api_id.to_owned(),
            name: name.to_owned(),
            content: content.to_owned(),
            description: None,
            variables: BTreeMap::new(),
            tracing: None,
            replaces: None,
        }
    }

    pub(super) fn operation(&self) -> Operation {
        match self {
            Self::Deploy { .. } => Operation::CreateDeployment,
            Self::Update { .. } => Operation::UpdateStage,
            Self::Delete { .. } => Operation::DeleteStage,
            Self::Prune { .. } => Operation::DeleteDeployment,
        }
    }

    pub(super) fn api_id(&self) -> &str {
        match self {
            Self::Deploy { api_id, .. }
            | Self::Update { api_id, .. }
            | Self::Delete { api_id, .. }
            | Self::Prune { api_id, .. } => api_id,
        }
    }

    pub(super) fn apply(&self, snapshot: &mut Snapshot, output: Output) {
        let Some(api) = snapshot.rest_apis.iter_mut().find(|api| api.id == self.api_id()) else { return };
        match self {
            Self::Deploy { name, content, description, variables, tracing, replaces, .. } => {
                let Some(deployed) = deployed(api, content, replaces.as_ref(), output) else { return };
                if let Some(stage) = api.stages.iter_mut().find(|stage| stage.name == *name) {
                    stage.deployed = deployed;
                } else {
                    let (description, variables) = (description.clone(), variables.clone());
                    let tracing = tracing.unwrap_or_default();
                    let settings = StageSettings { description, variables, tracing, ..StageSettings::default() };
                    let path = Stage::path(&api.id, name);
                    api.stages.push(Stage { name: name.clone(), deployed, settings, path, tags: Tags::new() });
                }
            }
            Self::Update { name, deployment_id, new, .. } => {
                let Some(stage) = api.stages.iter_mut().find(|stage| stage.name == *name) else { return };
                stage.settings = new.as_ref().clone();
                if let Some(deployment_id) = deployment_id.clone() {
                    stage.deployed = Deployed { deployment_id, content: None };
                }
            }
            Self::Delete { name, .. } => api.stages.retain(|stage| stage.name != *name),
            Self::Prune { deployment_id, .. } => _ = api.retired.remove(deployment_id),
        }
    }
}

/// What is deployed now, and which of the deployments before have had their time.
fn deployed(api: &mut RestApi, content: &str, replaced: Option<&String>, output: Output) -> Option<Deployed> {
    if let Output::Deployed { ours, .. } = &output {
        api.retired = ours.iter().filter(|id| Some(*id) != replaced).cloned().collect();
    }
    let deployment_id = output.into_id()?;
    api.retired.remove(&deployment_id);
    Some(Deployed { deployment_id, content: Some(content.to_owned()) })
}
