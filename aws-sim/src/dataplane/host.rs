//! Which API a request is for (API Gateway Developer Guide, "Invoke a private API").

use super::Scene;
use super::carried::Carried;
use crate::services::apigateway::rest_api::RestApi;
use crate::services::ec2::vpc_endpoint::{VpcEndpoint, dns};
use crate::world::Region;

/// An API, the account it is in, and the path that its stage's name starts.
pub(super) struct Found<'a> {
    pub(super) owner: &'a Region,
    pub(super) api: &'a RestApi,
    pub(super) path: String,
    /// The endpoint that the name holds beside the API, `<api>-<endpoint>`.
    pub(super) alias: Option<String>,
    /// Whether a custom domain name led here.
    pub(super) custom: bool,
}

/// The API that the `Host`, or the header field that replaces it, names.
pub(super) fn api<'a>(scene: Scene<'a>, endpoint: &VpcEndpoint, request: &Carried) -> Option<Found<'a>> {
    let host = request.host_name();
    let own = dns::own_names(scene.here, endpoint).contains(&host);
    let id = if own {
        request.header("x-apigw-api-id")?.to_owned()
    } else {
        let suffix = format!(".execute-api.{}.{}", scene.here.name, scene.here.dns_suffix());
        match host.strip_suffix(&suffix) {
            Some(label) => label.to_owned(),
            None => return by_domain_name(scene, endpoint, request, &host),
        }
    };
    let (id, alias) = id.split_once('-').map_or((id.as_str(), None), |(id, endpoint)| (id, Some(endpoint)));
    let (owner, api) = scene.accounts().find_map(|owner| Some((owner, owner.apigateway.apis.get(id)?)))?;
    // `<api>-<endpoint>` exists for associated endpoints only.
    let associated = |endpoint: &str| api.definition.endpoint.vpc_endpoint_ids.iter().any(|id| id == endpoint);
    if alias.is_some_and(|alias| alias != endpoint.id || !associated(alias)) {
        return None;
    }
    let alias = alias.map(str::to_owned);
    Some(Found { owner, api, path: request.path.clone(), alias, custom: false })
}

/// A private custom domain name with an access association for this endpoint (Developer Guide, "Private custom domain names").
fn by_domain_name<'a>(scene: Scene<'a>, endpoint: &VpcEndpoint, request: &Carried, host: &str) -> Option<Found<'a>> {
    let (owner, domain) = scene.accounts().find_map(|owner| {
        let associations = &owner.apigateway.access_associations;
        let associated = |arn: &str| {
            associations.values().any(|one| one.domain_name_arn == arn && one.access_association_source == endpoint.id)
        };
        let mut domains = owner.apigateway.domain_names.values();
        Some((owner, domains.find(|domain| domain.domain_name == host && associated(&domain.domain_name_arn))?))
    })?;
    let (first, rest) =
        request.path.trim_start_matches('/').split_once('/').unwrap_or((request.path.trim_start_matches('/'), ""));
    let (mapping, rest) = match domain.mappings.get(first) {
        Some(mapping) => (mapping, rest),
        None => (domain.mappings.get("(none)")?, request.path.trim_start_matches('/')),
    };
    let path = mapping.stage.as_ref().map_or_else(|| format!("/{rest}"), |stage| format!("/{stage}/{rest}"));
    Some(Found { owner, api: owner.apigateway.apis.get(&mapping.rest_api_id)?, path, alias: None, custom: true })
}
