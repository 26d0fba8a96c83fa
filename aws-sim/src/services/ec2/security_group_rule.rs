//! Rules of security groups: what they are and how they are described (VPC User Guide, "Security group rules").

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::security_group::SecurityGroup;
use super::select::{Table, describe_request, select};
use super::tag;
use crate::context::Context;
use crate::error::Answer;
use crate::world::Region;

/// Who is on the other side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peer {
    /// IPv4 addresses.
    Ipv4(String),
    /// IPv6 addresses.
    Ipv6(String),
    /// A prefix list.
    PrefixList(String),
    /// Whoever has this security group.
    Group(String),
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Outbound.
    pub egress: bool,
    /// `tcp`, `udp`, `icmp`, `icmpv6`, a protocol number, or `-1` for all.
    pub protocol: String,
    /// First port, or the ICMP type; -1 for all.
    pub from: i32,
    /// Last port, or the ICMP code; -1 for all.
    pub to: i32,
    /// Who is on the other side.
    pub peer: Peer,
    /// Description.
    pub description: Option<String>,
}

impl Rule {
    /// Everything to or from `peer`.
    #[must_use]
    pub fn all(egress: bool, peer: Peer) -> Self {
        Self { egress, protocol: "-1".to_owned(), from: -1, to: -1, peer, description: None }
    }

    /// Whether both allow the same; descriptions do not count (API Reference, `AuthorizeSecurityGroupIngress`).
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        (self.egress, &self.protocol, self.from, self.to, &self.peer)
            == (other.egress, &other.protocol, other.from, other.to, &other.peer)
    }

    /// Whether it has ports (or ICMP types) at all.
    fn has_ports(&self) -> bool {
        self.protocol != "-1"
    }

    pub(super) fn cidr(&self) -> Option<String> {
        if let Peer::Ipv4(cidr) = &self.peer { Some(cidr.clone()) } else { None }
    }

    pub(super) fn group(&self) -> Option<String> {
        if let Peer::Group(id) = &self.peer { Some(id.clone()) } else { None }
    }

    #[expect(clippy::unnecessary_wraps, reason = "one of several columns of the same type")]
    pub(super) fn protocol(&self) -> Option<String> {
        Some(self.protocol.clone())
    }

    pub(super) fn first_port(&self) -> Option<String> {
        self.has_ports().then(|| self.from.to_string())
    }

    pub(super) fn last_port(&self) -> Option<String> {
        self.has_ports().then(|| self.to.to_string())
    }

    /// `ipPermissions`' entry for the peer: in which list, and what.
    fn peer_entry(&self, region: &Region) -> (&'static str, Value) {
        let description = &self.description;
        match &self.peer {
            Peer::Ipv4(cidr) => ("ipRanges", json!({ "cidrIp": cidr, "description": description })),
            Peer::Ipv6(cidr) => ("ipv6Ranges", json!({ "cidrIpv6": cidr, "description": description })),
            Peer::PrefixList(id) => ("prefixListIds", json!({ "prefixListId": id, "description": description })),
            Peer::Group(id) => {
                ("groups", json!({ "groupId": id, "userId": region.account, "description": description }))
            }
        }
    }
}

/// A group's rules of one direction as `ipPermissions`: one entry for each protocol and ports.
pub(super) fn permissions(region: &Region, group: &SecurityGroup, egress: bool) -> Value {
    let mut sets: BTreeMap<(&str, i32, i32), Map<String, Value>> = BTreeMap::new();
    for rule in group.rules.values().filter(|rule| rule.egress == egress) {
        let set = sets.entry((&rule.protocol, rule.from, rule.to)).or_insert_with(|| empty_permission(rule));
        let (list, entry) = rule.peer_entry(region);
        if let Some(Value::Array(entries)) = set.get_mut(list) {
            entries.push(entry);
        }
    }
    sets.into_values().map(Value::Object).collect()
}

fn empty_permission(rule: &Rule) -> Map<String, Value> {
    let ports = |port: i32| if rule.has_ports() { json!(port) } else { Value::Null };
    let lists = ["groups", "ipRanges", "ipv6Ranges", "prefixListIds"].map(|list| (list.to_owned(), json!([])));
    let fields = [("ipProtocol", json!(rule.protocol)), ("fromPort", ports(rule.from)), ("toPort", ports(rule.to))];
    lists.into_iter().chain(fields.map(|(name, value)| (name.to_owned(), value))).collect()
}

/// A rule on the wire, the way `DescribeSecurityGroupRules` has it.
pub(super) fn render(region: &Region, group: &str, id: &str, rule: &Rule) -> Value {
    let mut out = json!({
        "securityGroupRuleId": id, "groupId": group, "groupOwnerId": region.account, "isEgress": rule.egress,
        "ipProtocol": rule.protocol, "fromPort": rule.from, "toPort": rule.to, "description": rule.description,
        "securityGroupRuleArn": region.arn("ec2", &format!("security-group-rule/{id}")), "tagSet": tag::render(&region.ec2, id),
    });
    match &rule.peer {
        Peer::Ipv4(cidr) => out["cidrIpv4"] = json!(cidr),
        Peer::Ipv6(cidr) => out["cidrIpv6"] = json!(cidr),
        Peer::PrefixList(list) => out["prefixListId"] = json!(list),
        Peer::Group(peer) => {
            let vpc = region.ec2.groups.get(peer).map(|group| group.vpc.clone());
            out["referencedGroupInfo"] = json!({ "groupId": peer, "userId": region.account, "vpcId": vpc });
        }
    }
    out
}

/// A rule with the group it is of.
#[derive(Debug)]
struct Owned {
    id: String,
    group: String,
    rule: Rule,
}

static TABLE: Table<Owned> = Table {
    columns: &[
        ("group-id", |_, owned| vec![owned.group.clone()]),
        ("security-group-rule-id", |_, owned| vec![owned.id.clone()]),
    ],
    prefix: "sgr-",
    error: "InvalidSecurityGroupRuleId",
    noun: "security group rule ID",
    smallest_page: 5,
};

describe_request!(DescribeSecurityGroupRulesRequest, "SecurityGroupRuleId");

pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeSecurityGroupRulesRequest) -> Answer<Value> {
    let mut all = BTreeMap::new();
    for group in ctx.here.ec2.groups.values() {
        let owned = |id: &String, rule: &Rule| Owned { id: id.clone(), group: group.id.clone(), rule: rule.clone() };
        all.extend(group.rules.iter().map(|(id, rule)| (id.clone(), owned(id, rule))));
    }
    let page = select(ctx, &all, request.selection(), &TABLE, |view, id, owned| {
        render(view.region, &owned.group, id, &owned.rule)
    })?;
    Ok(json!({ "securityGroupRuleSet": page.items, "nextToken": page.next_token }))
}
