//! `spec.rules`, checked.

use std::collections::{BTreeMap, BTreeSet};

use super::{Problem, RuleIntent, cidrs, expression, host};
use crate::api::ListenerRule;
use crate::observed::{QueryString, RuleConditions};

/// Most condition values of a rule.
///
/// Source: Elastic Load Balancing, "Quotas for your Application Load Balancers".
const MOST: usize = 5;

/// Most wildcards in a rule's condition values.
///
/// Source: as above.
const MOST_WILDCARDS: usize = 6;

pub(super) fn resolve(wanted: &[ListenerRule], problems: &mut Vec<Problem>) -> Vec<RuleIntent> {
    let rules: Vec<RuleIntent> = wanted.iter().map(intent).collect();
    for (index, (rule, wanted)) in rules.iter().zip(wanted).enumerate() {
        check(&format!("spec.rules[{index}]"), &rule.conditions, wanted, problems);
    }
    distinct(&rules, problems);
    rules
}

fn intent(rule: &ListenerRule) -> RuleIntent {
    let mut conditions = conditions(rule);
    if conditions == RuleConditions::default() {
        // A rule must have a condition: this one is always met.
        conditions.paths.insert("/*".to_owned());
    }
    RuleIntent { conditions, stage_path: rule.stage_path, priority: rule.priority }
}

fn conditions(rule: &ListenerRule) -> RuleConditions {
    let set = |values: &[String]| values.iter().cloned().collect::<BTreeSet<_>>();
    let mut headers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for header in &rule.headers {
        headers.entry(header.name.to_ascii_lowercase()).or_default().extend(header.values.iter().cloned());
    }
    let query = rule.query_strings.iter().map(|it| QueryString { key: it.key.clone(), value: it.value.clone() });
    RuleConditions {
        hosts: rule.hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
        host_regexes: set(&rule.host_regexes),
        paths: set(&rule.paths),
        path_regexes: set(&rule.path_regexes),
        methods: set(&rule.methods),
        headers,
        query_strings: query.collect(),
        source_cidrs: cidrs::canonical(&rule.source_cidrs).iter().map(ToString::to_string).collect(),
        others: BTreeSet::new(),
    }
}

/// What one object suffices to know is refused by the API server already; it is checked again for manifests that never met one.
fn check(field: &str, conditions: &RuleConditions, wanted: &ListenerRule, problems: &mut Vec<Problem>) {
    let mut refuse = |field: String, message: String| problems.push(Problem::new(field, message));
    let values = conditions.items();
    if values.len() > MOST {
        let message =
            format!("holds {} condition values, {MOST} is the most: split it into several rules", values.len());
        refuse(field.to_owned(), message);
    }
    let wildcards = wildcards(conditions);
    if wildcards > MOST_WILDCARDS {
        let message = format!("holds {wildcards} wildcards, {MOST_WILDCARDS} is the most: split it into several rules");
        refuse(field.to_owned(), message);
    }
    for (part, both) in [
        ("hostRegexes", !conditions.hosts.is_empty() && !conditions.host_regexes.is_empty()),
        ("pathRegexes", !conditions.paths.is_empty() && !conditions.path_regexes.is_empty()),
    ] {
        if both {
            refuse(
                format!("{field}.{part}"),
                "plain values and regular expressions cannot be in one rule: split it".to_owned(),
            );
        }
    }
    for (part, expressions) in [("hostRegexes", &wanted.host_regexes), ("pathRegexes", &wanted.path_regexes)] {
        for (index, expression) in expressions.iter().enumerate() {
            if let Some(why) = expression::problem(expression) {
                refuse(format!("{field}.{part}[{index}]"), format!("{expression} {why}"));
            }
        }
    }
    cidrs::check(&format!("{field}.sourceCidrs"), &wanted.source_cidrs, true, problems);
}

/// On a port that clients write in the Host header, host names are matched by regular expressions.
pub(super) fn check_hosts(wanted: &[ListenerRule], port: i32, problems: &mut Vec<Problem>) {
    if !host::is_written(port) {
        return;
    }
    for (index, rule) in wanted.iter().enumerate() {
        for (place, name) in rule.hosts.iter().enumerate().filter(|(_, name)| host::expression(name).is_none()) {
            let message = format!(
                "{name} is too long for a listener on port {port}: with the port it takes a regular expression, which holds 128 characters; use a shorter name or hostRegexes"
            );
            problems.push(Problem::new(format!("spec.rules[{index}].hosts[{place}]"), message));
        }
    }
}

fn wildcards(conditions: &RuleConditions) -> usize {
    let query = conditions.query_strings.iter().flat_map(|it| it.key.iter().chain([&it.value]));
    let plain = conditions.hosts.iter().chain(&conditions.paths).chain(conditions.headers.values().flatten());
    plain.chain(query).map(|value| value.matches(['*', '?']).count()).sum()
}

