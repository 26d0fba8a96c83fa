//! A request at API Gateway: which API, stage and method, and whether it is complete.

use super::carried::Carried;
use super::gateway::Refusal;
use super::resource_path::{self, Parameters};
use super::template::Values;
use super::{Scene, Verdict, host, integration};
use crate::ids::Ids;
use crate::services::apigateway::definition::Definition;
use crate::services::apigateway::deployment::Deployment;
use crate::services::apigateway::method::Method;
use crate::services::apigateway::resource::Resource;
use crate::services::apigateway::rest_api::{RestApi, execute_api_arn};
use crate::services::apigateway::stage::Stage;
use crate::services::ec2::vpc_endpoint::VpcEndpoint;
use crate::world::Region;

/// Quota "Payload size" (Developer Guide, quotas).
const LARGEST: usize = 10 * 1024 * 1024;

/// Quota "Total combined size of all header values" of private APIs, in bytes (Developer Guide, quotas); those that a load balancer adds
/// count too. Inferred (header-size-place): it is judged before anything that the API decides.
const LARGEST_HEADERS: usize = 8_000;

/// A call of a method under way.
pub(super) struct Invocation<'a> {
    pub(super) scene: Scene<'a>,
    /// Account of the API.
    pub(super) owner: &'a Region,
    pub(super) api: &'a RestApi,
    pub(super) stage: &'a Stage,
    pub(super) deployment: &'a Deployment,
    pub(super) endpoint: &'a VpcEndpoint,
    pub(super) resource: &'a Resource,
    pub(super) method: &'a Method,
    /// Path after the stage's name.
    pub(super) path: String,
    pub(super) parameters: Parameters,
    pub(super) request: Carried,
    pub(super) values: Values,
}

/// Answers a request that came through an endpoint.
pub(super) fn judge(scene: Scene<'_>, endpoint: &VpcEndpoint, request: Carried) -> Verdict {
    let values = identifiers(scene);
    let Some((found, stage, deployment, path)) = deployed(scene, endpoint, &request) else {
        return Refusal::forbidden().answer(None, &values).into();
    };
    let definition: &Definition = &deployment.snapshot;
    let refuse = |refusal: Refusal| Verdict::from(refusal.answer(Some(definition), &values));
    if found.api.status.is_out_of_service(scene.now) {
        return refuse(Refusal::unavailable());
    }
    if request.body.len() > LARGEST {
        return refuse(Refusal::too_large());
    }
    if request.headers.values().map(http::HeaderValue::len).sum::<usize>() > LARGEST_HEADERS {
        return refuse(Refusal::headers_too_large());
    }
    let Some((resource, method, parameters)) = resource_path::find(definition, &path, request.method.as_str()) else {
        return refuse(Refusal::missing_authentication_token());
    };
    let (owner, api) = (found.owner, found.api);
    let mut invocation = Invocation {
        scene,
        owner,
        api,
        stage,
        deployment,
        endpoint,
        resource,
        method,
        path,
        parameters,
        request,
        values: values.clone(),
    };
    invocation.fill_values();
    if let Err(refusal) = invocation.admit() {
        return refusal.answer(Some(definition), &invocation.values).into();
    }
    integration::call(&invocation)
}

/// The API with the stage and deployment that serve the request.
fn deployed<'a>(
    scene: Scene<'a>,
    endpoint: &VpcEndpoint,
    request: &Carried,
) -> Option<(host::Found<'a>, &'a Stage, &'a Deployment, String)> {
    let found = host::api(scene, endpoint, request)?;
    let trimmed = found.path.trim_start_matches('/');
    let (name, rest) = trimmed.split_once('/').unwrap_or((trimmed, ""));
    let stage = found.api.stages.get(name)?;
    let deployment = found.api.deployments.get(stage.serving(scene.now)?)?;
    let definition = &deployment.snapshot;
    // Endpoints lead to private APIs only; a disabled default endpoint leaves custom domain names.
    let closed = !definition.endpoint.is_private() || (found.api.default_endpoint_disabled && !found.custom);
    if closed || !alias_is_deployed(definition, &found) || !strict_is_met(definition, request) {
        return None;
    }
    let path = format!("/{rest}");
    Some((found, stage, deployment, path))
}

/// The name of an API and an endpoint leads there once the API was deployed with the association (Developer Guide, "Create a private API":
/// "you need to redeploy your API").
fn alias_is_deployed(definition: &Definition, found: &host::Found<'_>) -> bool {
    found.alias.as_ref().is_none_or(|endpoint| definition.endpoint.vpc_endpoint_ids.contains(endpoint))
}

