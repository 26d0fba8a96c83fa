//! Changes of stages.

use aws_sdk_apigateway::types::{Op, PatchOperation};

use super::rest_api::no_retries;
use super::{created, gone};
use crate::api::{LoggingLevel, Toggle, Tracing};
use crate::aws::inventory::stage::description;
use crate::aws::{Aws, AwsError, Class};
use crate::change::{Output, StageChange};
use crate::model::Operation;
use crate::observed::{Cache, StageSettings};

impl Aws {
    pub(super) async fn change_stage(&self, operation: Operation, change: &StageChange) -> Result<Output, AwsError> {
        match change {
            StageChange::Deploy { .. } => self.deploy(operation, change).await,
            StageChange::Update { api_id, name, deployment_id, old, new } => {
                let mut operations = patches(old, new);
                operations.extend(deployment_id.iter().map(|id| replace("/deploymentId", id)));
                let request = self.apigateway().update_stage().rest_api_id(api_id).stage_name(name);
                let result = self
                    .call(
                        operation,
                        request.set_patch_operations(Some(operations)).customize().config_override(no_retries()).send(),
                    )
                    .await;
                result.map(|_| Output::Done).map_err(|error| match error.class {
                    // The spec names the deployment, not AWS.
                    Class::NotFound if deployment_id.is_some() => AwsError { class: Class::Invalid, ..error },
                    _ => error,
                })
            }
            StageChange::Delete { api_id, name } => {
                let request = self.apigateway().delete_stage().rest_api_id(api_id).stage_name(name);
                gone(self.call(operation, request.send()).await)
            }
            StageChange::Prune { api_id, deployment_id } => {
                let request = self.apigateway().delete_deployment().rest_api_id(api_id).deployment_id(deployment_id);
                gone(self.call(operation, request.send()).await)
            }
        }
    }

    async fn deploy(&self, operation: Operation, change: &StageChange) -> Result<Output, AwsError> {
        let StageChange::Deploy { api_id, name, content, description: text, variables, tracing, replaces } = change
        else {
            return Ok(Output::Done);
        };
        let request = self.apigateway().create_deployment().rest_api_id(api_id).stage_name(name);
        let request = request
            .description(description(content))
            .set_stage_description(text.clone())
            .set_variables((!variables.is_empty()).then(|| variables.clone().into_iter().collect()))
            .set_tracing_enabled(tracing.map(|tracing| tracing == Tracing::Active));
        let id = self.call(operation, request.customize().config_override(no_retries()).send()).await?.id;
        let Some(id) = id else { return created(operation, None) };
        self.cache().deployments.insert((api_id.clone(), id.clone()), Some(content.clone()));
        if replaces.is_none() {
            return Ok(Output::Id(id));
        }
        // What is old is taken away after the next deployment, if it is not known now.
        let ours = self.own_deployments(api_id).await.unwrap_or_default();
        Ok(Output::Deployed { id, ours })
    }
}

fn replace(path: &str, value: impl Into<String>) -> PatchOperation {
    PatchOperation::builder().op(Op::Replace).path(path).value(value).build()
}

fn remove(path: &str) -> PatchOperation {
    PatchOperation::builder().op(Op::Remove).path(path).build()
}

/// The operations that lead from one to the other.
///
/// Source: API Gateway API Reference, "Patch operations", `Stage`.
fn patches(old: &StageSettings, new: &StageSettings) -> Vec<PatchOperation> {
    let flag = |on: bool| on.to_string();
    let value = |path: &str, differs: bool, value: String| differs.then(|| replace(path, value));
    let level = match new.logging_level {
        LoggingLevel::Off => "OFF",
        LoggingLevel::Error => "ERROR",
        LoggingLevel::Info => "INFO",
    };
    let plain = [
        value("/description", old.description != new.description, new.description.clone().unwrap_or_default()),
        value("/*/*/metrics/enabled", old.metrics != new.metrics, flag(new.metrics == Toggle::Enabled)),
        value("/*/*/logging/loglevel", old.logging_level != new.logging_level, level.to_owned()),
        value("/*/*/logging/dataTrace", old.data_trace != new.data_trace, flag(new.data_trace == Toggle::Enabled)),
        value("/tracingEnabled", old.tracing != new.tracing, flag(new.tracing == Tracing::Active)),
    ];
    let all = plain.into_iter().flatten().chain(variables(old, new));
    all.chain(access_logs(old, new))
        .chain(throttling(old, new))
        .chain(cache(old, new))
        .chain(others(old, new))
        .collect()
}

