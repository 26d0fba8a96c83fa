//! Listeners of load balancers: who gets in, which rule applies, what it does.

use std::net::Ipv4Addr;

use super::carried::Carried;
use super::network::{Source, lets_through};
use super::{Delivery, Scene, Verdict, forward, page, rule, transform};
use crate::services::elbv2::action::{Action, Redirect};
use crate::services::elbv2::listener::Listener;
use crate::services::elbv2::load_balancer::{Kind, LoadBalancer};
use crate::services::elbv2::rule::Rule;

/// A client's request at a listener.
pub(super) fn from_client(scene: Scene<'_>, balancer: &LoadBalancer, listener: &Listener, request: Carried) -> Verdict {
    let private = request.from.is_private() || is_shared(request.from);
    let unreachable = balancer.scheme == "internal" && !private;
    if balancer.state(scene.now) != "active" || unreachable || !admits(scene, balancer, listener, &request) {
        return Verdict::Delivery(Delivery::TimedOut);
    }
    if balancer.kind == Kind::Network {
        return through_network(scene, balancer, listener, request);
    }
    let Some(rule) = rule::choose(&scene.here.elbv2.rules_of(&listener.arn), listener.port, &request) else {
        return page::service_unavailable().into();
    };
    apply(scene, balancer, listener, rule, request)
}

/// 100.64.0.0/10, which load balancers take for private (RFC 6598).
fn is_shared(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    first == 100 && (64..128).contains(&second)
}

fn admits(scene: Scene<'_>, balancer: &LoadBalancer, listener: &Listener, request: &Carried) -> bool {
    let from = Source { address: request.from, groups: &[] };
    let mut interfaces = balancer.interfaces.values().filter_map(|id| scene.here.ec2.interfaces.get(id));
    interfaces.any(|interface| {
        // A load balancer's interfaces have its security groups.
        let judged = crate::services::ec2::network_interface::NetworkInterface {
            groups: balancer.groups.clone(),
            ..interface.clone()
        };
        lets_through(scene.here, from, &judged, listener.port)
    })
}

/// TCP is passed on as it is; the only targets known here are Application Load Balancers.
fn through_network(scene: Scene<'_>, balancer: &LoadBalancer, listener: &Listener, request: Carried) -> Verdict {
    let state = &scene.here.elbv2;
    let actions = state.rules.get(&listener.default_rule).map(|rule| rule.actions.as_slice()).unwrap_or_default();
    let inner = forward::group_of(scene, actions.first()).and_then(|group| {
        let target = group.targets.keys().next()?;
        let inner = state.load_balancers.get(&target.id)?;
        let port = target.port.or(group.port);
        let listener = state.listeners_of(&inner.arn).into_iter().find(|listener| Some(listener.port) == port)?;
        Some((inner, listener))
    });
    match inner {
        // Client addresses are not preserved through PrivateLink, and the node's own is what the inner load balancer sees otherwise.
        Some((inner, listener)) => {
            let node = forward::node(scene, balancer);
            from_client(scene, inner, listener, Carried { from: node.unwrap_or(request.from), ..request })
        }
        None => Verdict::Delivery(Delivery::Refused),
    }
}

/// What a rule does with a request. Conditions saw the original, actions see what transforms made of it.
fn apply(scene: Scene<'_>, balancer: &LoadBalancer, listener: &Listener, rule: &Rule, request: Carried) -> Verdict {
    let Some(action) = last(&rule.actions) else {
        return page::service_unavailable().into();
    };
    match action.kind.as_str() {
        "fixed-response" => fixed_response(action),
        "redirect" => action
            .redirect_config
            .as_ref()
            .map_or_else(page::internal_error, |redirect| redirected(listener, redirect, &request))
            .into(),
        "forward" => match transform::all(&rule.transforms, request) {
            Ok(changed) => forward::to_target(scene, balancer, listener, action, changed),
            Err(_) => page::internal_error().into(),
        },
        // Authentication is not carried out here; what AWS answers when an identity provider fails.
        _ => page::error(561, "Unauthorized").into(),
    }
}

/// The action that answers: the last one; if authentication stands before it, that one, as it would come first.
fn last(actions: &[Action]) -> Option<&Action> {
    let mut actions: Vec<&Action> = actions.iter().collect();
    actions.sort_by_key(|action| action.order);
    let authentication =
        actions.iter().find(|action| action.kind.starts_with("authenticate") || action.kind.starts_with("jwt"));
    authentication.or(actions.last()).copied()
}

fn fixed_response(action: &Action) -> Verdict {
    let Some(config) = &action.fixed_response_config else {
        return page::internal_error().into();
    };
    let content_type = config.content_type.as_deref().unwrap_or("text/plain; charset=utf-8");
    let status = config.status_code.parse().unwrap_or(503);
    page::answer(status, content_type, config.message_body.clone().unwrap_or_default()).into()
}

/// User Guide, "Redirect actions": parts in `#{…}` are the request's own.
fn redirected(listener: &Listener, redirect: &Redirect, request: &Carried) -> http::Response<bytes::Bytes> {
    let fill = |text: &str| {
        text.replace("#{protocol}", &listener.protocol.to_ascii_lowercase())
            .replace("#{host}", &request.host_name())
            .replace("#{port}", &listener.port.to_string())
            .replace("#{path}", request.path.trim_start_matches('/'))
            .replace("#{query}", request.query.as_deref().unwrap_or_default())
    };
    let query = fill(&redirect.query);
    let location = format!(
        "{}://{}:{}{}{}{query}",
        fill(&redirect.protocol).to_ascii_lowercase(),
        fill(&redirect.host),
        fill(&redirect.port),
        fill(&redirect.path),
        if query.is_empty() { "" } else { "?" },
    );
    let (status, reason) = if redirect.status_code == "HTTP_301" { (301, "Moved Permanently") } else { (302, "Found") };
    let mut response = page::error(status, reason);
    if let Ok(value) = location.parse() {
        response.headers_mut().insert("location", value);
    }
    response
}
