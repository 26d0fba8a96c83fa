//! REST APIs.

use std::collections::BTreeSet;

use aws_sdk_apigateway::types as sdk;
use serde_json::Value;

use crate::aws::error::existing;
use crate::aws::{Aws, AwsError, Pass};
use crate::model::Operation;
use crate::observed::{ApiStatus, RestApi};

/// Most that a page holds.
const PAGE: i32 = 500;

/// An API as one of the operations that answer with one tells it: they share no type.
macro_rules! from_output {
    ($output:expr) => {{
        let output = $output;
        $crate::aws::inventory::rest_api::observed(
            aws_sdk_apigateway::types::RestApi::builder()
                .set_id(output.id)
                .set_name(output.name)
                .set_description(output.description)
                .set_created_date(output.created_date)
                .set_binary_media_types(output.binary_media_types)
                .set_minimum_compression_size(output.minimum_compression_size)
                .set_api_key_source(output.api_key_source)
                .set_endpoint_configuration(output.endpoint_configuration)
                .set_policy(output.policy)
                .set_tags(output.tags)
                .set_security_policy(output.security_policy)
                .set_endpoint_access_mode(output.endpoint_access_mode)
                .set_api_status(output.api_status)
                .disable_execute_api_endpoint(output.disable_execute_api_endpoint)
                .set_warnings(output.warnings)
                .build(),
        )
    }};
}
pub(in crate::aws) use from_output;

impl Aws {
    /// Every REST API of the region, without stages, oldest first. The list says as much of each as a call for it would.
    pub(in crate::aws) async fn all_rest_apis<'a>(&self, pass: &'a Pass) -> Result<&'a [RestApi], AwsError> {
        let read = || async {
            let request = self.apigateway().get_rest_apis().limit(PAGE);
            let apis: Vec<_> =
                self.call(Operation::GetRestApis, request.into_paginator().items().send().try_collect()).await?;
            let mut apis: Vec<RestApi> = apis.into_iter().map(observed).collect();
            apis.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
            Ok(apis)
        };
        pass.lists.rest_apis.get_or_try_init(read).await.map(Vec::as_slice)
    }

    /// One API, without stages.
    pub(in crate::aws) async fn rest_api(&self, id: &str) -> Result<Option<RestApi>, AwsError> {
        let read = self.call(Operation::GetRestApi, self.apigateway().get_rest_api().rest_api_id(id).send());
        Ok(existing(read.await)?.map(|api| from_output!(api)))
    }
}

/// An API as API Gateway tells it, the stages not yet known.
pub(in crate::aws) fn observed(api: sdk::RestApi) -> RestApi {
    let endpoints = api.endpoint_configuration;
    let types = endpoints.as_ref().map(sdk::EndpointConfiguration::types).unwrap_or_default();
    RestApi {
        id: api.id.unwrap_or_default(),
        name: api.name.unwrap_or_default(),
        description: api.description.filter(|description| !description.is_empty()),
        private: types.contains(&sdk::EndpointType::Private),
        vpc_endpoint_ids: endpoints.and_then(|it| it.vpc_endpoint_ids).into_iter().flatten().collect(),
        policy: api.policy.as_deref().and_then(policy),
        binary_media_types: api.binary_media_types.into_iter().flatten().collect(),
        minimum_compression_size_bytes: api.minimum_compression_size.and_then(|size| u32::try_from(size).ok()),
        api_key_source: api.api_key_source.map_or_else(|| "HEADER".to_owned(), |source| source.as_str().to_owned()),
        security_policy: api.security_policy.map(|policy| policy.as_str().to_owned()),
        endpoint_access_mode: api.endpoint_access_mode.map(|mode| mode.as_str().to_owned()),
        disable_execute_api_endpoint: api.disable_execute_api_endpoint,
        status: status(api.api_status.as_ref()),
        long_update: None,
        created_at: api.created_date.map(|date| date.secs()).unwrap_or_default(),
        definition: None,
        import_warnings: api.warnings.unwrap_or_default(),
        stages: Vec::new(),
        retired: BTreeSet::new(),
        tags: api.tags.into_iter().flatten().collect(),
    }
}

/// Regions that do not tell the state know no updates that take time.
fn status(status: Option<&sdk::ApiStatus>) -> ApiStatus {
    match status {
        None | Some(sdk::ApiStatus::Available) => ApiStatus::Available,
        Some(sdk::ApiStatus::Failed) => ApiStatus::Failed,
        Some(_) => ApiStatus::Updating,
    }
}

/// API Gateway returns the policy escaped as for the inside of a JSON string.
///
/// Source: hashicorp/terraform-provider-aws, `flattenAPIPolicy`.
fn policy(text: &str) -> Option<Value> {
    let object = |text: &str| serde_json::from_str(text).ok().filter(Value::is_object);
    object(text).or_else(|| object(&serde_json::from_str::<String>(&format!("\"{text}\"")).ok()?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::policy;

    #[test]
    fn a_policy_is_read_escaped_and_plain() {
        let expected = Some(json!({"Resource": "arn:aws:execute-api:r:1:a/*"}));
        assert_eq!(policy(r#"{\"Resource\":\"arn:aws:execute-api:r:1:a\/*\"}"#), expected);
        assert_eq!(policy(r#"{"Resource":"arn:aws:execute-api:r:1:a/*"}"#), expected);
        assert_eq!(policy(""), None);
        assert_eq!(policy("no policy"), None);
    }
}
