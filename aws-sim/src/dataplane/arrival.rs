//! Where requests arrive: which listener or endpoint a DNS name leads to, and where its clients are.

use std::net::Ipv4Addr;

use bytes::Bytes;
use http::Request;

use super::carried::{CLIENT, Carried};
use super::{Delivery, Scene, Verdict, endpoint, listener};
use crate::iam::like;
use crate::services::ec2::vpc_endpoint::{VpcEndpoint, dns};
use crate::world::{Region, World};

/// Clients on the internet: an address for documentation (RFC 5737).
const ON_THE_INTERNET: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 10);

/// A listener or an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Front {
    /// Account that owns it.
    pub account: String,
    /// Its region.
    pub region: String,
    /// ARN of the listener, or ID of the endpoint.
    pub id: String,
}

impl Front {
    fn new(region: &Region, id: &str) -> Self {
        Self { account: region.account.clone(), region: region.name.clone(), id: id.to_owned() }
    }
}

/// A name or port that leads nowhere.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unknown {
    Host,
    Port,
}

/// What a name and port lead to.
pub(super) fn resolve(world: &World, name: &str, port: u16, vpc: Option<&str>) -> Result<Front, Unknown> {
    for region in world.regions.values() {
        let state = &region.elbv2;
        if let Some(balancer) =
            state.load_balancers.values().find(|balancer| balancer.dns_name.eq_ignore_ascii_case(name))
        {
            let listener = state.listeners_of(&balancer.arn).into_iter().find(|listener| listener.port == port);
            return listener.map(|listener| Front::new(region, &listener.arn)).ok_or(Unknown::Port);
        }
        if let Some(endpoint) = region.ec2.endpoints.values().find(|endpoint| leads_to(region, endpoint, name, vpc)) {
            return Ok(Front::new(region, &endpoint.id));
        }
    }
    Err(Unknown::Host)
}

/// The endpoint's own names, and `<api>-<endpoint>.execute-api…` of the APIs that are associated with it (API Gateway Developer Guide,
/// "Invoke a private API").
pub(super) fn leads_to(region: &Region, endpoint: &VpcEndpoint, name: &str, vpc: Option<&str>) -> bool {
    let alias = || {
        let suffix = format!("-{}.execute-api.{}.{}", endpoint.id, region.name, region.dns_suffix());
        let api = name.strip_suffix(&suffix).and_then(|api| region.apigateway.apis.get(api));
        api.is_some_and(|api| api.definition.endpoint.vpc_endpoint_ids.contains(&endpoint.id))
    };
    let own = || dns::own_names(region, endpoint).iter().any(|own| own == name);
    endpoint.gone_at.is_none() && (own() || alias() || vpc.is_some_and(|vpc| leads_privately(endpoint, name, vpc)))
}

/// With private DNS the service's own names lead to the endpoint for clients in its VPC, those of public APIs too (Developer Guide,
/// "Private REST APIs": the warning on private DNS).
fn leads_privately(endpoint: &VpcEndpoint, name: &str, vpc: &str) -> bool {
    let names = endpoint.service_private_name.as_deref().map(dns::private_names).unwrap_or_default();
    endpoint.private_dns && endpoint.vpc == vpc && names.iter().any(|pattern| like(pattern, name))
}

/// The way of a request from here on.
pub(super) fn judge(scene: Scene<'_>, front: &Front, server_name: Option<&str>, request: Request<Bytes>) -> Verdict {
    let given = request.headers().get(CLIENT).and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    if let Some(endpoint) = scene.here.ec2.endpoints.get(&front.id) {
        let from = given.unwrap_or_else(|| in_vpc(scene.here, &endpoint.vpc));
        return endpoint::from_client(scene, endpoint, Carried::of(request, from, server_name));
    }
    let Some(found) = scene.here.elbv2.listeners.get(&front.id) else {
        return Verdict::Delivery(Delivery::Refused);
    };
    let Some(balancer) = scene.here.elbv2.load_balancers.get(&found.load_balancer) else {
        return Verdict::Delivery(Delivery::Refused);
    };
    let default = if balancer.scheme == "internal" { in_vpc(scene.here, &balancer.vpc) } else { ON_THE_INTERNET };
    let from = given.unwrap_or(default);
    listener::from_client(scene, balancer, found, Carried::of(request, from, server_name))
}

/// An address that a machine in the VPC could have: the tenth.
fn in_vpc(region: &Region, vpc: &str) -> Ipv4Addr {
    let network = region.ec2.vpcs.get(vpc).map_or(Ipv4Addr::new(10, 0, 0, 0), |vpc| vpc.cidr.network());
    Ipv4Addr::from(u32::from(network) + 10)
}
