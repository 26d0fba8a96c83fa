//! Changes of REST APIs.

use aws_config::retry::RetryConfig;
use aws_sdk_apigateway::config::Config;
use aws_sdk_apigateway::primitives::Blob;
use aws_sdk_apigateway::types::{
    EndpointAccessMode, EndpointConfiguration, EndpointType, Op, PatchOperation, PutMode, SecurityPolicy,
};

use super::gone;
use crate::aws::clients::{LONG_ATTEMPT, timeouts};
use crate::aws::inventory::rest_api::from_output;
use crate::aws::{Aws, AwsError};
use crate::change::{self, Output, RestApiChange};

/// Path of the associated endpoints.
const ASSOCIATIONS: &str = "/endpointConfiguration/vpcEndpointIds";

impl Aws {
    pub(super) async fn change_rest_api(
        &self,
        operation: &'static str,
        change: &RestApiChange,
    ) -> Result<Output, AwsError> {
        match change {
            RestApiChange::Create { .. } => self.create_rest_api(operation, change).await,
            RestApiChange::Put { id, document, .. } => {
                let body = Blob::new(document.to_string());
                let request = self.apigateway().put_rest_api().rest_api_id(id).mode(PutMode::Overwrite).body(body);
                // A warning is about what the importer ignores, and it warns of what does no harm: missing responses, for one.
                let request = request.fail_on_warnings(false).customize().config_override(one_long_attempt());
                let api = self.call(operation, request.send()).await?;
                Ok(Output::RestApi(Box::new(from_output!(api))))
            }
            RestApiChange::Update { id, operations } => {
                let request = self.apigateway().update_rest_api().rest_api_id(id);
                let operations = operations.iter().map(replace).collect();
                let api = self.call(operation, request.set_patch_operations(Some(operations)).send()).await?;
                Ok(Output::RestApi(Box::new(from_output!(api))))
            }
            RestApiChange::Admit { .. } => self.admit(operation, change).await,
            RestApiChange::Delete { id } => {
                gone(self.call(operation, self.apigateway().delete_rest_api().rest_api_id(id).send()).await)
            }
        }
    }

    /// Endpoints come and go one by one, the policy is written as a whole.
    ///
    /// Source: API Gateway API Reference, "Patch operations", `RestApi`.
    async fn admit(&self, operation: &'static str, change: &RestApiChange) -> Result<Output, AwsError> {
        let RestApiChange::Admit { id, associate, dissociate, policy } = change else { return Ok(Output::Done) };
        let patch =
            |op: Op, path: &str, value: &String| PatchOperation::builder().op(op).path(path).value(value).build();
        let operations = associate.iter().map(|it| patch(Op::Add, ASSOCIATIONS, it));
        let operations = operations.chain(dissociate.iter().map(|it| patch(Op::Remove, ASSOCIATIONS, it)));
        let operations = operations.chain(policy.iter().map(|it| patch(Op::Replace, "/policy", it))).collect();
        let request = self.apigateway().update_rest_api().rest_api_id(id).set_patch_operations(Some(operations));
        let api = self.call(operation, request.customize().config_override(no_retries()).send()).await?;
        Ok(Output::RestApi(Box::new(from_output!(api))))
    }

    async fn create_rest_api(&self, operation: &'static str, change: &RestApiChange) -> Result<Output, AwsError> {
        let RestApiChange::Create {
            name,
            description,
            vpc_endpoint_id,
            policy,
            security_policy,
            endpoint_access_mode,
            tags,
        } = change
        else {
            return Ok(Output::Done);
        };
        let endpoints =
            EndpointConfiguration::builder().types(EndpointType::Private).vpc_endpoint_ids(vpc_endpoint_id).build();
        let request = self
            .apigateway()
            .create_rest_api()
            .name(name)
            .set_description(description.clone())
            .endpoint_configuration(endpoints)
            .policy(policy.to_string())
            .security_policy(SecurityPolicy::from(security_policy.as_str()))
            .set_endpoint_access_mode(endpoint_access_mode.as_deref().map(EndpointAccessMode::from))
            .set_tags(Some(tags.clone().into_iter().collect()));
        let api = self.call(operation, request.customize().config_override(one_long_attempt()).send()).await?;
        Ok(Output::RestApi(Box::new(from_output!(api))))
    }
}

/// API Gateway knows no idempotency tokens: a retry after a lost answer creates a second one, and what a first patch has added or removed, a second
/// one is refused. The next pass finds what there is.
pub(super) fn no_retries() -> aws_sdk_apigateway::config::Builder {
    Config::builder().retry_config(RetryConfig::disabled())
}

/// What AWS still works at when an answer is lost would refuse a repetition: the next pass reads what there is.
fn one_long_attempt() -> aws_sdk_apigateway::config::Builder {
    no_retries().timeout_config(timeouts(LONG_ATTEMPT))
}

fn replace(operation: &change::PatchOperation) -> PatchOperation {
    PatchOperation::builder().op(Op::Replace).path(operation.path).value(&operation.new).build()
}
