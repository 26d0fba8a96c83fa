//! Listener rules. Elastic Load Balancing tells conditions and actions in two forms at once: both are read, into one.

use std::collections::BTreeSet;

use aws_sdk_elasticloadbalancingv2::types::{self as sdk, ActionTypeEnum};

use super::ELB_PAGE;
use crate::aws::error::existing;
use crate::aws::{Aws, AwsError, Pass};
use crate::model::Operation;
use crate::observed::{QueryString, Rewrite, Rule, RuleConditions, RuleTransforms};
use crate::tags::Tags;

impl Aws {
    /// The rules of a listener, without the default one and without tags; none when the listener is gone.
    pub(in crate::aws) async fn rules_of(
        &self,
        listener_arn: &str,
        pass: &Pass,
    ) -> Result<Option<Vec<Rule>>, AwsError> {
        pass.lists.rules.get(listener_arn.to_owned(), self.read_rules_of(listener_arn)).await
    }

    async fn read_rules_of(&self, listener_arn: &str) -> Result<Option<Vec<Rule>>, AwsError> {
        let request = self.elb().describe_rules().listener_arn(listener_arn).page_size(ELB_PAGE);
        let read = request.into_paginator().items().send().try_collect();
        let rules: Option<Vec<_>> = existing(self.call(Operation::DescribeRules, read).await)?;
        Ok(rules.map(|rules| rules.into_iter().filter_map(|rule| observed(rule, listener_arn)).collect()))
    }
}

fn observed(rule: sdk::Rule, listener_arn: &str) -> Option<Rule> {
    // The default rule's priority is the word `default`.
    let priority = rule.priority.as_deref().unwrap_or_default().parse().ok()?;
    let mut conditions = RuleConditions::default();
    rule.conditions.into_iter().flatten().for_each(|condition| add(&mut conditions, condition));
    Some(Rule {
        arn: rule.rule_arn.unwrap_or_default(),
        listener_arn: listener_arn.to_owned(),
        priority,
        conditions,
        transforms: transforms(rule.transforms.unwrap_or_default()),
        target_group_arn: target_group(rule.actions.as_deref().unwrap_or_default()),
        tags: Tags::new(),
    })
}

fn add(conditions: &mut RuleConditions, condition: sdk::RuleCondition) {
    let field = condition.field.unwrap_or_default();
    let values = condition.values.into_iter().flatten();
    let expressions = condition.regex_values.into_iter().flatten();
    match field.as_str() {
        "host-header" => {
            let (more, more_expressions) =
                condition.host_header_config.map(|it| (it.values, it.regex_values)).unwrap_or_default();
            conditions.hosts.extend(values.chain(more.into_iter().flatten()));
            conditions.host_regexes.extend(expressions.chain(more_expressions.into_iter().flatten()));
        }
        "path-pattern" => {
            let (more, more_expressions) =
                condition.path_pattern_config.map(|it| (it.values, it.regex_values)).unwrap_or_default();
            conditions.paths.extend(values.chain(more.into_iter().flatten()));
            conditions.path_regexes.extend(expressions.chain(more_expressions.into_iter().flatten()));
        }
        "http-request-method" => {
            conditions
                .methods
                .extend(condition.http_request_method_config.and_then(|it| it.values).unwrap_or_default());
        }
        "source-ip" => {
            conditions.source_cidrs.extend(condition.source_ip_config.and_then(|it| it.values).unwrap_or_default());
        }
        "http-header" => header(conditions, condition.http_header_config),
        "query-string" => query(conditions, condition.query_string_config),
        _ => _ = conditions.others.insert(field),
    }
}

/// A second condition on the same header, or a regular expression for one, is nothing that the controller writes.
fn header(conditions: &mut RuleConditions, config: Option<sdk::HttpHeaderConditionConfig>) {
    let Some(config) = config else { return };
    let name = config.http_header_name.unwrap_or_default().to_ascii_lowercase();
    let expressions = config.regex_values.unwrap_or_default();
    let values: BTreeSet<String> = config.values.into_iter().flatten().collect();
    if !expressions.is_empty() || conditions.headers.contains_key(&name) {
        let all = values.into_iter().chain(expressions).collect::<Vec<_>>().join(" ");
        conditions.others.insert(format!("header {name}: {all}"));
    } else {
        conditions.headers.insert(name, values);
    }
}

