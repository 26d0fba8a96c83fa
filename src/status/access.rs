//! How to call the API.

use serde_json::Value;

use super::Kept;
use super::pattern::matches;
use crate::api::{Access, HttpMethod, StagePath};
use crate::intent::{ApiIntent, Definition, LoadBalancerIntent, RuleIntent};
use crate::observed::{Listener, LoadBalancer};
use crate::plan::Current;

/// The ways to call the API, the main one first: through the load balancer by each rule, or through the endpoint where there is none.
pub(super) fn access(kept: &Kept, current: &Current<'_>) -> Vec<Access> {
    match (&kept.intent.load_balancer, current.load_balancer, current.listener) {
        (Some(intent), Some(balancer), Some(listener)) => {
            let note = kept.graph.signing.as_ref().map(|it| it.explained(current.rest_api.map(|api| api.id.as_str())));
            let ways = through_balancer(intent, kept, balancer, listener);
            ways.into_iter().map(|way| Access { note: note.clone(), ..way }).collect()
        }
        (Some(_), ..) => Vec::new(),
        (None, ..) => through_endpoint(kept, current).into_iter().collect(),
    }
}

fn through_balancer(
    intent: &LoadBalancerIntent,
    kept: &Kept,
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
    let answered = answered(&kept.intent.api);
    let url = |rule: &RuleIntent| {
        let host = rule
            .conditions
            .hosts
            .iter()
            .find(|host| !is_pattern(host))
            .map_or(balancer.dns_name.as_str(), String::as_str);
        format!("{scheme}://{host}{port}{}", path(rule, &kept.intent.stage.name, &answered))
    };
    intent
        .rules
        .iter()
        .map(url)
        .map(|url| Access { from: from.clone(), curl: format!("curl {}", quoted(&url)), url, note: None })
        .collect()
}

/// A path that the rule takes: the first that the API answers, else what stands before the first wildcard; the stage included where clients write it.
fn path(rule: &RuleIntent, stage: &str, answered: &[&str]) -> String {
    let conditions = &rule.conditions;
    let written = |path: &str| match rule.stage_path {
        StagePath::Visible => format!("/{stage}{path}"),
        StagePath::Hidden => path.to_owned(),
    };
    let taken = |path: &String| {
        conditions.path_regexes.is_empty()
            && (conditions.paths.is_empty() || conditions.paths.iter().any(|pattern| matches(pattern, path)))
    };
    if let Some(path) = answered.iter().map(|path| written(path)).find(taken) {
        return path;
    }
    let pattern = conditions.paths.iter().next().map_or("/", String::as_str);
    let fixed: String = pattern.chars().take_while(|c| !matches!(c, '*' | '?')).collect();
    if rule.stage_path == StagePath::Visible && matches!(fixed.as_str(), "/" | "") { written("/") } else { fixed }
}

/// Paths without parameters on which the API answers a GET, as far as its definition is the spec's, in its order.
fn answered(api: &ApiIntent) -> Vec<&str> {
    let ApiIntent::Create(create) = api else { return Vec::new() };
    let paths: Vec<&str> = match &create.definition {
        Definition::Routes(routes) => {
            let gets = routes.iter().filter(|route| matches!(route.method, HttpMethod::Get | HttpMethod::Any));
            gets.map(|route| route.path.as_str()).collect()
        }
        Definition::Document(document) => {
            let items = document.get("paths").and_then(Value::as_object).into_iter().flatten();
            let gets = items
                .filter(|(_, item)| ["get", "x-amazon-apigateway-any-method"].iter().any(|it| item.get(it).is_some()));
            gets.map(|(path, _)| path.as_str()).collect()
        }
    };
    paths.into_iter().filter(|path| !path.contains('{')).collect()
}

fn is_pattern(host: &str) -> bool {
    host.contains(['*', '?'])
}

/// A URL as a shell takes it: paths may hold `$`, `&` and quotes.
fn quoted(url: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/:".contains(c);
    if url.chars().all(plain) { url.to_owned() } else { format!("'{}'", url.replace('\'', r"'\''")) }
}

/// Source: API Gateway Developer Guide, "Invoke a private API".
fn through_endpoint(kept: &Kept, current: &Current<'_>) -> Option<Access> {
    let (endpoint, api) = (current.vpc_endpoint?, current.rest_api?);
    let answered = answered(&kept.intent.api);
    let path = answered.first().unwrap_or(&"/");
    let url = format!("https://{}/{}{path}", endpoint.dns_names.first()?, kept.intent.stage.name);
    let curl = format!("curl -H 'x-apigw-api-id: {}' {}", api.id, quoted(&url));
    Some(Access { from: format!("networks that reach {}", endpoint.vpc_id), curl, url, note: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_read_otherwise_is_quoted() {
        assert_eq!(
            quoted("https://api.example.com:8443/prod/a-b_c.d~e"),
            "https://api.example.com:8443/prod/a-b_c.d~e"
        );
        assert_eq!(quoted("http://lb/$a&b"), "'http://lb/$a&b'");
        assert_eq!(quoted("http://lb/it's"), r"'http://lb/it'\''s'");
    }
}
