//! Rules of listeners: what they are and how they are described.

use serde::Deserialize;
use serde_json::{Value, json};

use super::action::{self, Action};
use super::condition::Condition;
use super::listener;
use super::select::{invalid, page};
use super::transform::Transform;
use crate::context::Context;
use crate::error::{Answer, AwsError};

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its ARN.
    pub arn: String,
    /// The listener it belongs to.
    pub listener: String,
    /// Its priority; the default rule has none.
    pub priority: Option<u32>,
    /// All of which a request must meet.
    pub conditions: Vec<Condition>,
    /// What is done with the request.
    pub actions: Vec<Action>,
    /// What is changed on it before.
    pub transforms: Vec<Transform>,
}

impl Rule {
    /// The load balancer it belongs to: its ARN is part of the listener's.
    #[must_use]
    pub fn load_balancer(&self) -> String {
        listener::load_balancer_of(&self.listener)
    }

    pub(super) fn render(&self) -> Value {
        json!({
            "RuleArn": self.arn, "Priority": self.priority.map_or_else(|| "default".to_owned(), |priority| priority.to_string()),
            "Conditions": self.conditions, "Actions": action::render(&self.actions), "IsDefault": self.priority.is_none(),
            "Transforms": self.transforms,
        })
    }
}

pub(super) fn not_found() -> AwsError {
    AwsError::new("RuleNotFound", "One or more rules not found")
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeRulesRequest {
    listener_arn: Option<String>,
    #[serde(default)]
    rule_arns: Vec<String>,
    marker: Option<String>,
    page_size: Option<usize>,
}

pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeRulesRequest) -> Answer<Value> {
    let state = &ctx.here.elbv2;
    let found: Vec<&Rule> = match (&request.listener_arn, &request.rule_arns[..]) {
        (Some(_), [_, ..]) => return Err(invalid("A listener ARN and rule ARNs cannot be specified at the same time")),
        (None, []) => return Err(invalid("A listener ARN or rule ARN(s) must be specified")),
        (Some(listener), []) if state.listeners.contains_key(listener) => state.rules_of(listener),
        (Some(listener), []) => return Err(listener::not_found(listener)),
        (None, arns) => arns.iter().map(|arn| state.rules.get(arn).ok_or_else(not_found)).collect::<Answer<_>>()?,
    };
    let found = found.into_iter().map(|rule| (rule.arn.clone(), rule)).collect();
    let (page, next) = page(found, request.marker.as_deref(), request.page_size)?;
    Ok(json!({ "Rules": page.into_iter().map(Rule::render).collect::<Vec<_>>(), "NextMarker": next }))
}
