//! What security groups let through (VPC User Guide, "Security groups": rules only allow; answers to what was let through always pass).

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::State;
use super::security_group_rule::{Peer, Rule};

/// A TCP connection to judge.
#[derive(Clone, Copy, Debug)]
pub struct Traffic<'a> {
    /// Address of the client.
    pub from: Ipv4Addr,
    /// The client's security groups; none for clients outside the VPC.
    pub from_groups: &'a [String],
    /// Address of the server.
    pub to: Ipv4Addr,
    /// The server's security groups.
    pub to_groups: &'a [String],
    /// Port of the server.
    pub port: u16,
}

/// Whether both sides' groups let the connection through.
#[must_use]
pub fn between(state: &State, traffic: &Traffic<'_>) -> bool {
    lets_out(state, traffic) && lets_in(state, traffic)
}

/// Whether the client's groups let it out; a client without groups is not judged.
#[must_use]
pub fn lets_out(state: &State, traffic: &Traffic<'_>) -> bool {
    traffic.from_groups.is_empty()
        || any_rule(state, traffic.from_groups, true, traffic.port, traffic.to, traffic.to_groups)
}

/// Whether the server's groups let it in; a server without groups (a network load balancer) takes everything.
#[must_use]
pub fn lets_in(state: &State, traffic: &Traffic<'_>) -> bool {
    traffic.to_groups.is_empty()
        || any_rule(state, traffic.to_groups, false, traffic.port, traffic.from, traffic.from_groups)
}

fn any_rule(state: &State, groups: &[String], egress: bool, port: u16, peer: Ipv4Addr, peer_groups: &[String]) -> bool {
    let rules = groups.iter().filter_map(|id| state.groups.get(id)).flat_map(|group| group.rules.values());
    let fits = |rule: &Rule| {
        let port = i32::from(port);
        let ports = rule.protocol == "-1" || (rule.protocol == "tcp" && (rule.from..=rule.to).contains(&port));
        ports && is_peer(&rule.peer, peer, peer_groups)
    };
    rules.into_iter().any(|rule| rule.egress == egress && fits(rule))
}

fn is_peer(peer: &Peer, address: Ipv4Addr, groups: &[String]) -> bool {
    match peer {
        Peer::Ipv4(cidr) => cidr.parse().is_ok_and(|net: Ipv4Net| net.contains(&address)),
        Peer::Group(id) => groups.contains(id),
        Peer::Ipv6(_) | Peer::PrefixList(_) => false,
    }
}
