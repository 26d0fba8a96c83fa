//! Listeners.

use std::collections::BTreeSet;

use crate::tags::Tags;

/// A listener of a load balancer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// ARN.
    pub arn: String,
    /// Its load balancer.
    pub load_balancer_arn: String,
    /// `HTTP` or `HTTPS`.
    pub protocol: String,
    /// Port.
    pub port: i32,
    /// Default certificate of an HTTPS listener.
    pub default_certificate: Option<String>,
    /// Other certificates of an HTTPS listener, where they were asked for.
    pub extra_certificates: BTreeSet<String>,
    /// TLS policy of an HTTPS listener.
    pub ssl_policy: Option<String>,
    /// What happens to a request that no rule takes.
    pub default_action: DefaultAction,
    /// Tags.
    pub tags: Tags,
}

/// What a listener does with a request that no rule takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DefaultAction {
    /// Answers 404 with this body.
    NotFound(String),
    /// Anything else.
    Other,
}
