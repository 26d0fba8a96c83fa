//! Changes of rules (API Reference, `CreateRule`, `ModifyRule`, `SetRulePriorities`, `DeleteRule`).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::action::{self, Action};
use super::condition::{self, Condition};
use super::listener;
use super::load_balancer::{Kind, LoadBalancer};
use super::rule::{Rule, not_found};
use super::select::invalid;
use super::tag::{self, Tag};
use super::transform::{self, Transform};
use super::{State, starting};
use crate::context::Context;
use crate::error::{Answer, AwsError};

/// User Guide, "Quotas": rules a load balancer, without the default rules.
const MOST_RULES: usize = 100;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateRuleRequest {
    listener_arn: String,
    conditions: Vec<Condition>,
    priority: u32,
    actions: Vec<Action>,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(default)]
    transforms: Vec<Transform>,
}

fn check_priority(priority: u32) -> Answer<()> {
    if (1..=50_000).contains(&priority) {
        Ok(())
    } else {
        Err(invalid(format!("Priority '{priority}' must be between 1 and 50000")))
    }
}

fn balancer(ctx: &Context<'_>, listener: &str) -> Answer<LoadBalancer> {
    let state = &ctx.here.elbv2;
    let listener = state.listeners.get(listener).ok_or_else(|| listener::not_found(listener))?;
    let balancer = state.load_balancers.get(&listener.load_balancer).cloned();
    balancer.ok_or_else(|| listener::not_found(&listener.arn))
}

fn in_use(priority: u32) -> AwsError {
    AwsError::new("PriorityInUse", format!("Priority '{priority}' is currently in use"))
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateRuleRequest) -> Answer<Value> {
    let balancer = balancer(ctx, &request.listener_arn)?;
    if balancer.kind == Kind::Network {
        return Err(AwsError::new(
            "UnsupportedProtocol",
            "Rules are not supported for listeners of Network Load Balancers",
        ));
    }
    check_priority(request.priority)?;
    let state = &ctx.here.elbv2;
    if state.rules_of(&request.listener_arn).iter().any(|rule| rule.priority == Some(request.priority)) {
        return Err(in_use(request.priority));
    }
    let prefix = balancer.arn.replace(":loadbalancer/", ":listener-rule/") + "/";
    if starting(&state.rules, &prefix).iter().filter(|rule| rule.priority.is_some()).count() >= MOST_RULES {
        return Err(AwsError::new("TooManyRules", "The maximum number of rules on the load balancer has been reached"));
    }
    transform::check(&request.transforms)?;
    let rule = Rule {
        arn: format!("{}/{}", request.listener_arn.replace(":listener/", ":listener-rule/"), ctx.ids.hex16()),
        listener: request.listener_arn,
        priority: Some(request.priority),
        conditions: condition::checked(request.conditions)?,
        actions: action::checked(ctx.here, &balancer, request.actions)?,
        transforms: request.transforms,
    };
    let tags = tag::merged(&request.tags, super::Tags::new())?;
    let answer = json!({ "Rules": [rule.render()] });
    ctx.here.elbv2.put_tags(&rule.arn, tags);
    ctx.here.elbv2.put_rule(rule);
    Ok(answer)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ModifyRuleRequest {
    rule_arn: String,
    #[serde(default)]
    conditions: Vec<Condition>,
    #[serde(default)]
    actions: Vec<Action>,
    #[serde(default)]
    transforms: Vec<Transform>,
    #[serde(default)]
    reset_transforms: bool,
}

/// An empty list leaves what is there; transforms go with `ResetTransforms` only.
pub(super) fn modify(ctx: &mut Context<'_>, request: ModifyRuleRequest) -> Answer<Value> {
    let mut rule = ctx.here.elbv2.rules.get(&request.rule_arn).cloned().ok_or_else(not_found)?;
    let balancer = balancer(ctx, &rule.listener)?;
    if rule.priority.is_none() {
        return Err(AwsError::new("OperationNotPermitted", format!("Default rule '{}' cannot be modified", rule.arn)));
    }
    if request.reset_transforms && !request.transforms.is_empty() {
        return Err(invalid("Transforms cannot be specified together with ResetTransforms"));
    }
    transform::check(&request.transforms)?;
    if !request.conditions.is_empty() {
        rule.conditions = condition::checked(request.conditions)?;
    }
    if !request.actions.is_empty() {
        rule.actions = action::checked(ctx.here, &balancer, request.actions)?;
    }
    if request.reset_transforms || !request.transforms.is_empty() {
        rule.transforms = request.transforms;
    }
    let answer = json!({ "Rules": [rule.render()] });
    ctx.here.elbv2.put_rule(rule);
    Ok(answer)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Pair {
    rule_arn: String,
    priority: u32,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct SetRulePrioritiesRequest {
    rule_priorities: Vec<Pair>,
}

/// All or nothing: afterwards no two rules of a listener may have the same priority.
pub(super) fn set_priorities(ctx: &mut Context<'_>, request: SetRulePrioritiesRequest) -> Answer<Value> {
    let state = &mut ctx.here.elbv2;
    let mut wanted = BTreeMap::new();
    for Pair { rule_arn, priority } in request.rule_priorities {
        check_priority(priority)?;
        let rule = state.rules.get(&rule_arn).ok_or_else(not_found)?;
        if rule.priority.is_none() {
            return Err(AwsError::new(
                "OperationNotPermitted",
                format!("Priority of the default rule '{rule_arn}' cannot be changed"),
            ));
        }
        wanted.insert(rule_arn, priority);
    }
    for (arn, priority) in &wanted {
        check_free(state, arn, *priority, &wanted)?;
    }
    let mut rules = Vec::new();
    for (arn, priority) in wanted {
        if let Some(rule) = state.rules.get_mut(&arn) {
            rule.priority = Some(priority);
            rules.push(rule.render());
        }
    }
    Ok(json!({ "Rules": rules }))
}

fn check_free(state: &State, arn: &str, priority: u32, wanted: &BTreeMap<String, u32>) -> Answer<()> {
    let listener = state.rules.get(arn).map(|rule| rule.listener.clone()).unwrap_or_default();
    let then = |rule: &&Rule| wanted.get(&rule.arn).copied().or(rule.priority);
    let clash = state.rules_of(&listener).iter().any(|other| other.arn != arn && then(other) == Some(priority));
    if clash { Err(in_use(priority)) } else { Ok(()) }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteRuleRequest {
    rule_arn: String,
}

pub(super) fn delete(ctx: &mut Context<'_>, request: DeleteRuleRequest) -> Answer<()> {
    let state = &mut ctx.here.elbv2;
    let rule = state.rules.get(&request.rule_arn).ok_or_else(not_found)?;
    if rule.priority.is_none() {
        return Err(AwsError::new("OperationNotPermitted", format!("Default rule '{}' cannot be deleted", rule.arn)));
    }
    state.drop_rule(&request.rule_arn);
    state.tags.remove(&request.rule_arn);
    Ok(())
}
