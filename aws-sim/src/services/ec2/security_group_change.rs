//! Adding and taking away of rules (EC2 API Reference, `AuthorizeSecurityGroupIngress`, `RevokeSecurityGroupIngress` and their like).

use serde::Deserialize;
use serde_json::{Value, json};

use super::security_group::{self, SecurityGroup};
use super::security_group_permission::Permission;
use super::security_group_rule::{Peer, Rule, render};
use super::security_group_rule_change::duplicate;
use super::{State, tag};
use crate::context::Context;
use crate::error::{Answer, AwsError};

/// Most rules of a direction (VPC User Guide, "Amazon VPC quotas").
const MOST_RULES: usize = 60;

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

    fn check_owners(&self, account: &str) -> Answer<()> {
        self.ip_permissions.iter().try_for_each(|permission| permission.check_owner(account))
    }

    /// The rules meant: of the list, or the one given by the short parameters.
    pub(super) fn rules(&self, state: &State, group: &SecurityGroup, egress: bool) -> Answer<Vec<Rule>> {
        let short = self.ip_protocol.as_ref().map(|protocol| {
            Permission::of_range(protocol.clone(), (self.from_port, self.to_port), self.cidr_ip.as_deref())
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
    request.check_owners(&ctx.here.account)?;
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
    if is_full(&group, egress) {
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

/// Whether the group holds more rules of a direction than the quota allows, which is enforced separately for IPv4 and IPv6.
fn is_full(group: &SecurityGroup, egress: bool) -> bool {
    let rules = || group.rules.values().filter(|rule| rule.egress == egress);
    let of_v4 = rules().filter(|rule| !matches!(rule.peer, Peer::Ipv6(_))).count();
    let of_v6 = rules().filter(|rule| !matches!(rule.peer, Peer::Ipv4(_))).count();
    of_v4 > MOST_RULES || of_v6 > MOST_RULES
}

pub(super) fn revoke_ingress(ctx: &mut Context<'_>, request: PermissionsRequest) -> Answer<Value> {
    revoke(ctx, &request, false)
}

pub(super) fn revoke_egress(ctx: &mut Context<'_>, request: PermissionsRequest) -> Answer<Value> {
    revoke(ctx, &request, true)
}

fn revoke(ctx: &mut Context<'_>, request: &PermissionsRequest, egress: bool) -> Answer<Value> {
    request.check_owners(&ctx.here.account)?;
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
