//! Changes of stages.

use super::rest_api::no_retries;
use super::{created, gone};
use crate::aws::inventory::stage::description;
use crate::aws::{Aws, AwsError};
use crate::change::{Output, StageChange};

impl Aws {
    pub(super) async fn change_stage(&self, operation: &'static str, change: &StageChange) -> Result<Output, AwsError> {
        match change {
            StageChange::Deploy { api_id, name, content } => {
                let request = self.apigateway().create_deployment().rest_api_id(api_id).stage_name(name);
                let request = request.description(description(content)).customize().config_override(no_retries());
                let id = self.call(operation, request.send()).await?.id;
                if let Some(id) = &id {
                    self.cache().deployments.insert((api_id.clone(), id.clone()), Some(content.clone()));
                }
                created(operation, id)
            }
            StageChange::Delete { api_id, name } => {
                let request = self.apigateway().delete_stage().rest_api_id(api_id).stage_name(name);
                gone(self.call(operation, request.send()).await)
            }
        }
    }
}
