//! API Gateway, the REST API kind (API Gateway API Reference; names on the wire from the service model).

pub mod access_association;
pub mod account;
pub mod api_key;
pub mod api_status;
pub mod authorizer;
pub mod base_path_mapping;
pub mod common;
pub mod definition;
pub mod deployment;
pub mod domain_name;
pub mod endpoint_configuration;
mod export;
pub mod gateway_response;
mod import;
pub mod integration;
pub mod integration_response;
mod mapping;
pub mod method;
pub mod method_response;
pub mod model;
mod patch;
mod policy;
pub mod request_validator;
pub mod resource;
pub mod rest_api;
mod rest_api_update;
mod role;
mod security_policy;
pub mod stage;
mod stage_update;
pub(crate) mod tag;
pub mod usage_plan;

use std::collections::BTreeMap;

use super::{Operation, Service, operation};
use crate::protocol::Protocol;

/// What exists in an account and region.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// REST APIs by ID.
    pub apis: BTreeMap<String, rest_api::RestApi>,
    /// API keys by ID.
    pub api_keys: BTreeMap<String, api_key::ApiKey>,
    /// Usage plans by ID.
    pub usage_plans: BTreeMap<String, usage_plan::UsagePlan>,
    /// Custom domain names by name, private ones by `name+id`.
    pub domain_names: BTreeMap<String, domain_name::DomainName>,
    /// Access associations by ARN.
    pub access_associations: BTreeMap<String, access_association::AccessAssociation>,
    /// Role that writes logs.
    pub cloudwatch_role_arn: Option<String>,
}

