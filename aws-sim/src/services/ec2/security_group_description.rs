//! New descriptions for rules of security groups (API Reference, `UpdateSecurityGroupRuleDescriptionsIngress`).

use serde::Deserialize;
use serde_json::{Value, json};

use super::security_group;
use super::security_group_change::PermissionsRequest;
use crate::context::Context;
use crate::error::{Answer, AwsError};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RuleDescription {
    security_group_rule_id: String,
    description: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct UpdateDescriptionsRequest {
    group_id: String,
    #[serde(default)]
    ip_permissions: Vec<super::security_group_permission::Permission>,
    #[serde(default, rename = "SecurityGroupRuleDescription")]
    rules: Vec<RuleDescription>,
}

pub(super) fn update_ingress(ctx: &mut Context<'_>, request: UpdateDescriptionsRequest) -> Answer<Value> {
    update(ctx, request, false)
}

pub(super) fn update_egress(ctx: &mut Context<'_>, request: UpdateDescriptionsRequest) -> Answer<Value> {
    update(ctx, request, true)
}

fn update(ctx: &mut Context<'_>, request: UpdateDescriptionsRequest, egress: bool) -> Answer<Value> {
    let state = &mut ctx.here.ec2;
    let mut group = security_group::find(state, &request.group_id)?.clone();
    for RuleDescription { security_group_rule_id: id, description } in request.rules {
        let rule = group.rules.get_mut(&id).filter(|rule| rule.egress == egress);
        let missing = || format!("The security group rule ID '{id}' does not exist");
        rule.ok_or_else(|| AwsError::new("InvalidSecurityGroupRuleId.NotFound", missing()))?.description = description;
    }
    let wanted = PermissionsRequest::of(request.group_id, request.ip_permissions);
    for new in wanted.rules(state, &group, egress)? {
        let rule = group.rules.values_mut().find(|rule| rule.same(&new));
        let missing = "The specified rule does not exist in this security group.";
        rule.ok_or_else(|| AwsError::new("InvalidPermission.NotFound", missing))?.description = new.description;
    }
    state.groups.insert(group.id.clone(), group);
    Ok(json!({ "return": true }))
}