/// A second condition on the query string is nothing that the controller writes.
fn query(conditions: &mut RuleConditions, config: Option<sdk::QueryStringConditionConfig>) {
    let pairs = config.and_then(|it| it.values).unwrap_or_default().into_iter();
    let pairs: BTreeSet<QueryString> =
        pairs.map(|it| QueryString { key: it.key, value: it.value.unwrap_or_default() }).collect();
    if conditions.query_strings.is_empty() {
        conditions.query_strings = pairs;
    } else {
        let all = pairs.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        conditions.others.insert(format!("query {all}"));
    }
}

fn transforms(transforms: Vec<sdk::RuleTransform>) -> RuleTransforms {
    let mut observed = RuleTransforms::default();
    for transform in transforms {
        let host = transform.host_header_rewrite_config.and_then(|config| config.rewrites);
        let url = transform.url_rewrite_config.and_then(|config| config.rewrites);
        observed.host_header = observed.host_header.or_else(|| host.and_then(only));
        observed.url = observed.url.or_else(|| url.and_then(only));
    }
    observed
}

/// The one rewrite: the service takes exactly one, though its model is a list (hashicorp/terraform-provider-aws#44702).
fn only(rewrites: Vec<sdk::RewriteConfig>) -> Option<Rewrite> {
    let rewrite = rewrites.into_iter().next()?;
    Some(Rewrite { regex: rewrite.regex.unwrap_or_default(), replace: rewrite.replace.unwrap_or_default() })
}

/// The one target group of a rule that does nothing but forward to it.
fn target_group(actions: &[sdk::Action]) -> Option<String> {
    let [action] = actions else { return None };
    if action.r#type != Some(ActionTypeEnum::Forward) {
        return None;
    }
    let groups = action.forward_config().map(sdk::ForwardActionConfig::target_groups).unwrap_or_default();
    match groups {
        [] => action.target_group_arn.clone(),
        [group] => group.target_group_arn.clone(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(values: &[&str]) -> BTreeSet<String> {
        values.iter().map(|value| (*value).to_owned()).collect()
    }

    fn condition(field: &str) -> aws_sdk_elasticloadbalancingv2::types::builders::RuleConditionBuilder {
        sdk::RuleCondition::builder().field(field)
    }

    #[test]
    fn both_forms_of_a_condition_are_one() {
        let host = sdk::HostHeaderConditionConfig::builder().values("a.example.com").build();
        let path = sdk::PathPatternConditionConfig::builder().regex_values("^/x").build();
        let header =
            |value: &str| sdk::HttpHeaderConditionConfig::builder().http_header_name("X-A").values(value).build();
        let mut conditions = RuleConditions::default();
        add(&mut conditions, condition("host-header").values("a.example.com").host_header_config(host).build());
        add(&mut conditions, condition("path-pattern").values("/*").path_pattern_config(path).build());
        add(&mut conditions, condition("http-header").http_header_config(header("1")).build());
        add(&mut conditions, condition("http-header").http_header_config(header("2")).build());
        assert_eq!(conditions.hosts, set(&["a.example.com"]));
        assert_eq!(conditions.paths, set(&["/*"]));
        assert_eq!(conditions.path_regexes, set(&["^/x"]));
        assert_eq!(conditions.headers.get("x-a"), Some(&set(&["1"])));
        assert_eq!(conditions.others, set(&["header x-a: 2"]));
    }

    #[test]
    fn one_target_group_with_or_without_its_weight() {
        let tuple = |arn: &str| sdk::TargetGroupTuple::builder().target_group_arn(arn).weight(1).build();
        let plain = sdk::Action::builder().r#type(ActionTypeEnum::Forward).target_group_arn("a");
        let config = sdk::ForwardActionConfig::builder().target_groups(tuple("a"));
        let build = |action: aws_sdk_elasticloadbalancingv2::types::builders::ActionBuilder| action.build();
        assert_eq!(target_group(&[build(plain.clone())]), Some("a".to_owned()));
        assert_eq!(target_group(&[build(plain.clone().forward_config(config.clone().build()))]), Some("a".to_owned()));
        assert_eq!(target_group(&[build(plain.forward_config(config.target_groups(tuple("b")).build()))]), None);
    }
}
