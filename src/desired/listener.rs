//! The load balancer's listeners: one with the rules, where a request that no rule takes is answered with a fixed 404, and where the user wants it
//! one that leads HTTP clients there.

use std::collections::BTreeSet;

use super::Want;
use crate::api::ListenerProtocol;
use crate::intent::{CreateLoadBalancer, Intent, ListenerIntent};
use crate::node::Node;
use crate::observed::{DefaultAction, MutualAuthentication};
use crate::tags::Tags;

/// Body of the answer to a request that no rule takes.
const NOT_FOUND_BODY: &str = "No rule of this listener takes the request.";
/// Port that browsers and clients without TLS use.
const HTTP_PORT: i32 = 80;

/// A listener to create and keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Protocol.
    pub protocol: ListenerProtocol,
    /// Port.
    pub port: i32,
    /// Default certificate of an HTTPS listener.
    pub default_certificate: Option<String>,
    /// Other certificates of an HTTPS listener.
    pub extra_certificates: BTreeSet<String>,
    /// TLS policy of an HTTPS listener.
    pub ssl_policy: Option<String>,
    /// Mutual TLS of an HTTPS listener.
    pub mutual_authentication: Option<MutualAuthentication>,
    /// What happens to a request that no rule takes.
    pub default_action: DefaultAction,
    /// Tags.
    pub tags: Tags,
}

pub(super) fn desired(intent: &Intent) -> Want<Listener> {
    let create = match intent.load_balancer.as_ref().map(|balancer| &balancer.listener) {
        None => return Want::Nothing,
        Some(ListenerIntent::Existing { listener_arn, .. }) => return Want::Existing(listener_arn.clone()),
        Some(ListenerIntent::Create(create)) => create,
    };
    let mut certificates = create.certificate_arns.iter().cloned();
    Want::Managed(Listener {
        protocol: create.protocol,
        port: create.port,
        default_certificate: certificates.next(),
        extra_certificates: certificates.collect(),
        ssl_policy: create.ssl_policy.clone(),
        mutual_authentication: create.mutual_authentication.clone(),
        default_action: DefaultAction::NotFound(NOT_FOUND_BODY.to_owned()),
        tags: intent.owner.tags(Node::Listener.resource(), &intent.tags),
    })
}

pub(super) fn redirect(intent: &Intent) -> Option<Listener> {
    let ListenerIntent::Create(create) = &intent.load_balancer.as_ref()?.listener else { return None };
    let CreateLoadBalancer { port, redirect_http, .. } = create.as_ref();
    redirect_http.then(|| Listener {
        protocol: ListenerProtocol::Http,
        port: HTTP_PORT,
        default_certificate: None,
        extra_certificates: BTreeSet::new(),
        ssl_policy: None,
        mutual_authentication: None,
        default_action: DefaultAction::RedirectToHttps(*port),
        tags: intent.owner.tags(Node::RedirectListener.resource(), &intent.tags),
    })
}
