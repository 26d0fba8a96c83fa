//! Listener rules. Each rewrites the Host header to the API's own name: without it the endpoint cannot tell which API is meant and answers 403.

use crate::api::StagePath;
use crate::intent::{Intent, RuleIntent, host};
use crate::node::Node;
use crate::observed::{Rewrite, RuleConditions, RuleTransforms};
use crate::tags::Tags;

/// A regular expression that takes any Host header, with or without a port.
const ANY_HOST: &str = ".*";
/// A regular expression that takes any path and query and keeps what follows the first slash.
const ANY_PATH: &str = "^/(.*)$";

/// A rule to create and keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Which requests it takes.
    pub conditions: RuleConditions,
    /// Priority that the user wants.
    pub priority: Option<i32>,
    /// What follows the API's ID in its host name.
    pub host_suffix: String,
    /// Stage to put before the path.
    pub hidden_stage: Option<String>,
    /// Tags.
    pub tags: Tags,
}

impl Rule {
    /// Its transforms, once the API's ID is known.
    ///
    /// The service answers a transform that fails with 500 and lets a request pass that does not match, so the expressions match always.
    /// Source: Elastic Load Balancing, "Transforms for listener rules".
    #[must_use]
    pub fn transforms(&self, api_id: &str) -> RuleTransforms {
        let host = Rewrite { regex: ANY_HOST.to_owned(), replace: format!("{api_id}{}", self.host_suffix) };
        let url = self
            .hidden_stage
            .as_ref()
            .map(|stage| Rewrite { regex: ANY_PATH.to_owned(), replace: format!("/{stage}/$1") });
        RuleTransforms { host_header: Some(host), url }
    }
}

/// What the user wrote; with a port that clients write in the Host header, host names are matched with and without a port.
fn conditions(rule: &RuleIntent, port: i32) -> RuleConditions {
    let mut conditions = rule.conditions.clone();
    if host::is_written(port) {
        let hosts = std::mem::take(&mut conditions.hosts);
        conditions.host_regexes.extend(hosts.iter().filter_map(|name| host::expression(name)));
    }
    conditions
}

pub(super) fn desired(intent: &Intent) -> Vec<Rule> {
    let port = intent.load_balancer.as_ref().map_or(80, |balancer| balancer.listener.port());
    let rules = intent.load_balancer.iter().flat_map(|balancer| &balancer.rules);
    let host_suffix = super::host_suffix(&intent.caller);
    rules
        .map(|rule| Rule {
            conditions: conditions(rule, port),
            priority: rule.priority,
            host_suffix: host_suffix.clone(),
            hidden_stage: (rule.stage_path == StagePath::Hidden).then(|| intent.stage.name.clone()),
            tags: intent.owner.tags(Node::Rule(String::new()).resource(), &intent.tags),
        })
        .collect()
}
