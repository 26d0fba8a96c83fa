//! Listener rules. Elastic Load Balancing tells conditions and actions in two forms at once: both are read, into one.

use aws_sdk_elasticloadbalancingv2::types::{self as sdk, ActionTypeEnum};

use super::ELB_PAGE;
use crate::aws::error::existing;
use crate::aws::{Aws, AwsError};
use crate::observed::{Rewrite, Rule, RuleConditions, RuleTransforms};
use crate::tags::Tags;

impl Aws {
    /// The rules of a listener, without the default one and without tags; none when the listener is gone.
    pub(in crate::aws) async fn rules_of(&self, listener_arn: &str) -> Result<Option<Vec<Rule>>, AwsError> {
        let request = self.elb().describe_rules().listener_arn(listener_arn).page_size(ELB_PAGE);
        let read = request.into_paginator().items().send().try_collect();
        let rules: Option<Vec<_>> = existing(self.call("elasticloadbalancing:DescribeRules", read).await)?;
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
    let field = condition.field.clone().unwrap_or_default();
    let values = condition.values.unwrap_or_default();
    let expressions = condition.regex_values.unwrap_or_default();
    match field.as_str() {
        "host-header" => {
            let config =
                condition.host_header_config.unwrap_or_else(|| sdk::HostHeaderConditionConfig::builder().build());
            conditions.hosts.extend(values.into_iter().chain(config.values.unwrap_or_default()));
            let expressions = expressions.into_iter().chain(config.regex_values.unwrap_or_default());
            conditions.others.extend(expressions.map(|expression| format!("{field} matches {expression}")));
        }
        "path-pattern" => {
            let config =
                condition.path_pattern_config.unwrap_or_else(|| sdk::PathPatternConditionConfig::builder().build());
            conditions.paths.extend(values.into_iter().chain(config.values.unwrap_or_default()));
            let expressions = expressions.into_iter().chain(config.regex_values.unwrap_or_default());
            conditions.others.extend(expressions.map(|expression| format!("{field} matches {expression}")));
        }
        _ => {
            let mut texts: Vec<String> =
                other_values(condition.http_header_config.as_ref(), condition.http_request_method_config.as_ref());
            texts.extend(query_and_source(condition.query_string_config.as_ref(), condition.source_ip_config.as_ref()));
            texts.extend(values);
            texts.extend(expressions);
            texts.sort();
            texts.dedup();
            conditions.others.insert(format!("{field} {}", texts.join(" ")).trim_end().to_owned());
        }
    }
}

fn other_values(
    header: Option<&sdk::HttpHeaderConditionConfig>,
    method: Option<&sdk::HttpRequestMethodConditionConfig>,
) -> Vec<String> {
    let header = header.into_iter().flat_map(|config| {
        let name = config.http_header_name().unwrap_or_default().to_owned();
        let values = config.values().iter().chain(config.regex_values());
        values.map(move |value| format!("{name}={value}"))
    });
    header.chain(method.into_iter().flat_map(|config| config.values().iter().cloned())).collect()
}

fn query_and_source(
    query: Option<&sdk::QueryStringConditionConfig>,
    source: Option<&sdk::SourceIpConditionConfig>,
) -> Vec<String> {
    let pair = |pair: &sdk::QueryStringKeyValuePair| {
        format!("{}={}", pair.key().unwrap_or_default(), pair.value().unwrap_or_default())
    };
    let query = query.into_iter().flat_map(sdk::QueryStringConditionConfig::values).map(pair);
    query.chain(source.into_iter().flat_map(|config| config.values().iter().cloned())).collect()
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
    use std::collections::BTreeSet;

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
        let header = sdk::HttpHeaderConditionConfig::builder().http_header_name("X-A").values("1").build();
        let mut conditions = RuleConditions::default();
        add(&mut conditions, condition("host-header").values("a.example.com").host_header_config(host).build());
        add(&mut conditions, condition("path-pattern").values("/*").path_pattern_config(path).build());
        add(&mut conditions, condition("http-header").http_header_config(header).build());
        assert_eq!(conditions.hosts, set(&["a.example.com"]));
        assert_eq!(conditions.paths, set(&["/*"]));
        assert_eq!(conditions.others, set(&["path-pattern matches ^/x", "http-header X-A=1"]));
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
