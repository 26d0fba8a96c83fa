//! What requests say of rules: protocol, ports and peers (EC2 API Reference, `IpPermission`, `SecurityGroupRuleRequest`).

use ipnet::{Ipv4Net, Ipv6Net};
use serde::Deserialize;

use super::State;
use super::security_group;
use super::security_group_rule::{Peer, Rule};
use crate::error::{Answer, AwsError};

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Range {
    #[serde(alias = "CidrIpv6", alias = "PrefixListId")]
    cidr_ip: String,
    description: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Pair {
    group_id: Option<String>,
    group_name: Option<String>,
    user_id: Option<String>,
    vpc_id: Option<String>,
    description: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Permission {
    ip_protocol: String,
    from_port: Option<i32>,
    to_port: Option<i32>,
    #[serde(default)]
    ip_ranges: Vec<Range>,
    #[serde(default)]
    ipv6_ranges: Vec<Range>,
    #[serde(default)]
    prefix_list_ids: Vec<Range>,
    #[serde(default)]
    groups: Vec<Pair>,
}

pub(super) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("InvalidParameterValue", message)
}

/// Protocols by name; numbers of those that have one are taken for the name.
fn protocol(text: &str) -> Answer<String> {
    let name = match text.to_ascii_lowercase().as_str() {
        "-1" | "all" => "-1",
        "tcp" | "6" => "tcp",
        "udp" | "17" => "udp",
        "icmp" | "1" => "icmp",
        "icmpv6" | "58" => "icmpv6",
        other if other.parse::<u8>().is_ok() => return Ok(other.to_owned()),
        other => return Err(invalid(format!("Invalid value '{other}' for IP protocol. Unknown protocol."))),
    };
    Ok(name.to_owned())
}

fn ports(protocol: &str, from: Option<i32>, to: Option<i32>) -> Answer<(i32, i32)> {
    match (protocol, from, to) {
        ("-1", ..) => Ok((-1, -1)),
        ("tcp" | "udp", Some(from), Some(to)) if (0..=65_535).contains(&from) && (from..=65_535).contains(&to) => {
            Ok((from, to))
        }
        ("tcp" | "udp", Some(-1), Some(-1)) => Ok((0, 65_535)),
        ("tcp" | "udp", Some(from), Some(to)) => Err(invalid(format!("Invalid TCP/UDP port range ({from}:{to})"))),
        ("tcp" | "udp", ..) => {
            Err(invalid("Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange."))
        }
        (_, from, to) => Ok((from.unwrap_or(-1), to.unwrap_or(-1))),
    }
}

impl Permission {
    /// The one that the short parameters of a request give.
    pub(super) fn of_range(ip_protocol: String, ports: (Option<i32>, Option<i32>), cidr_ip: Option<&str>) -> Self {
        let range = |cidr_ip: &str| Range { cidr_ip: cidr_ip.to_owned(), description: None };
        Self {
            ip_protocol,
            from_port: ports.0,
            to_port: ports.1,
            ip_ranges: cidr_ip.map(range).into_iter().collect(),
            ipv6_ranges: Vec::new(),
            prefix_list_ids: Vec::new(),
            groups: Vec::new(),
        }
    }

    /// Groups of other accounts can be named only over a peering connection.
    pub(super) fn check_owner(&self, account: &str) -> Answer<()> {
        let other = self.groups.iter().find(|pair| pair.user_id.as_ref().is_some_and(|user| user != account));
        other.map_or(Ok(()), |pair| {
            let named = pair.group_id.as_ref().or(pair.group_name.as_ref()).map(String::as_str).unwrap_or_default();
            Err(AwsError::new("InvalidGroup.NotFound", format!("The security group '{named}' does not exist")))
        })
    }

    /// One rule for each peer.
    pub(super) fn rules(&self, state: &State, vpc: &str, egress: bool) -> Answer<Vec<Rule>> {
        let protocol = protocol(&self.ip_protocol)?;
        let (from, to) = ports(&protocol, self.from_port, self.to_port)?;
        let mut peers = Vec::new();
        for Range { cidr_ip, description } in &self.ip_ranges {
            peers.push((Peer::Ipv4(ipv4(cidr_ip)?), description));
        }
        for Range { cidr_ip, description } in &self.ipv6_ranges {
            peers.push((Peer::Ipv6(ipv6(cidr_ip)?), description));
        }
        for Range { cidr_ip, description } in &self.prefix_list_ids {
            peers.push((Peer::PrefixList(cidr_ip.clone()), description));
        }
        for pair in &self.groups {
            peers.push((Peer::Group(group(state, vpc, pair)?), &pair.description));
        }
        if peers.is_empty() {
            return Err(AwsError::new(
                "MissingParameter",
                "Missing source specification: include source security group or CIDR information",
            ));
        }
        let rule = |(peer, description): (Peer, &Option<String>)| Rule {
            egress,
            protocol: protocol.clone(),
            from,
            to,
            peer,
            description: description.clone().filter(|text| !text.is_empty()),
        };
        Ok(peers.into_iter().map(rule).collect())
    }
}

/// Host bits are cleared, as EC2 keeps `10.0.0.0/8` for `10.1.2.3/8`.
fn ipv4(text: &str) -> Answer<String> {
    let block: Ipv4Net = text.parse().map_err(|_| invalid(format!("CIDR block {text} is malformed")))?;
    Ok(block.trunc().to_string())
}

fn ipv6(text: &str) -> Answer<String> {
    let block: Ipv6Net = text.parse().map_err(|_| invalid(format!("CIDR block {text} is malformed")))?;
    Ok(block.trunc().to_string())
}

/// The group meant, which must be of the same VPC.
fn group(state: &State, vpc: &str, pair: &Pair) -> Answer<String> {
    let found = match (&pair.group_id, &pair.group_name) {
        (Some(id), _) => security_group::find(state, id)?,
        (None, Some(name)) => {
            let mut groups = state.groups.values();
            let named = groups.find(|group| group.vpc == vpc && group.name == *name);
            named.ok_or_else(|| {
                AwsError::new("InvalidGroup.NotFound", format!("The security group '{name}' does not exist"))
            })?
        }
        (None, None) => {
            return Err(AwsError::new("MissingParameter", "The request must contain the parameter groupId"));
        }
    };
    // Groups of other VPCs can be named only over a peering connection.
    if found.vpc != vpc || pair.vpc_id.as_ref().is_some_and(|named| *named != found.vpc) {
        let message = "You have specified two resources that belong to different networks.";
        return Err(AwsError::new("InvalidGroup.NotFound", message));
    }
    Ok(found.id.clone())
}

/// One rule with one peer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct NewRule {
    ip_protocol: String,
    from_port: Option<i32>,
    to_port: Option<i32>,
    cidr_ipv4: Option<String>,
    cidr_ipv6: Option<String>,
    prefix_list_id: Option<String>,
    referenced_group_id: Option<String>,
    description: Option<String>,
}

impl NewRule {
    pub(super) fn permission(self) -> Permission {
        let Self { ip_protocol, from_port, to_port, description, .. } = self;
        let range = |cidr_ip: String| Range { cidr_ip, description: description.clone() };
        let pair = |id| Pair {
            group_id: Some(id),
            group_name: None,
            user_id: None,
            vpc_id: None,
            description: description.clone(),
        };
        Permission {
            ip_protocol,
            from_port,
            to_port,
            ip_ranges: self.cidr_ipv4.into_iter().map(range).collect(),
            ipv6_ranges: self.cidr_ipv6.into_iter().map(range).collect(),
            prefix_list_ids: self.prefix_list_id.into_iter().map(range).collect(),
            groups: self.referenced_group_id.into_iter().map(pair).collect(),
        }
    }
}
