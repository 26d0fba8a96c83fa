//! REST APIs.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::api_status::{ApiStatus, to_serve};
use super::common::{self, Strings, bad_request, limit_exceeded, not_found, one_of, page};
use super::definition::Definition;
use super::deployment::Deployment;
use super::endpoint_configuration::EndpointConfiguration;
use super::model::Model;
use super::resource::Resource;
use super::stage::Stage;
use super::{policy, security_policy, usage_plan};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::Answer;
use crate::protocol::Reply;
use crate::world::Region;

/// Quotas "Regional APIs per Region", "Edge-optimized APIs per Region" and "Private APIs per Region" (Developer Guide, quotas).
const MOST_OF_A_TYPE: [(&str, usize); 3] = [("REGIONAL", 600), ("EDGE", 120), ("PRIVATE", 600)];

/// A REST API.
#[derive(Clone, Debug, Default)]
pub struct RestApi {
    /// Identifier: ten lower-case letters and digits.
    pub id: String,
    /// When it was created.
    pub created: Timestamp,
    /// Whether an update is under way.
    pub status: ApiStatus,
    /// Whether the default endpoint `{api}.execute-api…` serves nothing, whatever the definition says since the last change of a stage.
    pub default_endpoint_disabled: bool,
    /// Tags.
    pub tags: Strings,
    /// What it is made of now; only what was deployed serves. Deployments share it until it changes.
    pub definition: Arc<Definition>,
    /// Deployments by ID.
    pub deployments: BTreeMap<String, Box<Deployment>>,
    /// Stages by name.
    pub stages: BTreeMap<String, Box<Stage>>,
    /// What the last import had to say.
    pub warnings: Vec<String>,
}

impl RestApi {
    pub(super) fn render(&self, now: Timestamp) -> Value {
        let definition = &self.definition;
        let (root, policy) = (definition.root(), definition.policy.as_deref().map(policy::escaped));
        let set = |list: &[String]| (!list.is_empty()).then(|| list.to_vec());
        common::wire(&json!({
            "id": self.id, "name": definition.name, "description": definition.description, "createdDate": seconds(self.created),
            "version": definition.version, "warnings": set(&self.warnings), "binaryMediaTypes": set(&definition.binary_media_types),
            "minimumCompressionSize": definition.minimum_compression_size, "apiKeySource": definition.api_key_source,
            "endpointConfiguration": definition.endpoint, "policy": policy, "tags": (!self.tags.is_empty()).then_some(&self.tags),
            "disableExecuteApiEndpoint": definition.disable_execute_api_endpoint, "rootResourceId": root.map(|root| &root.id),
            "securityPolicy": definition.security_policy, "endpointAccessMode": definition.endpoint_access_mode,
            "apiStatus": self.status.name(now),
        }))
    }

    /// The answer to a change, which need not tell yet that an update has begun.
    pub(super) fn answer(&self, now: Timestamp, told: &str) -> Value {
        let mut answer = self.render(now);
        answer["apiStatus"] = json!(told);
        answer
    }

    /// An API without methods: the root resource and the two models that every API starts with.
    pub(super) fn empty(id: String, root: String, definition: Definition, now: Timestamp) -> Self {
        let mut definition = definition;
        definition.resources = [(root.clone(), Box::new(Resource::root(root)))].into();
        for model in Model::defaults(&id) {
            definition.models.insert(model.name.clone(), Box::new(model));
        }
        let default_endpoint_disabled = definition.disable_execute_api_endpoint;
        Self { id, created: now, default_endpoint_disabled, definition: Arc::new(definition), ..Self::default() }
    }

    /// Makes a changed `disableExecuteApiEndpoint` count: a deployment or a change of any stage does (Developer Guide, "Disable the default
    /// endpoint for REST APIs", "Maintain and update REST APIs").
    pub(super) fn apply_default_endpoint(&mut self) {
        self.default_endpoint_disabled = self.definition.disable_execute_api_endpoint;
    }

    /// What it is made of, to be changed.
    pub(super) fn edit(&mut self) -> &mut Definition {
        Arc::make_mut(&mut self.definition)
    }
}

/// API Gateway gives whole seconds.
pub(super) fn seconds(time: Timestamp) -> u64 {
    time.as_millis() / 1000
}

/// `arn:aws:execute-api:<region>:<account>:<api>`.
pub(crate) fn execute_api_arn(region: &Region, api: &str) -> String {
    region.arn("execute-api", api)
}

