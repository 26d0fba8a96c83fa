//! Changes of REST APIs.

use std::collections::BTreeSet;

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
use crate::change::{self, Output, RestApiChange, import_warning};
use crate::model::Operation;
use crate::observed::RestApi;

/// Path of the associated endpoints.
const ASSOCIATIONS: &str = "/endpointConfiguration/vpcEndpointIds";

impl Aws {
    pub(super) async fn change_rest_api(
        &self,
        operation: Operation,
        change: &RestApiChange,
    ) -> Result<Output, AwsError> {
        match change {
            RestApiChange::Create { .. } => self.create_rest_api(operation, change).await,
            RestApiChange::Put { id, document, accepted_warnings, .. } => {
                self.import(operation, id, &document.to_string(), accepted_warnings).await
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

    /// Imports what API Gateway warns of only where every warning is known to leave nothing out or accepted: nobody could ask for the warnings again.
    /// So the first request is refused for a warning, which changes nothing, and a second one is made where nothing stands against it.
    ///
    /// Source: API Gateway Developer Guide, "Errors and warnings from importing your API into API Gateway".
    async fn import(
        &self,
        operation: Operation,
        id: &str,
        document: &str,
        accepted: &BTreeSet<String>,
    ) -> Result<Output, AwsError> {
        let put = async |fail_on_warnings| {
            let request = self.apigateway().put_rest_api().rest_api_id(id).mode(PutMode::Overwrite);
            let request = request.body(Blob::new(document)).fail_on_warnings(fail_on_warnings);
            let request = request.customize().config_override(one_long_attempt());
            let api: RestApi = from_output!(self.call(operation, request.send()).await?);
            Ok::<RestApi, AwsError>(api)
        };
        let error = match put(true).await {
            Ok(api) => return Ok(Output::RestApi(Box::new(api))),
            Err(error) => error,
        };
        let Some(warnings) = import_warning::warnings(&error.message) else { return Err(error) };
        let unaccepted = import_warning::unaccepted(&warnings, accepted);
        if !unaccepted.is_empty() {
            let message = format!(
                "API Gateway would leave something out of the API: {}: define it otherwise, or accept it by adding the text to spec.api.acceptedImportWarnings",
                unaccepted.join(" | ")
            );
            return Err(AwsError { message, ..error });
        }
        let mut api = put(false).await?;
        // The refusal had them all; the answer need not.
        api.import_warnings = warnings;
        Ok(Output::RestApi(Box::new(api)))
    }

    /// Endpoints come and go one by one, the policy is written as a whole.
    ///
    /// Source: API Gateway API Reference, "Patch operations", `RestApi`.
    async fn admit(&self, operation: Operation, change: &RestApiChange) -> Result<Output, AwsError> {
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

    async fn create_rest_api(&self, operation: Operation, change: &RestApiChange) -> Result<Output, AwsError> {
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