/// Two rules for the same requests: the second could never take one.
fn distinct(rules: &[RuleIntent], problems: &mut Vec<Problem>) {
    let mut priorities: BTreeMap<i32, usize> = BTreeMap::new();
    for (index, rule) in rules.iter().enumerate() {
        if let Some(earlier) = rules.iter().take(index).position(|earlier| earlier.conditions == rule.conditions) {
            let message = format!("takes the same requests as spec.rules[{earlier}]: remove one of them");
            problems.push(Problem::new(format!("spec.rules[{index}]"), message));
        }
        if let Some(earlier) = rule.priority.and_then(|priority| priorities.insert(priority, index)) {
            let message = format!("is already used by spec.rules[{earlier}]: priorities must differ");
            problems.push(Problem::new(format!("spec.rules[{index}].priority"), message));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn problems(rules: &Value) -> Vec<String> {
        let rules: Vec<ListenerRule> = serde_json::from_value(rules.clone()).unwrap();
        let mut problems = Vec::new();
        resolve(&rules, &mut problems);
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn refuses_by_field() {
        let cases = [
            (
                json!([{"paths": ["/a", "/b", "/c"], "methods": ["GET", "PUT", "POST"]}]),
                "spec.rules[0]: holds 6 condition values",
            ),
            (json!([{"paths": ["/*/*/*", "/?/?/?/*"]}]), "spec.rules[0]: holds 7 wildcards"),
            (json!([{"hosts": ["a.example.com"], "hostRegexes": ["^b"]}]), "spec.rules[0].hostRegexes: plain values"),
            (json!([{"paths": ["/a"], "pathRegexes": ["^/b"]}]), "spec.rules[0].pathRegexes: plain values"),
            (json!([{"pathRegexes": ["^/a", "^/(?!b)"]}]), "spec.rules[0].pathRegexes[1]: ^/(?!b) uses lookahead"),
            (json!([{"hostRegexes": [r"(a)\1"]}]), r"spec.rules[0].hostRegexes[0]: (a)\1 uses a back reference"),
            (
                json!([{"sourceCidrs": ["10.0.0.0/33"]}]),
                "spec.rules[0].sourceCidrs[0]: 10.0.0.0/33 is not an address range",
            ),
            (json!([{"sourceCidrs": ["2001:db8::/32", "10.0.0/8"]}]), "spec.rules[0].sourceCidrs[1]: 10.0.0/8 is no"),
            (json!([{"paths": ["/a"]}, {"paths": ["/a"]}]), "spec.rules[1]: takes the same requests as spec.rules[0]"),
            (
                json!([{"hosts": ["A.example.com"]}, {"hosts": ["a.example.com"]}]),
                "spec.rules[1]: takes the same requests",
            ),
            (
                json!([{"paths": ["/a"], "priority": 7}, {"priority": 7}]),
                "spec.rules[1].priority: is already used by spec.rules[0]",
            ),
        ];
        for (rules, expected) in cases {
            let found = problems(&rules);
            assert!(found.len() == 1 && found[0].starts_with(expected), "{rules}: {found:?}");
        }
    }

    #[test]
    fn a_host_without_an_expression_is_refused_where_clients_write_the_port() {
        let host = format!("{}com", "orders.".repeat(17));
        let rules: Vec<ListenerRule> =
            serde_json::from_value(json!([{"hosts": ["api.example.com"]}, {"hosts": ["a.example.com", host]}]))
                .unwrap();
        let problems = |port| {
            let mut problems = Vec::new();
            check_hosts(&rules, port, &mut problems);
            problems.into_iter().map(|it| it.field).collect::<Vec<_>>()
        };
        assert_eq!(problems(443), Vec::<String>::new());
        assert_eq!(problems(8443), ["spec.rules[1].hosts[1]"]);
    }

    #[test]
    fn a_rule_of_every_kind() {
        let rule = json!([{"hostRegexes": ["^a"], "methods": ["GET"], "headers": [{"name": "X-Team", "values": ["a*"]}],
            "queryStrings": [{"key": "v", "value": "1"}], "sourceCidrs": ["10.0.0.0/8"]}]);
        assert_eq!(problems(&rule), Vec::<String>::new());
        let rules: Vec<ListenerRule> = serde_json::from_value(rule).unwrap();
        let items: Vec<String> = intent(&rules[0]).conditions.items().into_iter().collect();
        assert_eq!(items, ["header x-team: a*", "host matches ^a", "method GET", "query v=1", "source 10.0.0.0/8"]);
    }

    #[test]
    fn a_rule_without_conditions_takes_every_path() {
        let items = intent(&ListenerRule::default()).conditions.items();
        assert_eq!(items, BTreeSet::from(["path /*".to_owned()]));
    }
}