/// The API of this account and region.
pub(super) fn find<'a>(ctx: &'a mut Context<'_>, id: &str) -> Answer<&'a mut RestApi> {
    let account = ctx.here.account.clone();
    ctx.here
        .apigateway
        .apis
        .get_mut(id)
        .ok_or_else(|| not_found(format!("Invalid API identifier specified {account}:{id}")))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CreateRestApiRequest {
    name: String,
    description: Option<String>,
    version: Option<String>,
    clone_from: Option<String>,
    #[serde(default)]
    binary_media_types: Vec<String>,
    minimum_compression_size: Option<i64>,
    api_key_source: Option<String>,
    endpoint_configuration: Option<EndpointConfiguration>,
    policy: Option<String>,
    #[serde(default)]
    tags: Strings,
    #[serde(default)]
    disable_execute_api_endpoint: bool,
    security_policy: Option<String>,
    endpoint_access_mode: Option<String>,
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateRestApiRequest) -> Answer<Reply> {
    let id = ctx.ids.alphanumeric(10);
    common::check_tags(&request.tags)?;
    let source =
        request.clone_from.as_deref().map(|source| find(ctx, source).map(|api| api.definition.clone())).transpose()?;
    let endpoint = request.endpoint_configuration.unwrap_or_default().checked(ctx)?;
    let kind = endpoint.types.first().cloned().unwrap_or_default();
    let definition = Definition {
        name: request.name,
        description: request.description,
        version: request.version,
        binary_media_types: request.binary_media_types,
        minimum_compression_size: request.minimum_compression_size,
        api_key_source: request.api_key_source.unwrap_or_else(|| "HEADER".to_owned()),
        policy: policy::normalised(&request.policy.unwrap_or_default(), &execute_api_arn(ctx.here, &id))?,
        disable_execute_api_endpoint: request.disable_execute_api_endpoint,
        security_policy: request.security_policy.unwrap_or_else(|| security_policy::default_for(&kind).to_owned()),
        endpoint_access_mode: request.endpoint_access_mode,
        endpoint,
        ..Definition::default()
    };
    check(&definition)?;
    check_quota(ctx, &kind)?;
    let root = ctx.ids.alphanumeric(10);
    let mut api = RestApi::empty(id.clone(), root, definition, ctx.now);
    if let Some(source) = source {
        let definition = api.edit();
        definition.resources.clone_from(&source.resources);
        definition.models.clone_from(&source.models);
        definition.authorizers.clone_from(&source.authorizers);
    }
    api.tags = request.tags;
    let told = api.begin_creation(ctx.config, ctx.now);
    let answer = api.answer(ctx.now, told);
    ctx.here.apigateway.apis.insert(id, api);
    Ok(Reply::with_status(201, answer))
}

/// What holds for every API, however it came to be.
pub(super) fn check(definition: &Definition) -> Answer<()> {
    if definition.name.trim().is_empty() {
        return Err(bad_request("Invalid REST API name specified"));
    }
    one_of(&definition.api_key_source, "apiKeySource", &["HEADER", "AUTHORIZER"])?;
    if definition.minimum_compression_size.is_some_and(|size| !(0..=10_485_760).contains(&size)) {
        return Err(bad_request("Invalid minimum compression size, must be between 0 and 10485760"));
    }
    let kind = definition.endpoint.types.first().map_or("", String::as_str);
    security_policy::check(&definition.security_policy, definition.endpoint_access_mode.as_deref(), kind)
}

pub(super) fn check_quota(ctx: &Context<'_>, kind: &str) -> Answer<()> {
    let most = MOST_OF_A_TYPE.iter().find(|(name, _)| *name == kind).map_or(600, |(_, most)| *most);
    let of_kind = |api: &&RestApi| api.definition.endpoint.types.first().is_some_and(|found| found == kind);
    if ctx.here.apigateway.apis.values().filter(of_kind).count() >= most {
        return Err(limit_exceeded(
            "Maximum number of APIs for this account has been reached. Please contact AWS if you need additional APIs.",
        ));
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RestApiRequest {
    restapi_id: String,
}

pub(super) fn get(ctx: &mut Context<'_>, request: RestApiRequest) -> Answer<Value> {
    let now = ctx.now;
    find(ctx, &request.restapi_id).map(|api| api.render(now))
}

pub(super) fn delete(ctx: &mut Context<'_>, request: RestApiRequest) -> Answer<Reply> {
    to_serve(ctx, &request.restapi_id)?;
    let mapped = |domain: &super::domain_name::DomainName| {
        domain.mappings.values().any(|mapping| mapping.rest_api_id == request.restapi_id)
    };
    if ctx.here.apigateway.domain_names.values().any(mapped) {
        return Err(bad_request(
            "Deleting this RestApi is not allowed, please delete the base path mappings to it first",
        ));
    }
    ctx.here.apigateway.apis.remove(&request.restapi_id);
    usage_plan::forget(&mut ctx.here.apigateway.usage_plans, &request.restapi_id, None);
    Ok(Reply::with_status(202, json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListRequest {
    position: Option<String>,
    limit: Option<i64>,
}

pub(super) fn list(ctx: &mut Context<'_>, request: ListRequest) -> Answer<Value> {
    let now = ctx.now;
    Ok(page(&ctx.here.apigateway.apis, request.position.as_deref(), request.limit, |api| api.render(now)))
}
