//! Listeners.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Serialize, Serializer};

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
    /// Mutual TLS of an HTTPS listener; none where it is off.
    pub mutual_authentication: Option<MutualAuthentication>,
    /// What happens to a request that no rule takes.
    pub default_action: DefaultAction,
    /// Tags.
    pub tags: Tags,
}

/// How the certificates of clients are treated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MutualAuthentication {
    /// `passthrough` or `verify`.
    pub mode: String,
    /// The trust store that certificates are verified by.
    pub trust_store_arn: Option<String>,
    /// Whether an expired certificate is as good as any.
    pub ignores_expiry: bool,
}

impl fmt::Display for MutualAuthentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.mode)?;
        self.trust_store_arn.iter().try_for_each(|arn| write!(f, " by {arn}"))?;
        f.write_str(if self.ignores_expiry { ", expired ones too" } else { "" })
    }
}

/// What a listener does with a request that no rule takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DefaultAction {
    /// Answers 404 with this body.
    NotFound(String),
    /// Answers 301 with the same host, path and query by HTTPS on this port.
    RedirectToHttps(i32),
    /// Anything else.
    Other,
}

impl fmt::Display for DefaultAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(body) => write!(f, "404 {body}"),
            Self::RedirectToHttps(port) => write!(f, "301 to HTTPS on port {port}"),
            Self::Other => f.write_str("another action"),
        }
    }
}

impl Serialize for DefaultAction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
