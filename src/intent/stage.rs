//! `spec.api.stage`, checked.

use std::collections::BTreeSet;

use super::arn::elsewhere;
use super::{Problem, References, StageIntent};
use crate::api::{AccessLogs, Stage, StageCache, Toggle};
use crate::observed::{Cache, StageSettings, Throttling};

pub(super) fn resolve(wanted: &Stage, found: &References, problems: &mut Vec<Problem>) -> StageIntent {
    variables(wanted, problems);
    let context = ["$context.requestId", "$context.extendedRequestId"];
    if let Some(logs) = &wanted.access_logs
        && !context.iter().any(|variable| logs.format.contains(variable))
    {
        let message = format!("API Gateway asks for {} or {} in it: add one", context[0], context[1]);
        problems.push(Problem::new("spec.api.stage.accessLogs.format", message));
    }
    if wanted.access_logs.as_ref().is_some_and(|logs| logs.format.trim_end_matches('\n').contains(['\n', '\r'])) {
        let message = "API Gateway takes a single line: write it as one, for example with `format: >-`";
        problems.push(Problem::new("spec.api.stage.accessLogs.format", message));
    }
    if let Some(message) = wanted.access_logs.as_ref().and_then(|logs| elsewhere(&logs.destination_arn, &found.caller))
    {
        problems.push(Problem::new("spec.api.stage.accessLogs.destinationArn", message));
    }
    let throttling = wanted
        .throttling
        .map(|it| Throttling { rate_limit: it.rate_limit.to_string(), burst_limit: it.burst_limit.to_string() });
    StageIntent {
        name: wanted.name.clone(),
        settings: StageSettings {
            description: wanted.description.clone().filter(|text| !text.is_empty()),
            variables: wanted.variables.clone(),
            access_logs: wanted.access_logs.clone().map(one_line),
            throttling,
            metrics: wanted.metrics,
            logging_level: wanted.logging_level,
            data_trace: wanted.data_trace,
            tracing: wanted.tracing,
            cache: wanted.cache.map(cache),
            canary: None,
            method_overrides: BTreeSet::new(),
        },
        rollback_to: wanted.rollback_to.clone(),
    }
}

fn cache(wanted: StageCache) -> Cache {
    Cache {
        size_gigabytes: wanted.size_gigabytes.as_str().to_owned(),
        ttl_seconds: i32::try_from(wanted.ttl_seconds).unwrap_or(i32::MAX),
        encryption: wanted.encryption,
        methods: Toggle::Enabled,
    }
}

/// YAML leaves the end of a line in a block of text.
fn one_line(logs: AccessLogs) -> AccessLogs {
    AccessLogs { format: logs.format.trim_end_matches('\n').to_owned(), ..logs }
}

/// Source: API Gateway API Reference, `CreateStage`.
fn variables(wanted: &Stage, problems: &mut Vec<Problem>) {
    for (name, value) in &wanted.variables {
        let field = || format!("spec.api.stage.variables[{name}]");
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            problems.push(Problem::new(field(), "the name of a stage variable holds letters, digits and `_` only"));
        }
        if value.is_empty() || !value.chars().all(|c| c.is_ascii_alphanumeric() || "-._~:/?#&=,".contains(c)) {
            let message = "the value of a stage variable holds letters, digits and -._~:/?#&=, only, and one at least";
            problems.push(Problem::new(field(), message));
        }
    }
}