/// `STRICT` wants the TLS server name to be the `Host` (Developer Guide, "Endpoint access mode").
/// Inferred (strict-answer): who comes without gets the answer that an unknown name gets.
fn strict_is_met(definition: &Definition, request: &Carried) -> bool {
    let strict = definition.endpoint_access_mode.as_deref() == Some("STRICT");
    !strict || request.server_name.as_deref() == Some(&request.host_name())
}

fn identifiers(scene: Scene<'_>) -> Values {
    let mut ids = Ids::seeded(scene.turn ^ scene.config.seed.rotate_left(32));
    let (request, extended) = (ids.uuid(), format!("{}=", ids.upper(15)));
    Values {
        context: [("requestId".to_owned(), request), ("extendedRequestId".to_owned(), extended)].into(),
        ..Values::default()
    }
}

impl Invocation<'_> {
    /// `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<method>/<path>`.
    pub(super) fn arn(&self) -> String {
        let api = execute_api_arn(self.owner, &self.api.id);
        format!("{api}/{}/{}{}", self.stage.name, self.request.method, self.path)
    }

    /// Who calls, then what is sent (Developer Guide, "Gateway response types", in the order in which they can come).
    fn admit(&mut self) -> Result<(), Refusal> {
        self.authorize()?;
        self.check_api_key()?;
        self.check_parameters()
    }

    /// The key must be enabled and in a usage plan of the stage (Developer Guide, "Usage plans and API keys").
    fn check_api_key(&self) -> Result<(), Refusal> {
        if !self.method.api_key_required {
            return Ok(());
        }
        let state = &self.owner.apigateway;
        let shown = self.request.header("x-api-key").unwrap_or_default();
        let key = state
            .api_keys
            .values()
            .find(|key| key.enabled && key.value == shown)
            .ok_or_else(Refusal::invalid_api_key)?;
        let opens = |stage: &crate::services::apigateway::usage_plan::ApiStage| {
            stage.api_id == self.api.id && stage.stage == self.stage.name
        };
        let mut plans = state.usage_plans.values().filter(|plan| plan.keys.contains_key(&key.id));
        if plans.any(|plan| plan.api_stages.iter().any(opens)) { Ok(()) } else { Err(Refusal::invalid_api_key()) }
    }

    /// Required parameters, where a request validator looks after them.
    fn check_parameters(&self) -> Result<(), Refusal> {
        let validator = self
            .method
            .request_validator_id
            .as_ref()
            .and_then(|id| self.deployment.snapshot.request_validators.get(id));
        if !validator.is_some_and(|validator| validator.validate_request_parameters) {
            return Ok(());
        }
        let query = self.request.pairs();
        let missing = |name: &str| match name.strip_prefix("method.request.").and_then(|rest| rest.split_once('.')) {
            Some(("querystring" | "multivaluequerystring", name)) => !query.iter().any(|(key, _)| key == name),
            Some(("header" | "multivalueheader", name)) => self.request.header(name).is_none(),
            _ => false,
        };
        let required = self.method.request_parameters.iter().filter(|(_, required)| **required);
        let missing: Vec<&str> =
            required.filter(|(name, _)| missing(name)).filter_map(|(name, _)| name.splitn(4, '.').nth(3)).collect();
        if missing.is_empty() { Ok(()) } else { Err(Refusal::bad_parameters(&missing)) }
    }

    fn fill_values(&mut self) {
        let headers = self
            .request
            .headers
            .iter()
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
        self.values.headers = headers.collect();
        self.values.path.clone_from(&self.parameters);
        self.values.query = self.request.pairs();
        self.values.body = String::from_utf8_lossy(&self.request.body).into_owned();
        self.values.stage = self.stage.variables.clone();
        let host = self.request.host_name();
        for (name, value) in [
            ("apiId", self.api.id.clone()),
            ("accountId", self.owner.account.clone()),
            ("stage", self.stage.name.clone()),
            ("resourcePath", self.resource.path.clone()),
            ("resourceId", self.resource.id.clone()),
            ("httpMethod", self.request.method.to_string()),
            ("path", format!("/{}{}", self.stage.name, self.path)),
            ("domainPrefix", host.split('.').next().unwrap_or_default().to_owned()),
            ("domainName", host),
            ("protocol", "HTTP/1.1".to_owned()),
            ("deploymentId", self.deployment.id.clone()),
            ("identity.sourceIp", self.request.from.to_string()),
            ("identity.userAgent", self.request.header("user-agent").unwrap_or_default().to_owned()),
            ("identity.vpceId", self.endpoint.id.clone()),
            ("identity.vpcId", self.endpoint.vpc.clone()),
            ("requestTimeEpoch", self.scene.now.as_millis().to_string()),
        ] {
            self.values.context.insert(name.to_owned(), value);
        }
    }
}
