//! Stages and what they serve.

use std::collections::BTreeSet;

use aws_sdk_apigateway::types as sdk;
use futures::future::try_join_all;

use crate::api::{AccessLogs, LoggingLevel, Toggle, Tracing};
use crate::aws::error::existing;
use crate::aws::{Aws, AwsError, Pass};
use crate::model::Operation;
use crate::observed::{Cache, Deployed, RestApi, Stage, StageSettings, Throttling};

/// What stands before the content hash in a deployment's description.
const CONTENT: &str = "privateapi.dev/content=";

/// The key of the settings of all methods.
const ALL: &str = "*/*";

/// Most that a page holds.
const PAGE: i32 = 500;

/// The description of a deployment of this content.
pub(in crate::aws) fn description(content: &str) -> String {
    format!("{CONTENT}{content}")
}

impl Aws {
    /// An API's stages; none when the API is gone. `own` tells whether the controller may have deployed them.
    pub(in crate::aws) async fn stages(&self, api: &RestApi, own: bool, pass: &Pass) -> Result<Vec<Stage>, AwsError> {
        let read = async {
            let request = self.apigateway().get_stages().rest_api_id(&api.id);
            let stages = existing(self.call(Operation::GetStages, request.send()).await)?;
            let stages = stages.and_then(|stages| stages.item).unwrap_or_default();
            try_join_all(stages.into_iter().map(|stage| self.stage(&api.id, stage, own))).await
        };
        pass.lists.stages.get((api.id.clone(), own), read).await
    }

    async fn stage(&self, api_id: &str, stage: sdk::Stage, own: bool) -> Result<Stage, AwsError> {
        let deployment_id = stage.deployment_id.clone().unwrap_or_default();
        let content = if own { self.content(api_id, &deployment_id).await? } else { None };
        let settings = settings(&stage);
        let name = stage.stage_name.unwrap_or_default();
        let tags = stage.tags.into_iter().flatten().collect();
        Ok(Stage {
            path: Stage::path(api_id, &name),
            name,
            deployed: Deployed { deployment_id, content },
            settings,
            tags,
        })
    }

    /// The content hash of a deployment. A deployment never changes, so it is asked for once.
    async fn content(&self, api_id: &str, deployment_id: &str) -> Result<Option<String>, AwsError> {
        let key = (api_id.to_owned(), deployment_id.to_owned());
        if let Some(known) = self.cache().deployments.get(&key) {
            return Ok(known);
        }
        let request = self.apigateway().get_deployment().rest_api_id(api_id).deployment_id(deployment_id);
        let Some(deployment) = existing(self.call(Operation::GetDeployment, request.send()).await)? else {
            return Ok(None);
        };
        let content = content_of(deployment.description()).map(str::to_owned);
        self.cache().deployments.insert(key, content.clone());
        Ok(content)
    }

    /// Deployments of an API that the controller made.
    pub(in crate::aws) async fn own_deployments(&self, api_id: &str) -> Result<BTreeSet<String>, AwsError> {
        let request = self.apigateway().get_deployments().rest_api_id(api_id).limit(PAGE);
        let all: Vec<sdk::Deployment> =
            self.call(Operation::GetDeployments, request.into_paginator().items().send().try_collect()).await?;
        let ours = all.into_iter().filter(|it| content_of(it.description()).is_some());
        Ok(ours.filter_map(|it| it.id).collect())
    }
}

fn content_of(description: Option<&str>) -> Option<&str> {
    description?.strip_prefix(CONTENT)
}

/// What a stage says of all its methods. A limit below zero is none.
///
/// Source: hashicorp/terraform-provider-aws, `aws_api_gateway_method_settings`.
fn settings(stage: &sdk::Stage) -> StageSettings {
    let all = stage.method_settings().and_then(|settings| settings.get(ALL));
    let overrides = stage.method_settings().into_iter().flat_map(|settings| settings.keys()).filter(|key| *key != ALL);
    let throttling = all.map(|it| (it.throttling_rate_limit(), it.throttling_burst_limit()));
    let throttling = throttling
        .filter(|(rate, burst)| *rate >= 0.0 && *burst >= 0)
        .map(|(rate, burst)| Throttling { rate_limit: rate.to_string(), burst_limit: burst.to_string() });
    let access_logs = stage.access_log_settings().and_then(|logs| {
        let (destination_arn, format) = (logs.destination_arn()?.to_owned(), logs.format()?.to_owned());
        Some(AccessLogs { destination_arn, format })
    });
    StageSettings {
        description: stage.description().filter(|text| !text.is_empty()).map(str::to_owned),
        variables: stage.variables().into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())).collect(),
        access_logs,
        throttling,
        metrics: toggle(all.is_some_and(sdk::MethodSetting::metrics_enabled)),
        logging_level: match all.and_then(sdk::MethodSetting::logging_level) {
            Some("INFO") => LoggingLevel::Info,
            Some("ERROR") => LoggingLevel::Error,
            _ => LoggingLevel::Off,
        },
        data_trace: toggle(all.is_some_and(sdk::MethodSetting::data_trace_enabled)),
        tracing: if stage.tracing_enabled() { Tracing::Active } else { Tracing::PassThrough },
        canary: stage.canary_settings().map(|canary| canary.deployment_id().unwrap_or_default().to_owned()),
        method_overrides: overrides.cloned().collect(),
        cache: stage.cache_cluster_enabled().then(|| cache(stage, all)),
    }
}

/// What a method setting has that was never set is the default of the API.
///
/// Source: API Gateway Developer Guide, "Cache settings for REST APIs": 300 seconds.
fn cache(stage: &sdk::Stage, all: Option<&sdk::MethodSetting>) -> Cache {
    Cache {
        size_gigabytes: stage.cache_cluster_size().map(|size| size.as_str().to_owned()).unwrap_or_default(),
        ttl_seconds: all.map_or(300, sdk::MethodSetting::cache_ttl_in_seconds),
        encryption: toggle(all.is_some_and(sdk::MethodSetting::cache_data_encrypted)),
        methods: toggle(all.is_some_and(sdk::MethodSetting::caching_enabled)),
    }
}

const fn toggle(on: bool) -> Toggle {
    if on { Toggle::Enabled } else { Toggle::Disabled }
}
