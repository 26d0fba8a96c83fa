//! Stages and what they serve.

use aws_sdk_apigateway::types as sdk;
use futures::future::try_join_all;

use crate::aws::error::existing;
use crate::aws::{Aws, AwsError, Pass};
use crate::observed::{Deployed, RestApi, Stage};

/// What stands before the content hash in a deployment's description.
const CONTENT: &str = "privateapi.dev/content=";

/// The description of a deployment of this content.
pub(in crate::aws) fn description(content: &str) -> String {
    format!("{CONTENT}{content}")
}

impl Aws {
    /// An API's stages; none when the API is gone. `own` tells whether the controller may have deployed them.
    pub(in crate::aws) async fn stages(&self, api: &RestApi, own: bool, pass: &Pass) -> Result<Vec<Stage>, AwsError> {
        let read = async {
            let request = self.apigateway().get_stages().rest_api_id(&api.id);
            let stages = existing(self.call("apigateway:GetStages", request.send()).await)?;
            let stages = stages.and_then(|stages| stages.item).unwrap_or_default();
            try_join_all(stages.into_iter().map(|stage| self.stage(&api.id, stage, own))).await
        };
        pass.stages.get(&api.id, read).await
    }

    async fn stage(&self, api_id: &str, stage: sdk::Stage, own: bool) -> Result<Stage, AwsError> {
        let deployment_id = stage.deployment_id.unwrap_or_default();
        let content = if own { self.content(api_id, &deployment_id).await? } else { None };
        Ok(Stage { name: stage.stage_name.unwrap_or_default(), deployed: Deployed { deployment_id, content } })
    }

    /// The content hash of a deployment. A deployment never changes, so it is asked for once.
    async fn content(&self, api_id: &str, deployment_id: &str) -> Result<Option<String>, AwsError> {
        let key = (api_id.to_owned(), deployment_id.to_owned());
        if let Some(known) = self.cache().deployments.get(&key) {
            return Ok(known);
        }
        let request = self.apigateway().get_deployment().rest_api_id(api_id).deployment_id(deployment_id);
        let Some(deployment) = existing(self.call("apigateway:GetDeployment", request.send()).await)? else {
            return Ok(None);
        };
        let content = deployment.description().and_then(|it| it.strip_prefix(CONTENT)).map(str::to_owned);
        self.cache().deployments.insert(key, content.clone());
        Ok(content)
    }
}
