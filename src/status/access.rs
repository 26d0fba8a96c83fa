//! How to call the API.

use super::Kept;
use crate::api::{Access, StagePath};
use crate::intent::{LoadBalancerIntent, RuleIntent};
use crate::observed::{Listener, LoadBalancer};
use crate::plan::Current;

/// The ways to call the API, the main one first: through the load balancer by each rule, or through the endpoint where there is none.
pub(super) fn access(kept: &Kept, current: &Current<'_>) -> Vec<Access> {
    match (&kept.intent.load_balancer, current.load_balancer, current.listener) {
        (Some(intent), Some(balancer), Some(listener)) => {
            through_balancer(intent, &kept.intent.stage.name, balancer, listener)
        }
        (Some(_), ..) => Vec::new(),
        (None, ..) => through_endpoint(kept, current).into_iter().collect(),
    }
}

fn through_balancer(
    intent: &LoadBalancerIntent,
    stage: &str,
    balancer: &LoadBalancer,
    listener: &Listener,
) -> Vec<Access> {
    let from = if balancer.scheme == "internal" {
        format!("networks that reach {}", balancer.vpc_id)
    } else {
        "internet".to_owned()
    };
    let (scheme, standard) = if listener.protocol == "HTTPS" { ("https", 443) } else { ("http", 80) };
    let port = if listener.port == standard { String::new() } else { format!(":{}", listener.port) };
    let url = |rule: &RuleIntent| {
        let host = rule
            .conditions
            .hosts
            .iter()
            .find(|host| !is_pattern(host))
            .map_or(balancer.dns_name.as_str(), String::as_str);
        format!("{scheme}://{host}{port}{}", path(rule, stage))
    };
    intent.rules.iter().map(url).map(|url| Access { from: from.clone(), curl: format!("curl {url}"), url }).collect()
}

/// The shortest path that the rule takes and the API knows: what stands before the first wildcard, the stage included where clients write it.
fn path(rule: &RuleIntent, stage: &str) -> String {
    let pattern = rule.conditions.paths.iter().next().map_or("/", String::as_str);
    let fixed: String = pattern.chars().take_while(|c| !matches!(c, '*' | '?')).collect();
    match rule.stage_path {
        StagePath::Visible if fixed == "/" || fixed.is_empty() => format!("/{stage}/"),
        StagePath::Visible | StagePath::Hidden => fixed,
    }
}

fn is_pattern(host: &str) -> bool {
    host.contains(['*', '?'])
}

/// Source: API Gateway Developer Guide, "Invoke a private API".
fn through_endpoint(kept: &Kept, current: &Current<'_>) -> Option<Access> {
    let (endpoint, api) = (current.vpc_endpoint?, current.rest_api?);
    let url = format!("https://{}/{}/", endpoint.dns_names.first()?, kept.intent.stage.name);
    let curl = format!("curl -H 'x-apigw-api-id: {}' {url}", api.id);
    Some(Access { from: format!("networks that reach {}", endpoint.vpc_id), curl, url })
}