fn variables(old: &StageSettings, new: &StageSettings) -> Vec<PatchOperation> {
    let path = |name: &String| format!("/variables/{name}");
    let changed = new.variables.iter().filter(|(name, value)| old.variables.get(*name) != Some(value));
    let gone = old.variables.keys().filter(|name| !new.variables.contains_key(*name));
    changed.map(|(name, value)| replace(&path(name), value)).chain(gone.map(|name| remove(&path(name)))).collect()
}

fn access_logs(old: &StageSettings, new: &StageSettings) -> Vec<PatchOperation> {
    match &new.access_logs {
        same if *same == old.access_logs => Vec::new(),
        None => vec![remove("/accessLogSettings")],
        Some(logs) => vec![
            replace("/accessLogSettings/destinationArn", &logs.destination_arn),
            replace("/accessLogSettings/format", &logs.format),
        ],
    }
}

/// Below zero there is no limit but the account's.
///
/// Source: hashicorp/terraform-provider-aws, `aws_api_gateway_method_settings`.
fn throttling(old: &StageSettings, new: &StageSettings) -> Vec<PatchOperation> {
    let limits = |rate: &str, burst: &str| {
        vec![replace("/*/*/throttling/rateLimit", rate), replace("/*/*/throttling/burstLimit", burst)]
    };
    match &new.throttling {
        same if *same == old.throttling => Vec::new(),
        None => limits("-1", "-1"),
        Some(wanted) => limits(&wanted.rate_limit, &wanted.burst_limit),
    }
}

/// Methods that still used a cache after it was gone would use the next one.
fn cache(old: &StageSettings, new: &StageSettings) -> Vec<PatchOperation> {
    let Some(wanted) = &new.cache else {
        let off = ["/cacheClusterEnabled", "/*/*/caching/enabled"].map(|path| replace(path, "false"));
        return if old.cache.is_some() { off.into() } else { Vec::new() };
    };
    let present = old.cache.as_ref();
    let value = |path: &str, of: &dyn Fn(&Cache) -> String| {
        let new = of(wanted);
        (present.map(of).as_ref() != Some(&new)).then(|| replace(path, new))
    };
    let flag = |toggle: Toggle| (toggle == Toggle::Enabled).to_string();
    let operations = [
        present.is_none().then(|| replace("/cacheClusterEnabled", "true")),
        value("/cacheClusterSize", &|cache| cache.size_gigabytes.clone()),
        value("/*/*/caching/enabled", &|cache| flag(cache.methods)),
        value("/*/*/caching/ttlInSeconds", &|cache| cache.ttl_seconds.to_string()),
        value("/*/*/caching/dataEncrypted", &|cache| flag(cache.encryption)),
    ];
    operations.into_iter().flatten().collect()
}

/// A canary and settings of single methods are never set here, only taken away.
fn others<'a>(old: &'a StageSettings, new: &'a StageSettings) -> impl Iterator<Item = PatchOperation> + use<'a> {
    let canary = (old.canary.is_some() && new.canary.is_none()).then(|| remove("/canarySettings"));
    let overrides = old.method_overrides.difference(&new.method_overrides).map(|key| remove(&method_path(key)));
    canary.into_iter().chain(overrides)
}

/// The path of a method's settings: the slashes of the resource's path are escaped, and those of the root are left out of the key.
///
/// Source: API Gateway API Reference, `MethodSetting` and "Patch operations".
fn method_path(key: &str) -> String {
    let (resource, method) = key.rsplit_once('/').unwrap_or(("", key));
    let resource = if resource.is_empty() { "~1".to_owned() } else { resource.replace('/', "~1") };
    format!("/{resource}/{method}")
}
