//! Security groups.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use crate::tags::Tags;

/// A security group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityGroup {
    /// ID.
    pub id: String,
    /// Name, unique in the VPC.
    pub name: String,
    /// VPC.
    pub vpc_id: String,
    /// What is let in, each peer by itself.
    pub ingress: BTreeSet<Permission>,
    /// What is let out, each peer by itself.
    pub egress: BTreeSet<Permission>,
    /// Tags.
    pub tags: Tags,
}

/// One permission: one protocol, port range and peer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(into = "String")]
pub struct Permission {
    /// `tcp`, `udp`, `icmp`, a protocol number, or `-1` for all.
    pub protocol: String,
    /// First port; none for all protocols.
    pub from_port: Option<i32>,
    /// Last port; none for all protocols.
    pub to_port: Option<i32>,
    /// The other side.
    pub peer: Peer,
}

impl Permission {
    /// One TCP port.
    #[must_use]
    pub fn tcp(port: i32, peer: Peer) -> Self {
        Self { protocol: "tcp".to_owned(), from_port: Some(port), to_port: Some(port), peer }
    }

    /// Everything to everywhere over IPv4: what a new group lets out.
    ///
    /// Source: EC2 API Reference, `CreateSecurityGroup`.
    #[must_use]
    pub fn all_out() -> Self {
        Self { protocol: "-1".to_owned(), from_port: None, to_port: None, peer: Peer::Cidr("0.0.0.0/0".to_owned()) }
    }
}

/// The other side of a permission.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peer {
    /// IPv4 range.
    Cidr(String),
    /// IPv6 range.
    Cidr6(String),
    /// Members of a security group, by ID.
    Group(String),
    /// Managed prefix list, by ID.
    PrefixList(String),
}

/// Direction of a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Direction {
    /// In.
    Ingress,
    /// Out.
    Egress,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ingress => "ingress",
            Self::Egress => "egress",
        })
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.protocol.as_str(), self.from_port, self.to_port) {
            ("-1", ..) => write!(f, "all {}", self.peer),
            (protocol, Some(from), Some(to)) if from != to => write!(f, "{protocol} {from}-{to} {}", self.peer),
            (protocol, Some(port), _) => write!(f, "{protocol} {port} {}", self.peer),
            (protocol, None, _) => write!(f, "{protocol} {}", self.peer),
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cidr(peer) | Self::Cidr6(peer) | Self::Group(peer) | Self::PrefixList(peer) => f.write_str(peer),
        }
    }
}

impl From<Permission> for String {
    fn from(permission: Permission) -> Self {
        permission.to_string()
    }
}
