//! Changes of listener rules.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, HostHeaderConditionConfig, HostHeaderRewriteConfig, HttpHeaderConditionConfig,
    HttpRequestMethodConditionConfig, PathPatternConditionConfig, QueryStringConditionConfig, QueryStringKeyValuePair,
    RewriteConfig, RuleCondition, RulePriorityPair, RuleTransform, SourceIpConditionConfig, TransformTypeEnum,
    UrlRewriteConfig,
};

use super::load_balancer::elb_tags;
use super::{created, done, gone, list};
use crate::aws::{Aws, AwsError};
use crate::change::{Output, RuleChange};
use crate::model::Operation;
use crate::observed::{QueryString, Rewrite, RuleConditions, RuleTransforms};

impl Aws {
    pub(super) async fn change_rule(&self, operation: Operation, change: &RuleChange) -> Result<Output, AwsError> {
        match change {
            RuleChange::Create { .. } => self.create_rule(operation, change).await,
            RuleChange::Modify { .. } => self.modify_rule(operation, change).await,
            RuleChange::SetPriorities { priorities } => {
                let request = self.elb().set_rule_priorities().set_rule_priorities(Some(pairs(priorities)));
                done(self.call(operation, request.send()).await)
            }
            RuleChange::Delete { arn } => {
                gone(self.call(operation, self.elb().delete_rule().rule_arn(arn).send()).await)
            }
        }
    }

    async fn create_rule(&self, operation: Operation, change: &RuleChange) -> Result<Output, AwsError> {
        let RuleChange::Create { listener_arn, priority, conditions, transforms, target_group_arn, tags } = change
        else {
            return Ok(Output::Done);
        };
        let request = self
            .elb()
            .create_rule()
            .listener_arn(listener_arn)
            .priority(*priority)
            .set_conditions(Some(sdk_conditions(conditions)))
            .set_transforms(Some(sdk_transforms(transforms)).filter(|transforms| !transforms.is_empty()))
            .actions(forward(target_group_arn))
            .set_tags(Some(elb_tags(tags)));
        let rules = self.call(operation, request.send()).await?.rules.unwrap_or_default();
        created(operation, rules.into_iter().find_map(|rule| rule.rule_arn))
    }

    /// An empty list means that nothing changes: transforms are taken away by a flag that excludes the list.
    ///
    /// Source: Elastic Load Balancing API Reference, `ModifyRule`.
    async fn modify_rule(&self, operation: Operation, change: &RuleChange) -> Result<Output, AwsError> {
        let RuleChange::Modify { arn, conditions, transforms, target_group_arn } = change else {
            return Ok(Output::Done);
        };
        let transforms = Some(sdk_transforms(transforms)).filter(|transforms| !transforms.is_empty());
        let reset = transforms.is_none().then_some(true);
        let request = self
            .elb()
            .modify_rule()
            .rule_arn(arn)
            .set_conditions(Some(sdk_conditions(conditions)))
            .set_transforms(transforms)
            .set_reset_transforms(reset)
            .actions(forward(target_group_arn));
        done(self.call(operation, request.send()).await)
    }
}

fn pairs(priorities: &BTreeMap<String, i32>) -> Vec<RulePriorityPair> {
    let pair = |(arn, priority): (&String, &i32)| RulePriorityPair::builder().rule_arn(arn).priority(*priority).build();
    priorities.iter().map(pair).collect()
}

fn sdk_conditions(conditions: &RuleConditions) -> Vec<RuleCondition> {
    let field = |name: &str| RuleCondition::builder().field(name);
    let RuleConditions {
        hosts,
        host_regexes,
        paths,
        path_regexes,
        methods,
        headers,
        query_strings,
        source_cidrs,
        others: _,
    } = conditions;
    let host = (!hosts.is_empty() || !host_regexes.is_empty()).then(|| {
        let config = HostHeaderConditionConfig::builder();
        let config = config.set_values(list(hosts)).set_regex_values(list(host_regexes)).build();
        field("host-header").host_header_config(config).build()
    });
    let path = (!paths.is_empty() || !path_regexes.is_empty()).then(|| {
        let config = PathPatternConditionConfig::builder();
        let config = config.set_values(list(paths)).set_regex_values(list(path_regexes)).build();
        field("path-pattern").path_pattern_config(config).build()
    });
    let method = list(methods).map(|values| {
        let config = HttpRequestMethodConditionConfig::builder().set_values(Some(values)).build();
        field("http-request-method").http_request_method_config(config).build()
    });
    let header = headers.iter().map(|(name, values)| {
        let config = HttpHeaderConditionConfig::builder().http_header_name(name).set_values(list(values)).build();
        field("http-header").http_header_config(config).build()
    });
    let query = (!query_strings.is_empty()).then(|| {
        let config = QueryStringConditionConfig::builder().set_values(Some(pairs_of(query_strings))).build();
        field("query-string").query_string_config(config).build()
    });
    let source = list(source_cidrs).map(|values| {
        let config = SourceIpConditionConfig::builder().set_values(Some(values)).build();
        field("source-ip").source_ip_config(config).build()
    });
    host.into_iter().chain(path).chain(method).chain(header).chain(query).chain(source).collect()
}

fn pairs_of(query: &BTreeSet<QueryString>) -> Vec<QueryStringKeyValuePair> {
    let pair = |it: &QueryString| QueryStringKeyValuePair::builder().set_key(it.key.clone()).value(&it.value).build();
    query.iter().map(pair).collect()
}

fn sdk_transforms(transforms: &RuleTransforms) -> Vec<RuleTransform> {
    let host = transforms.host_header.as_ref().map(|it| {
        let config = HostHeaderRewriteConfig::builder().rewrites(rewrite(it)).build();
        RuleTransform::builder().r#type(TransformTypeEnum::HostHeaderRewrite).host_header_rewrite_config(config).build()
    });
    let url = transforms.url.as_ref().map(|it| {
        let config = UrlRewriteConfig::builder().rewrites(rewrite(it)).build();
        RuleTransform::builder().r#type(TransformTypeEnum::UrlRewrite).url_rewrite_config(config).build()
    });
    host.into_iter().chain(url).collect()
}

fn rewrite(rewrite: &Rewrite) -> RewriteConfig {
    RewriteConfig::builder().regex(&rewrite.regex).replace(&rewrite.replace).build()
}

fn forward(target_group_arn: &str) -> Action {
    Action::builder().r#type(ActionTypeEnum::Forward).target_group_arn(target_group_arn).build()
}
