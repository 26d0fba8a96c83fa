//! Changes of security groups' rules (EC2 API Reference, `AuthorizeSecurityGroupIngress`, `RevokeSecurityGroupIngress` and their like).

use ipnet::{Ipv4Net, Ipv6Net};
use serde::Deserialize;
use serde_json::{Value, json};

use super::security_group::{self, SecurityGroup};
use super::security_group_rule::{Peer, Rule, render};
use super::{State, tag};
use crate::context::Context;
use crate::error::{Answer, AwsError};

/// Most rules of a direction (VPC User Guide, "Amazon VPC quotas").
const MOST_RULES: usize = 60;

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
    #[serde(rename = "UserId")]
    _user_id: Option<String>,
    #[serde(rename = "VpcId")]
    _vpc_id: Option<String>,
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

fn invalid(message: impl Into<String>) -> AwsError {
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
    /// One rule for each peer.
    fn rules(&self, state: &State, vpc: &str, egress: bool) -> Answer<Vec<Rule>> {
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
    if found.vpc != vpc {
        let message = "You have specified two resources that belong to different networks.";
        return Err(AwsError::new("InvalidGroup.NotFound", message));
    }
    Ok(found.id.clone())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct PermissionsRequest {
    group_id: Option<String>,
    group_name: Option<String>,
    #[serde(default)]
    ip_permissions: Vec<Permission>,
    ip_protocol: Option<String>,
    from_port: Option<i32>,
    to_port: Option<i32>,
    cidr_ip: Option<String>,
    #[serde(default, rename = "SecurityGroupRuleId")]
    rule_ids: Vec<String>,
    #[serde(default, rename = "TagSpecification")]
    tags: Vec<tag::TagSpecification>,
}

impl PermissionsRequest {
    /// A request for these rules.
    pub(super) fn of(group_id: String, ip_permissions: Vec<Permission>) -> Self {
        Self {
            group_id: Some(group_id),
            group_name: None,
            ip_permissions,
            ip_protocol: None,
            from_port: None,
            to_port: None,
            cidr_ip: None,
            rule_ids: Vec::new(),
            tags: Vec::new(),
        }
    }

    fn group(&self, state: &State) -> Answer<SecurityGroup> {
        match (&self.group_id, &self.group_name) {
            (Some(id), _) => security_group::find(state, id).cloned(),
            // API Reference: the name only serves groups of a default VPC, and the simulator has none.
            (None, Some(name)) => Err(AwsError::new(
                "InvalidGroup.NotFound",
                format!("The security group '{name}' does not exist in default VPC"),
            )),
            (None, None) => {
                Err(AwsError::new("MissingParameter", "The request must contain the parameter groupName or groupId"))
            }
        }
    }

    /// The rules meant: of the list, or the one given by the short parameters.
    pub(super) fn rules(&self, state: &State, group: &SecurityGroup, egress: bool) -> Answer<Vec<Rule>> {
        let short = self.ip_protocol.as_ref().map(|ip_protocol| Permission {
            ip_protocol: ip_protocol.clone(),
            from_port: self.from_port,
            to_port: self.to_port,
            ip_ranges: self
                .cidr_ip
                .iter()
                .map(|cidr_ip| Range { cidr_ip: cidr_ip.clone(), description: None })
                .collect(),
            ipv6_ranges: Vec::new(),
            prefix_list_ids: Vec::new(),
            groups: Vec::new(),
        });
        let mut rules = Vec::new();
        for permission in self.ip_permissions.iter().chain(&short) {
            rules.extend(permission.rules(state, &group.vpc, egress)?);
        }
        Ok(rules)
    }
}

pub(super) fn authorize_ingress(ctx: &mut Context<'_>, request: PermissionsRequest) -> Answer<Value> {
    authorize(ctx, &request, false)
}

pub(super) fn authorize_egress(ctx: &mut Context<'_>, request: PermissionsRequest) -> Answer<Value> {
    authorize(ctx, &request, true)
}

fn authorize(ctx: &mut Context<'_>, request: &PermissionsRequest, egress: bool) -> Answer<Value> {
    let mut group = request.group(&ctx.here.ec2)?;
    let tags = tag::on_create(&request.tags, "security-group-rule")?;
    let rules = request.rules(&ctx.here.ec2, &group, egress)?;
    if rules.is_empty() {
        return Err(AwsError::new("MissingParameter", "The request must contain the parameter ipPermissions"));
    }
    let mut added = Vec::new();
    for rule in rules {
        if group.rules.values().any(|present| present.same(&rule)) {
            return Err(duplicate(&rule));
        }
        let id = ctx.ids.ec2("sgr");
        group.rules.insert(id.clone(), rule);
        added.push(id);
    }
    if group.rules.values().filter(|rule| rule.egress == egress).count() > MOST_RULES {
        return Err(AwsError::new(
            "RulesPerSecurityGroupLimitExceeded",
            "The maximum number of rules per security group has been reached.",
        ));
    }
    for id in &added {
        ctx.here.ec2.put_tags(id, tags.clone());
    }
    let rendered: Value =
        added.iter().filter_map(|id| Some(render(ctx.here, &group.id, id, group.rules.get(id)?))).collect();
    ctx.here.ec2.groups.insert(group.id.clone(), group);
    Ok(json!({ "return": true, "securityGroupRuleSet": rendered }))
}

fn describe_peer(rule: &Rule) -> String {
    match &rule.peer {
        Peer::Ipv4(peer) | Peer::Ipv6(peer) | Peer::PrefixList(peer) | Peer::Group(peer) => peer.clone(),
    }
}

fn duplicate(rule: &Rule) -> AwsError {
    let (peer, protocol) = (describe_peer(rule), rule.protocol.to_uppercase());
    let ports = match rule.protocol.as_str() {
        "-1" => {
            return AwsError::new(
                "InvalidPermission.Duplicate",
                format!("the specified rule \"peer: {peer}, ALL, ALLOW\" already exists"),
            );
        }
        _ => format!("from port: {}, to port: {}", rule.from, rule.to),
    };
    let message = format!("the specified rule \"peer: {peer}, {protocol}, {ports}, ALLOW\" already exists");
    AwsError::new("InvalidPermission.Duplicate", message)
}

pub(super) fn revoke_ingress(ctx: &mut Context<'_>, request: PermissionsRequest) -> Answer<Value> {
    revoke(ctx, &request, false)
}

pub(super) fn revoke_egress(ctx: &mut Context<'_>, request: PermissionsRequest) -> Answer<Value> {
    revoke(ctx, &request, true)
}

fn revoke(ctx: &mut Context<'_>, request: &PermissionsRequest, egress: bool) -> Answer<Value> {
    let state = &mut ctx.here.ec2;
    let mut group = request.group(state)?;
    let mut ids = Vec::new();
    for id in &request.rule_ids {
        if group.rules.get(id).is_none_or(|rule| rule.egress != egress) {
            let message = format!("The specified rule '{id}' does not exist in this security group.");
            return Err(AwsError::new("InvalidSecurityGroupRuleId.NotFound", message));
        }
        ids.push(id.clone());
    }
    for rule in request.rules(state, &group, egress)? {
        let present = group.rules.iter().find(|(_, present)| present.same(&rule)).map(|(id, _)| id.clone());
        ids.push(present.ok_or_else(|| {
            AwsError::new("InvalidPermission.NotFound", "The specified rule does not exist in this security group.")
        })?);
    }
    let mut revoked = Vec::new();
    for id in &ids {
        state.tags.remove(id);
        revoked.extend(group.rules.remove(id).map(|rule| revoked_rule(&group.id, id, &rule)));
    }
    state.groups.insert(group.id.clone(), group);
    Ok(json!({ "return": true, "revokedSecurityGroupRuleSet": revoked, "unknownIpPermissionSet": [] }))
}

fn revoked_rule(group: &str, id: &str, rule: &Rule) -> Value {
    let mut out = json!({
        "securityGroupRuleId": id, "groupId": group, "isEgress": rule.egress, "ipProtocol": rule.protocol,
        "fromPort": rule.from, "toPort": rule.to, "description": rule.description,
    });
    match &rule.peer {
        Peer::Ipv4(cidr) => out["cidrIpv4"] = json!(cidr),
        Peer::Ipv6(cidr) => out["cidrIpv6"] = json!(cidr),
        Peer::PrefixList(list) => out["prefixListId"] = json!(list),
        Peer::Group(peer) => out["referencedGroupId"] = json!(peer),
    }
    out
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct NewRule {
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
    fn permission(self) -> Permission {
        let Self { ip_protocol, from_port, to_port, description, .. } = self;
        let range = |cidr_ip: String| Range { cidr_ip, description: description.clone() };
        let pair = |id| Pair {
            group_id: Some(id),
            group_name: None,
            _user_id: None,
            _vpc_id: None,
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

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RuleUpdate {
    security_group_rule_id: String,
    security_group_rule: NewRule,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ModifySecurityGroupRulesRequest {
    group_id: String,
    #[serde(rename = "SecurityGroupRule")]
    rules: Vec<RuleUpdate>,
}

pub(super) fn modify(ctx: &mut Context<'_>, request: ModifySecurityGroupRulesRequest) -> Answer<Value> {
    let state = &mut ctx.here.ec2;
    let mut group = security_group::find(state, &request.group_id)?.clone();
    for update in request.rules {
        let id = update.security_group_rule_id;
        let Some(present) = group.rules.get(&id) else {
            return Err(AwsError::new(
                "InvalidSecurityGroupRuleId.NotFound",
                format!("The security group rule ID '{id}' does not exist"),
            ));
        };
        let new = update.security_group_rule.permission().rules(state, &group.vpc, present.egress)?;
        let [rule] = &new[..] else { return Err(invalid("A rule has exactly one source or destination")) };
        if group.rules.iter().any(|(other, present)| *other != id && present.same(rule)) {
            return Err(duplicate(rule));
        }
        group.rules.insert(id, rule.clone());
    }
    state.groups.insert(group.id.clone(), group);
    Ok(json!({ "return": true }))
}
