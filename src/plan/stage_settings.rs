//! Settings of a stage: all that differs is one `UpdateStage`.

use std::collections::{BTreeMap, BTreeSet};

use super::Difference;
use super::draft::Draft;
use crate::api::{LoggingLevel, Toggle, Tracing};
use crate::change::{Change, StageChange};
use crate::desired::Stage as Wanted;
use crate::node::Node;
use crate::observed::{RestApi, Stage, StageSettings, Throttling};

/// What method settings say once one of them was set and no limit was: the account's limits.
///
/// Source: API Gateway Developer Guide, quotas: 10,000 requests a second, bursts of 5,000.
const ACCOUNT_LIMIT: (&str, &str) = ("10000", "5000");

/// Description of a stage while the execute-api endpoint of its API is being enabled.
const ENABLES_ENDPOINT: &str = "The execute-api endpoint is being enabled";

/// Plans to say in the stage's description that the execute-api endpoint is about to be enabled. Answers whether that is still to be done.
///
/// The endpoint answers again only once a setting of a stage was changed after it was enabled, and nothing else would tell a process that takes over in
/// between that this is still to be done: that the description is set right is the change.
///
/// Source: API Gateway Developer Guide, "Disable the default endpoint for REST APIs".
pub(super) fn announce(draft: &mut Draft<'_>, api: &RestApi, wanted: &Wanted) -> bool {
    let Some(present) = api.stage(&wanted.name) else { return false };
    let description = Some(ENABLES_ENDPOINT.to_owned());
    if present.settings.description == description {
        return false;
    }
    let differences = Difference::value("description", present.settings.description.as_ref(), description.as_ref());
    let old = Box::new(present.settings.clone());
    let new = Box::new(StageSettings { description, ..present.settings.clone() });
    let (api_id, name) = (api.id.clone(), wanted.name.clone());
    let change = StageChange::Update { api_id, name, deployment_id: None, old, new };
    draft.update(Node::Stage, Change::Stage(change), differences.into_iter().collect());
    true
}

/// Plans the update. Answers whether there is one that AWS has not refused: a deployment does not wait for settings that AWS does not take.
pub(super) fn forward(draft: &mut Draft<'_>, api: &RestApi, wanted: &Wanted) -> bool {
    let Some(present) = api.stage(&wanted.name) else { return false };
    let mut target = wanted.clone();
    if !draft.owns(&api.tags) {
        // Whoever defines the API knows its methods.
        target.settings.method_overrides.clone_from(&present.settings.method_overrides);
    }
    if !is_served(draft, api, wanted) {
        // What is served still may use a variable that the next deployment does not: it goes after that.
        let left = present.settings.variables.iter().filter(|(name, _)| !wanted.settings.variables.contains_key(*name));
        target.settings.variables.extend(left.map(|(name, value)| (name.clone(), value.clone())));
    }
    let differences = differences(present, &target);
    if differences.is_empty() {
        return false;
    }
    if target.settings.variables != present.settings.variables {
        // Variables name functions: these let the API invoke them first.
        let closed = super::stage::closed_functions(draft);
        if !closed.is_empty() {
            draft.block(Node::Stage, "update", closed);
            return true;
        }
    }
    let (old, new) = (Box::new(present.settings.clone()), Box::new(target.settings));
    let deployment_id = wanted.rollback_to.clone().filter(|id| present.deployed.deployment_id != *id);
    let change = StageChange::Update { api_id: api.id.clone(), name: wanted.name.clone(), deployment_id, old, new };
    let change = Change::Stage(change);
    let changes = !draft.is_refused(&change);
    draft.update(Node::Stage, change, differences);
    changes
}

/// Whether the stage serves what it should; of an API that others define nobody knows.
fn is_served(draft: &Draft<'_>, api: &RestApi, wanted: &Wanted) -> bool {
    let Some(definition) = draft.graph.rest_api.managed() else { return true };
    super::rest_api::serves(api, wanted, &definition.content(&super::rest_api::admitted(draft, api)))
}

fn differences(present: &Stage, wanted: &Wanted) -> Vec<Difference> {
    let StageSettings {
        description,
        variables,
        access_logs,
        throttling,
        metrics,
        logging_level,
        data_trace,
        tracing,
        cache,
        canary,
        method_overrides,
    } = &present.settings;
    let new = &wanted.settings;
    let logs = |logs: &Option<crate::api::AccessLogs>| {
        logs.as_ref().map(|logs| format!("{} to {}", logs.format, logs.destination_arn))
    };
    let served = Some(&present.deployed.deployment_id);
    let differences = [
        Difference::value("description", description.as_ref(), new.description.as_ref()),
        Difference::items("variables", &pairs(variables), &pairs(&new.variables)),
        Difference::value("accessLogs", logs(access_logs), logs(&new.access_logs)),
        Difference::value("throttling", own_limit(throttling.as_ref(), new), new.throttling.as_ref()),
        Difference::value("metrics", Some(toggle(*metrics)), Some(toggle(new.metrics))),
        Difference::value("loggingLevel", Some(level(*logging_level)), Some(level(new.logging_level))),
        Difference::value("dataTrace", Some(toggle(*data_trace)), Some(toggle(new.data_trace))),
        Difference::value("tracing", Some(traced(*tracing)), Some(traced(new.tracing))),
        Difference::value("cache", cache.as_ref(), new.cache.as_ref()),
        Difference::value("canary", canary.as_ref(), new.canary.as_ref()),
        Difference::items("methodSettings", method_overrides, &new.method_overrides),
        wanted.rollback_to.as_ref().and_then(|id| Difference::value("deploymentId", served, Some(id))),
    ];
    differences.into_iter().flatten().collect()
}

/// The stage's limit; the account's is none where none is wanted.
fn own_limit<'a>(present: Option<&'a Throttling>, new: &StageSettings) -> Option<&'a Throttling> {
    let is_account = |it: &Throttling| (it.rate_limit.as_str(), it.burst_limit.as_str()) == ACCOUNT_LIMIT;
    present.filter(|it| new.throttling.is_some() || !is_account(it))
}

fn pairs(variables: &BTreeMap<String, String>) -> BTreeSet<String> {
    variables.iter().map(|(name, value)| format!("{name}={value}")).collect()
}

const fn toggle(toggle: Toggle) -> &'static str {
    match toggle {
        Toggle::Enabled => "Enabled",
        Toggle::Disabled => "Disabled",
    }
}

const fn level(level: LoggingLevel) -> &'static str {
    match level {
        LoggingLevel::Off => "OFF",
        LoggingLevel::Error => "ERROR",
        LoggingLevel::Info => "INFO",
    }
}

const fn traced(tracing: Tracing) -> &'static str {
    match tracing {
        Tracing::Active => "Active",
        Tracing::PassThrough => "PassThrough",
    }
}
