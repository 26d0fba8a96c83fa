//! Health checks of targets, over the same way as requests.

use std::net::Ipv4Addr;

use bytes::Bytes;
use http::{HeaderMap, Method};

use super::carried::Carried;
use super::network::{Source, connect};
use super::{Delivery, Scene, Verdict, endpoint, forward, listener};
use crate::clock::Timestamp;
use crate::config::Config;
use crate::services::elbv2::load_balancer::{Kind, LoadBalancer};
use crate::services::elbv2::target::TargetKey;
use crate::services::elbv2::target_group::TargetGroup;
use crate::services::elbv2::target_health::Probe;
use crate::world::Region;

/// Checks a target. Checks say `Host: <address>`, with the port unless it is the default of the check's protocol, which names no API: an
/// endpoint that works answers 403 (Elastic Load Balancing, "Troubleshoot your Application Load Balancers").
#[must_use]
pub fn probe(region: &Region, group: &TargetGroup, balancer: &LoadBalancer, key: &TargetKey, now: Timestamp) -> Probe {
    let config = Config { prober: probe, ..Config::default() };
    let scene = Scene { here: region, world: None, permissions: None, config: &config, now, turn: 0 };
    let port =
        group.check.port.as_deref().and_then(|port| port.parse().ok()).or(key.port).or(group.port).unwrap_or(443);
    let Some(node) = forward::node(scene, balancer) else {
        return Probe::Timeout;
    };
    let host = if group.target_type == "alb" { node.to_string() } else { key.id.clone() };
    let request = check(group, host_field(group.check.protocol.as_deref().unwrap_or_default(), &host, port), node);
    let verdict = if group.target_type == "alb" {
        to_load_balancer(scene, key, port, request)
    } else {
        to_address(scene, group, balancer, key, port, request)
    };
    match verdict {
        Some(Verdict::Delivery(Delivery::Answer(response))) => Probe::Status(response.status().as_u16()),
        _ => Probe::Timeout,
    }
}

/// The `Host` of a check.
fn host_field(protocol: &str, address: &str, port: u16) -> String {
    match (protocol, port) {
        ("HTTP", 80) | ("HTTPS", 443) => address.to_owned(),
        _ => format!("{address}:{port}"),
    }
}

fn check(group: &TargetGroup, host: String, from: Ipv4Addr) -> Carried {
    let path = group.check.path.clone().unwrap_or_else(|| "/".to_owned());
    let (path, query) =
        path.split_once('?').map_or((path.clone(), None), |(path, query)| (path.to_owned(), Some(query.to_owned())));
    Carried {
        method: Method::GET,
        host,
        path,
        query,
        headers: HeaderMap::new(),
        body: Bytes::new(),
        from,
        server_name: None,
    }
}

fn to_address(
    scene: Scene<'_>,
    group: &TargetGroup,
    balancer: &LoadBalancer,
    key: &TargetKey,
    port: u16,
    request: Carried,
) -> Option<Verdict> {
    let source = Source { address: request.from, groups: &balancer.groups };
    let endpoint = connect(scene.here, group.vpc.as_deref()?, source, key.id.parse().ok()?, port)?;
    endpoint::connected(scene, endpoint, request)
}

/// A network load balancer checks an application load balancer through the listener on its port.
fn to_load_balancer(scene: Scene<'_>, key: &TargetKey, port: u16, request: Carried) -> Option<Verdict> {
    let state = &scene.here.elbv2;
    let inner = state.load_balancers.get(&key.id).filter(|inner| inner.kind == Kind::Application)?;
    let found = state.listeners_of(&inner.arn).into_iter().find(|listener| listener.port == port)?;
    Some(listener::from_client(scene, inner, found, request))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_a_check_has_no_default_port() {
        for (protocol, port, expected) in [
            ("HTTPS", 443, "10.0.0.7"),
            ("HTTP", 80, "10.0.0.7"),
            ("HTTPS", 8443, "10.0.0.7:8443"),
            ("HTTP", 443, "10.0.0.7:443"),
            ("HTTPS", 80, "10.0.0.7:80"),
            ("HTTP", 8080, "10.0.0.7:8080"),
        ] {
            assert_eq!(host_field(protocol, "10.0.0.7", port), expected, "{protocol} {port}");
        }
    }
}
