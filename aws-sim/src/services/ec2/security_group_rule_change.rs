//! Changes of rules (EC2 API Reference, `ModifySecurityGroupRules`), and what stands in the way of two that are the same.

use serde::Deserialize;
use serde_json::{Value, json};

use super::security_group;
use super::security_group_permission::{NewRule, invalid};
use super::security_group_rule::{Peer, Rule};
use crate::context::Context;
use crate::error::{Answer, AwsError};

fn describe_peer(rule: &Rule) -> String {
    match &rule.peer {
        Peer::Ipv4(peer) | Peer::Ipv6(peer) | Peer::PrefixList(peer) | Peer::Group(peer) => peer.clone(),
    }
}

pub(super) fn duplicate(rule: &Rule) -> AwsError {
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
