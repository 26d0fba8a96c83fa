//! The way of a request: rule, target, endpoint, API, stage.

use frontdoor::observed::{LoadBalancer, Peer, Permission, Rule, RuleConditions, TargetState, VpcEndpoint};

use regex::Regex;

use super::Cloud;

/// A request to a listener.
#[derive(Debug, Clone)]
pub struct Request {
    /// The listener.
    pub listener_arn: String,
    /// Host name.
    pub host: &'static str,
    /// Path.
    pub path: String,
}

/// Who answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The rule that took the request, by what it takes.
    pub route: RuleConditions,
    /// The API.
    pub api_id: String,
    /// The stage.
    pub stage: String,
}

impl Cloud {
    /// The answer to a request, if it gets one from an API.
    pub fn request(&self, request: &Request) -> Option<Answer> {
        let takes = |rule: &&Rule| {
            rule.listener_arn == request.listener_arn && takes(&rule.conditions, request.host, &request.path)
        };
        let rule = self.all.rules.iter().filter(takes).min_by_key(|rule| rule.priority)?;
        let listener = self.all.listeners.iter().find(|it| it.arn == request.listener_arn)?;
        let balancer = self.all.load_balancers.iter().find(|it| it.arn == listener.load_balancer_arn)?;
        let group = self.all.target_groups.iter().find(|it| Some(&it.arn) == rule.target_group_arn.as_ref())?;
        let host = rule.transforms.host_header.as_ref()?.replace.clone();
        let path = match &rule.transforms.url {
            Some(rewrite) => rewrite.replace.replace("/$1", &request.path),
            None => request.path.clone(),
        };
        let api_id = host.split('.').next()?.to_owned();
        let stage = path.split('/').nth(1)?.to_owned();
        // Requests go to any target that passed its last check: each of them has to answer.
        let healthy = group.targets.iter().filter(|(_, health)| health.state == TargetState::Healthy);
        let behind = |address: &String| self.alive().find(|it| it.0 == address).map(|it| it.1);
        let targets: Vec<Option<&VpcEndpoint>> = healthy.map(|(address, _)| behind(address)).collect();
        let answers = |endpoint: Option<&VpcEndpoint>| {
            endpoint.is_some_and(|endpoint| {
                lets_through(self, balancer, endpoint) && self.admits(&api_id, &stage, &endpoint.id)
            })
        };
        (!targets.is_empty() && targets.iter().copied().all(answers)).then(|| Answer {
            route: rule.conditions.clone(),
            api_id,
            stage,
        })
    }

    /// Whether what the stage serves admits the endpoint.
    fn admits(&self, api_id: &str, stage: &str, endpoint_id: &str) -> bool {
        let Some(api) = self.all.rest_apis.iter().find(|it| it.id == api_id) else { return false };
        let Some(stage) = api.stage(stage) else { return false };
        let Some(document) = self.deployed.get(&(api_id.to_owned(), stage.name.clone())) else { return true };
        let policy =
            &document["x-amazon-apigateway-policy"]["Statement"][0]["Condition"]["StringNotEquals"]["aws:SourceVpce"];
        policy == endpoint_id || policy.as_array().is_some_and(|ids| ids.iter().any(|id| id == endpoint_id))
    }
}

/// Whether the security groups let the load balancer reach the endpoint. Groups that are not ours let everything through.
fn lets_through(cloud: &Cloud, balancer: &LoadBalancer, endpoint: &VpcEndpoint) -> bool {
    let group = |id: &String| cloud.all.security_groups.iter().find(|it| it.id == *id);
    let https_with = |permissions: &std::collections::BTreeSet<Permission>,
                      peers: &std::collections::BTreeSet<String>| {
        permissions.iter().any(|it| match &it.peer {
            Peer::Group(id) => it.from_port == Some(443) && peers.contains(id),
            Peer::Cidr(_) => it.protocol == "-1",
            _ => false,
        })
    };
    let out = balancer
        .security_group_ids
        .iter()
        .any(|id| group(id).is_none_or(|group| https_with(&group.egress, &endpoint.security_group_ids)));
    let into = endpoint
        .security_group_ids
        .iter()
        .any(|id| group(id).is_none_or(|group| https_with(&group.ingress, &balancer.security_group_ids)));
    out && into
}

fn takes(conditions: &RuleConditions, host: &str, path: &str) -> bool {
    let any = |patterns: &std::collections::BTreeSet<String>, text: &str| {
        patterns.is_empty() || patterns.iter().any(|pattern| matches(pattern, text))
    };
    let plain = RuleConditions {
        hosts: conditions.hosts.clone(),
        host_regexes: conditions.host_regexes.clone(),
        paths: conditions.paths.clone(),
        ..RuleConditions::default()
    };
    let expressions = &conditions.host_regexes;
    let by_expression =
        expressions.is_empty() || expressions.iter().any(|it| Regex::new(it).is_ok_and(|it| it.is_match(host)));
    // Requests of these tests meet no other condition.
    *conditions == plain && any(&conditions.hosts, host) && by_expression && any(&conditions.paths, path)
}

/// Patterns of these tests have at most one `*`, at the end.
fn matches(pattern: &str, text: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == text, |prefix| text.starts_with(prefix))
}
