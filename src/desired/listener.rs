//! The load balancer's listener. A request that no rule takes is answered with a fixed 404.

use std::collections::BTreeSet;

use super::Want;
use crate::api::ListenerProtocol;
use crate::intent::{Intent, ListenerIntent};
use crate::node::Node;
use crate::observed::MutualAuthentication;
use crate::tags::Tags;

/// Body of the answer to a request that no rule takes.
const NOT_FOUND_BODY: &str = "No rule of this listener takes the request.";

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
    /// Body of the fixed 404.
    pub not_found_body: String,
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
        not_found_body: NOT_FOUND_BODY.to_owned(),
        tags: intent.owner.tags(Node::Listener.resource(), &intent.tags),
    })
}
