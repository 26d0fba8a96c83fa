//! The stage: what it serves is its deployment, so a stage that points at a deployment of the wanted content needs no deeper look.

use std::collections::BTreeSet;

use super::Difference;
use super::draft::Draft;
use super::rest_api::{admitted, drift, serves};
use crate::change::{Change, StageChange};
use crate::desired::{RestApi as WantedApi, Stage as Wanted, Want};
use crate::node::Node;
use crate::observed::{ApiStatus, RestApi, Stage};

const NODE: Node = Node::Stage;

pub(super) fn forward(draft: &mut Draft<'_>, api: &Want<WantedApi>, stage: Option<&Wanted>) {
    let (Want::Managed(wanted_api), Some(stage)) = (api, stage) else { return };
    let (Some(_), Some(api)) = (draft.current.vpc_endpoint, draft.current.rest_api) else {
        return draft.block(NODE, "deploy", [Node::RestApi]);
    };
    let endpoints = admitted(draft, api);
    let content = wanted_api.content(&endpoints);
    if serves(api, stage, &content) {
        return;
    }
    let missing = not_ready(draft, api, wanted_api, &endpoints, &content);
    if !missing.is_empty() {
        return draft.block(NODE, "deploy", missing);
    }
    let served = api
        .stage(&stage.name)
        .map(|present| present.deployed.content.clone().unwrap_or_else(|| "another deployment".to_owned()));
    let differences = served.and_then(|old| Difference::value("content", Some(&old), Some(&content)));
    let change = StageChange::Deploy { api_id: api.id.clone(), name: stage.name.clone(), content };
    draft.update(NODE, Change::Stage(change), differences.into_iter().collect());
}

/// What a deployment must not be made before: the definition written and read back, and the functions open to the API.
fn not_ready(
    draft: &Draft<'_>,
    api: &RestApi,
    wanted: &WantedApi,
    endpoints: &BTreeSet<String>,
    content: &str,
) -> Vec<Node> {
    let written = api.status == ApiStatus::Available
        && api.definition.as_deref() == Some(content)
        && drift(api, wanted, endpoints).is_empty();
    let definition = (!written).then_some(Node::RestApi);
    let closed =
        draft.graph.function_permissions.iter().filter(|wanted| !super::function_permission::holds(draft, wanted));
    definition.into_iter().chain(closed.map(|it| Node::FunctionPermission(it.function_arn.clone()))).collect()
}

/// Whether the stage lets in every endpoint that it should.
pub(super) fn admits(draft: &Draft<'_>) -> bool {
    let (Want::Managed(wanted), Some(stage)) = (&draft.graph.rest_api, &draft.graph.stage) else { return true };
    draft.current.rest_api.is_some_and(|api| serves(api, stage, &wanted.content(&admitted(draft, api))))
}

/// Whether the wanted stage answers: rules lead there only then. What it serves may be older than what is wanted.
pub(super) fn answers(draft: &Draft<'_>) -> bool {
    match (&draft.graph.rest_api, &draft.graph.stage, draft.current.rest_api) {
        (Want::Managed(_), Some(stage), Some(api)) => api.stage(&stage.name).is_some(),
        (Want::Managed(_), _, api) => api.is_some(),
        (Want::Existing(_) | Want::Nothing, ..) => true,
    }
}

/// Deletes stages of our API that are no longer wanted; deleting the API takes its stages along.
pub(super) fn backward(draft: &mut Draft<'_>, wanted: Option<&Wanted>) {
    let (Some(api), Some(wanted)) = (draft.current.rest_api, wanted) else { return };
    if !draft.owns(&api.tags) {
        return;
    }
    let mut obsolete: Vec<&Stage> =
        api.stages.iter().filter(|stage| stage.name != wanted.name && stage.deployed.content.is_some()).collect();
    obsolete.sort_by_key(|it| &it.name);
    for stage in obsolete {
        let change = StageChange::Delete { api_id: api.id.clone(), name: stage.name.clone() };
        match draft.rules_leave() {
            Some(rules) => draft.block(NODE, "delete", [rules]),
            None => draft.step(NODE, Change::Stage(change)),
        }
    }
}