const OPERATIONS: &[Operation] = &[
    operation!("CreateRestApi", POST "/restapis", rest_api::create, Write),
    operation!("ImportRestApi", POST "/restapis?mode=import", raw import::import, Write),
    operation!("GetRestApi", GET "/restapis/{restapi_id}", rest_api::get, Read),
    operation!("GetRestApis", GET "/restapis", rest_api::list, Read),
    operation!("UpdateRestApi", PATCH "/restapis/{restapi_id}", rest_api_update::update, Write),
    operation!("PutRestApi", PUT "/restapis/{restapi_id}", raw import::put, Write),
    operation!("DeleteRestApi", DELETE "/restapis/{restapi_id}", rest_api::delete, Write),
    operation!("CreateResource", POST "/restapis/{restapi_id}/resources/{parent_id}", resource::create, Write),
    operation!("GetResource", GET "/restapis/{restapi_id}/resources/{resource_id}", resource::get, Read),
    operation!("GetResources", GET "/restapis/{restapi_id}/resources", resource::list, Read),
    operation!("UpdateResource", PATCH "/restapis/{restapi_id}/resources/{resource_id}", resource::update, Write),
    operation!("DeleteResource", DELETE "/restapis/{restapi_id}/resources/{resource_id}", resource::delete, Write),
    operation!("PutMethod", PUT "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}", method::put, Write),
    operation!("GetMethod", GET "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}", method::get, Read),
    operation!("UpdateMethod", PATCH "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}", method::update, Write),
    operation!("DeleteMethod", DELETE "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}", method::delete, Write),
    operation!("PutMethodResponse", PUT "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}", method_response::put, Write),
    operation!("GetMethodResponse", GET "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}", method_response::get, Read),
    operation!("UpdateMethodResponse", PATCH "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}", method_response::update, Write),
    operation!("DeleteMethodResponse", DELETE "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}", method_response::delete, Write),
    operation!("PutIntegration", PUT "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration", integration::put, Write),
    operation!("GetIntegration", GET "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration", integration::get, Read),
    operation!("UpdateIntegration", PATCH "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration", integration::update, Write),
    operation!("DeleteIntegration", DELETE "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration", integration::delete, Write),
    operation!("PutIntegrationResponse", PUT "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}", integration_response::put, Write),
    operation!("GetIntegrationResponse", GET "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}", integration_response::get, Read),
    operation!("UpdateIntegrationResponse", PATCH "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}", integration_response::update, Write),
    operation!("DeleteIntegrationResponse", DELETE "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}", integration_response::delete, Write),
    operation!("CreateDeployment", POST "/restapis/{restapi_id}/deployments", deployment::create, Write),
    operation!("GetDeployment", GET "/restapis/{restapi_id}/deployments/{deployment_id}", deployment::get, Read),
    operation!("GetDeployments", GET "/restapis/{restapi_id}/deployments", deployment::list, Read),
    operation!("UpdateDeployment", PATCH "/restapis/{restapi_id}/deployments/{deployment_id}", deployment::update, Write),
    operation!("DeleteDeployment", DELETE "/restapis/{restapi_id}/deployments/{deployment_id}", deployment::delete, Write),
    operation!("CreateStage", POST "/restapis/{restapi_id}/stages", stage::create, Write),
    operation!("GetStage", GET "/restapis/{restapi_id}/stages/{stage_name}", stage::get, Read),
    operation!("GetStages", GET "/restapis/{restapi_id}/stages", stage::list, Read),
    operation!("UpdateStage", PATCH "/restapis/{restapi_id}/stages/{stage_name}", stage_update::update, Write),
    operation!("DeleteStage", DELETE "/restapis/{restapi_id}/stages/{stage_name}", stage::delete, Write),
    operation!("FlushStageCache", DELETE "/restapis/{restapi_id}/stages/{stage_name}/cache/data", stage::flush, Write),
    operation!("FlushStageAuthorizersCache", DELETE "/restapis/{restapi_id}/stages/{stage_name}/cache/authorizers", stage::flush, Write),
    operation!("GetExport", GET "/restapis/{restapi_id}/stages/{stage_name}/exports/{export_type}", export::get, Read),
    operation!("CreateModel", POST "/restapis/{restapi_id}/models", model::create, Write),
    operation!("GetModel", GET "/restapis/{restapi_id}/models/{model_name}", model::get, Read),
    operation!("GetModels", GET "/restapis/{restapi_id}/models", model::list, Read),
    operation!("UpdateModel", PATCH "/restapis/{restapi_id}/models/{model_name}", model::update, Write),
    operation!("DeleteModel", DELETE "/restapis/{restapi_id}/models/{model_name}", model::delete, Write),
    operation!("CreateAuthorizer", POST "/restapis/{restapi_id}/authorizers", authorizer::create, Write),
    operation!("GetAuthorizer", GET "/restapis/{restapi_id}/authorizers/{authorizer_id}", authorizer::get, Read),
    operation!("GetAuthorizers", GET "/restapis/{restapi_id}/authorizers", authorizer::list, Read),
    operation!("UpdateAuthorizer", PATCH "/restapis/{restapi_id}/authorizers/{authorizer_id}", authorizer::update, Write),
    operation!("DeleteAuthorizer", DELETE "/restapis/{restapi_id}/authorizers/{authorizer_id}", authorizer::delete, Write),
    operation!("CreateRequestValidator", POST "/restapis/{restapi_id}/requestvalidators", request_validator::create, Write),
    operation!("GetRequestValidator", GET "/restapis/{restapi_id}/requestvalidators/{requestvalidator_id}", request_validator::get, Read),
    operation!("GetRequestValidators", GET "/restapis/{restapi_id}/requestvalidators", request_validator::list, Read),
    operation!("UpdateRequestValidator", PATCH "/restapis/{restapi_id}/requestvalidators/{requestvalidator_id}", request_validator::update, Write),
    operation!("DeleteRequestValidator", DELETE "/restapis/{restapi_id}/requestvalidators/{requestvalidator_id}", request_validator::delete, Write),
    operation!("PutGatewayResponse", PUT "/restapis/{restapi_id}/gatewayresponses/{response_type}", gateway_response::put, Write),
    operation!("GetGatewayResponse", GET "/restapis/{restapi_id}/gatewayresponses/{response_type}", gateway_response::get, Read),
    operation!("GetGatewayResponses", GET "/restapis/{restapi_id}/gatewayresponses", gateway_response::list, Read),
    operation!("UpdateGatewayResponse", PATCH "/restapis/{restapi_id}/gatewayresponses/{response_type}", gateway_response::update, Write),
    operation!("DeleteGatewayResponse", DELETE "/restapis/{restapi_id}/gatewayresponses/{response_type}", gateway_response::delete, Write),
    operation!("CreateApiKey", POST "/apikeys", api_key::create, Write),
    operation!("GetApiKey", GET "/apikeys/{api_Key}", api_key::get, Read),
    operation!("GetApiKeys", GET "/apikeys", api_key::list, Read),
    operation!("UpdateApiKey", PATCH "/apikeys/{api_Key}", api_key::update, Write),
    operation!("DeleteApiKey", DELETE "/apikeys/{api_Key}", api_key::delete, Write),
    operation!("CreateUsagePlan", POST "/usageplans", usage_plan::create, Write),
    operation!("GetUsagePlan", GET "/usageplans/{usageplanId}", usage_plan::get, Read),
    operation!("GetUsagePlans", GET "/usageplans", usage_plan::list, Read),
    operation!("UpdateUsagePlan", PATCH "/usageplans/{usageplanId}", usage_plan::update, Write),
    operation!("DeleteUsagePlan", DELETE "/usageplans/{usageplanId}", usage_plan::delete, Write),
    operation!("CreateUsagePlanKey", POST "/usageplans/{usageplanId}/keys", usage_plan::create_key, Write),
    operation!("GetUsagePlanKey", GET "/usageplans/{usageplanId}/keys/{keyId}", usage_plan::get_key, Read),
    operation!("GetUsagePlanKeys", GET "/usageplans/{usageplanId}/keys", usage_plan::list_keys, Read),
    operation!("DeleteUsagePlanKey", DELETE "/usageplans/{usageplanId}/keys/{keyId}", usage_plan::delete_key, Write),
    operation!("CreateDomainName", POST "/domainnames", domain_name::create, Write),
    operation!("GetDomainName", GET "/domainnames/{domain_name}", domain_name::get, Read),
    operation!("GetDomainNames", GET "/domainnames", domain_name::list, Read),
    operation!("UpdateDomainName", PATCH "/domainnames/{domain_name}", domain_name::update, Write),
    operation!("DeleteDomainName", DELETE "/domainnames/{domain_name}", domain_name::delete, Write),
    operation!("CreateBasePathMapping", POST "/domainnames/{domain_name}/basepathmappings", base_path_mapping::create, Write),
    operation!("GetBasePathMapping", GET "/domainnames/{domain_name}/basepathmappings/{base_path}", base_path_mapping::get, Read),
    operation!("GetBasePathMappings", GET "/domainnames/{domain_name}/basepathmappings", base_path_mapping::list, Read),
    operation!("UpdateBasePathMapping", PATCH "/domainnames/{domain_name}/basepathmappings/{base_path}", base_path_mapping::update, Write),
    operation!("DeleteBasePathMapping", DELETE "/domainnames/{domain_name}/basepathmappings/{base_path}", base_path_mapping::delete, Write),
    operation!("CreateDomainNameAccessAssociation", POST "/domainnameaccessassociations", access_association::create, Write),
    operation!("GetDomainNameAccessAssociations", GET "/domainnameaccessassociations", access_association::list, Read),
    operation!("DeleteDomainNameAccessAssociation", DELETE "/domainnameaccessassociations/{domain_name_access_association_arn+}", access_association::delete, Write),
    operation!("RejectDomainNameAccessAssociation", POST "/rejectdomainnameaccessassociations", access_association::reject, Write),
    operation!("TagResource", PUT "/tags/{resource_arn+}", tag::tag, Write),
    operation!("UntagResource", DELETE "/tags/{resource_arn+}", tag::untag, Write),
    operation!("GetTags", GET "/tags/{resource_arn+}", tag::list, Read),
    operation!("GetAccount", GET "/account", account::get, Read),
    operation!("UpdateAccount", PATCH "/account", account::update, Write),
];

/// The service.
pub static SERVICE: Service = Service {
    name: "apigateway",
    protocol: Protocol::RestJson,
    namespace: "",
    operations: OPERATIONS,
    inventory: |region, _| {
        let state = &region.apigateway;
        let stages = state.apis.iter().flat_map(|(id, api)| api.stages.keys().map(move |name| format!("{id}/{name}")));
        [
            ("apigateway:restapi", state.apis.keys().cloned().collect()),
            ("apigateway:stage", stages.collect()),
            ("apigateway:apikey", state.api_keys.keys().cloned().collect()),
            ("apigateway:usageplan", state.usage_plans.keys().cloned().collect()),
            ("apigateway:domainname", state.domain_names.keys().cloned().collect()),
        ]
        .into()
    },
    tagged: |region, _| tag::tagged(region),
};
