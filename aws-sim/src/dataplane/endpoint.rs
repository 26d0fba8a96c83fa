//! Interface endpoints: who gets in, and what answers behind them.

use super::carried::Carried;
use super::network::{HTTPS, Source, connect, is_execute_api};
use super::{Delivery, Scene, Verdict, invocation, listener};
use crate::services::ec2::endpoint_service::EndpointService;
use crate::services::ec2::vpc_endpoint::VpcEndpoint;

/// A client's request at an endpoint's address.
pub(super) fn from_client(scene: Scene<'_>, endpoint: &VpcEndpoint, request: Carried) -> Verdict {
    let interfaces: Vec<_> = endpoint.interfaces.values().filter_map(|id| scene.here.ec2.interfaces.get(id)).collect();
    let Some(interface) = scene.turn_of(&interfaces) else {
        return Verdict::Delivery(Delivery::TimedOut);
    };
    let source = Source { address: request.from, groups: &[] };
    let taken = connect(scene.here, &endpoint.vpc, source, interface.address, HTTPS);
    let verdict = taken.and_then(|endpoint| connected(scene, endpoint, request));
    verdict.unwrap_or(Verdict::Delivery(Delivery::TimedOut))
}

/// A request over an open connection to an endpoint; `None` if nothing answers behind it.
pub(super) fn connected(scene: Scene<'_>, endpoint: &VpcEndpoint, request: Carried) -> Option<Verdict> {
    if !serves(scene, endpoint) {
        return None;
    }
    // Inferred (ping-answer): `/ping` and `/sping`, which AWS reserves for its own health checks (Developer Guide, "Known issues"), are judged as
    // other paths are.
    if is_execute_api(&endpoint.service) {
        return Some(invocation::judge(scene, endpoint, request));
    }
    to_provider(scene, endpoint, request)
}

/// Network interfaces take connections as soon as they are there, the service behind them when the endpoint was `available` for the first
/// time; a change puts it back to `pending` without a break in service.
fn serves(scene: Scene<'_>, endpoint: &VpcEndpoint) -> bool {
    match endpoint.state(scene.now) {
        "available" => true,
        "pending" => scene.now >= endpoint.created + scene.config.durations.endpoint_creation,
        _ => false,
    }
}

/// Through an endpoint service to its provider's network load balancer (AWS `PrivateLink` Guide, "Share your services"): clients keep their
/// port; the listener's own is what decides here.
fn to_provider(scene: Scene<'_>, endpoint: &VpcEndpoint, request: Carried) -> Option<Verdict> {
    let serves = |service: &&EndpointService| endpoint.service.ends_with(&service.id);
    let (provider, service) =
        scene.accounts().find_map(|region| Some((region, region.ec2.services.values().find(serves)?)))?;
    let balancer = service.load_balancers.iter().find_map(|arn| provider.elbv2.load_balancers.get(arn))?;
    let listeners = provider.elbv2.listeners_of(&balancer.arn);
    let found = listeners.iter().find(|listener| listener.port == HTTPS).or(listeners.first())?;
    let scene = Scene { here: provider, ..scene };
    let enforced = balancer.enforce_on_private_link.as_deref() != Some("off");
    let node = super::forward::node(scene, balancer).unwrap_or(request.from);
    // Without enforcement, traffic from PrivateLink is not judged by inbound rules: as if it came from the load balancer itself.
    if enforced || balancer.groups.is_empty() {
        return Some(listener::from_client(scene, balancer, found, request));
    }
    let unjudged = crate::services::elbv2::load_balancer::LoadBalancer { groups: Vec::new(), ..balancer.clone() };
    Some(listener::from_client(scene, &unjudged, found, Carried { from: node, ..request }))
}
