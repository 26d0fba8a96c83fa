//! From a load balancer to a target.

use std::net::Ipv4Addr;

use super::carried::Carried;
use super::network::{Source, connect};
use super::{Scene, Verdict, endpoint, page};
use crate::services::elbv2::action::Action;
use crate::services::elbv2::listener::Listener;
use crate::services::elbv2::load_balancer::LoadBalancer;
use crate::services::elbv2::target::TargetKey;
use crate::services::elbv2::target_group::TargetGroup;
use crate::services::elbv2::target_health;

/// The target group of a forward action whose turn it is, by weight.
pub(super) fn group_of<'a>(scene: Scene<'a>, action: Option<&Action>) -> Option<&'a TargetGroup> {
    let action = action?;
    let groups = &scene.here.elbv2.target_groups;
    let weighted = action.forward_config.as_ref().map(|config| config.target_groups.as_slice()).unwrap_or_default();
    let total: u64 = weighted.iter().map(|group| u64::from(group.weight.unwrap_or(1))).sum();
    if total == 0 {
        return groups.get(action.target_group_arn.as_ref()?);
    }
    let mut left = scene.turn % total;
    for group in weighted {
        let weight = u64::from(group.weight.unwrap_or(1));
        if left < weight {
            return groups.get(&group.target_group_arn);
        }
        left -= weight;
    }
    None
}

/// Address of the load balancer's node whose turn it is.
pub(super) fn node(scene: Scene<'_>, balancer: &LoadBalancer) -> Option<Ipv4Addr> {
    let interfaces = balancer.interfaces.values().filter_map(|id| scene.here.ec2.interfaces.get(id));
    let addresses: Vec<Ipv4Addr> = interfaces.map(|interface| interface.address).collect();
    scene.turn_of(&addresses).copied()
}

/// The healthy target whose turn it is; if none is healthy, any (User Guide, "Target group health": fail open).
fn target<'a>(scene: Scene<'_>, group: &'a TargetGroup) -> Option<&'a TargetKey> {
    let durations = &scene.config.durations;
    let health =
        |key, target| target_health::of(scene.here, group, key, target, scene.now, durations, scene.config.prober);
    let in_use = group.targets.iter().filter(|(_, target)| target.draining_until.is_none());
    let states: Vec<(&TargetKey, &str)> = in_use.map(|(key, target)| (key, health(key, target).state)).collect();
    let of = |wanted: &[&str]| -> Vec<&'a TargetKey> {
        states.iter().filter(|(_, state)| wanted.contains(state)).map(|(key, _)| *key).collect()
    };
    let healthy = of(&["healthy"]);
    let candidates = if healthy.is_empty() { of(&["unhealthy", "initial", "unavailable"]) } else { healthy };
    scene.turn_of(&candidates).copied()
}

/// Sends a request to a target of the action's group.
pub(super) fn to_target(
    scene: Scene<'_>,
    balancer: &LoadBalancer,
    listener: &Listener,
    action: &Action,
    mut request: Carried,
) -> Verdict {
    let Some(group) = group_of(scene, Some(action)) else {
        return page::service_unavailable().into();
    };
    let Some(key) = target(scene, group) else {
        return page::service_unavailable().into();
    };
    let (Some(from), Ok(to)) = (node(scene, balancer), key.id.parse::<Ipv4Addr>()) else {
        return page::bad_gateway().into();
    };
    let vpc = group.vpc.as_deref().unwrap_or_default();
    let source = Source { address: from, groups: &balancer.groups };
    let Some(endpoint) = connect(scene.here, vpc, source, to, key.port.or(group.port).unwrap_or_default()) else {
        return page::gateway_timeout().into();
    };
    // An endpoint speaks TLS only.
    if group.protocol.as_deref() != Some("HTTPS") {
        return page::bad_gateway().into();
    }
    add_headers(scene, balancer, listener, &mut request);
    request.from = from;
    // Load balancers send no server name to their targets (apache/apisix#11523, istio/istio#31421).
    // Inferred (tls-without-server-name): an API whose security policy wants TLS 1.3 takes the connection all the same.
    request.server_name = None;
    endpoint::connected(scene, endpoint, request).unwrap_or_else(|| page::gateway_timeout().into())
}

/// User Guide, "HTTP headers and Application Load Balancers"; "Host header preservation" for the port.
fn add_headers(scene: Scene<'_>, balancer: &LoadBalancer, listener: &Listener, request: &mut Carried) {
    let client = request.from.to_string();
    let forwarded = request.header("x-forwarded-for").map_or(client.clone(), |before| format!("{before}, {client}"));
    request.set_header("x-forwarded-for", &forwarded);
    request.set_header("x-forwarded-proto", &listener.protocol.to_ascii_lowercase());
    request.set_header("x-forwarded-port", &listener.port.to_string());
    if request.header("x-amzn-trace-id").is_none() {
        request
            .set_header("x-amzn-trace-id", &format!("Root=1-{:08x}-{:024x}", scene.now.as_millis() / 1000, scene.turn));
    }
    let original = request.header("host").is_none_or(|sent| sent == request.host);
    if original
        && ![80, 443].contains(&listener.port)
        && !balancer.has("routing.http.preserve_host_header.enabled")
        && !request.host.contains(':')
    {
        request.host = format!("{}:{}", request.host, listener.port);
    }
    let host = request.host.clone();
    request.set_header("host", &host);
}
