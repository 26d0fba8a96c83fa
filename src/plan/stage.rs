//! The stage: what it serves is its deployment, so a stage that points at a deployment of the wanted content needs no deeper look.

use std::collections::BTreeSet;

use super::draft::Draft;
use super::rest_api::{admitted, drift, is_available, serves};
use super::{Difference, stage_settings};
use crate::api::Tracing;
use crate::change::{Change, StageChange};
use crate::desired::{RestApi as WantedApi, Stage as Wanted, Want};
use crate::model::policy::canonical_policy;
use crate::names::short_hash;
use crate::node::Node;
use crate::observed::{ApiStatus, RestApi, Stage, Unread};

const NODE: Node = Node::Stage;
/// Most deployments that one pass takes away.
const MOST_PRUNED: usize = 10;

pub(super) fn forward(draft: &mut Draft<'_>, api: &Want<WantedApi>, stage: Option<&Wanted>) {
    let (Some(stage), Want::Managed(_) | Want::Existing(_)) = (stage, api) else { return };
    let Some(present) = draft.current.rest_api.filter(|_| draft.current.vpc_endpoint.is_some()) else {
        return draft.block(NODE, "deploy", [Node::RestApi]);
    };
    if draft.is_unread(&Unread::Stages(present.id.clone())) {
        return draft.block(NODE, "check", []);
    }
    // API Gateway refuses two changes of one API at once. A refused one is none. Settings announce that an endpoint is about to be enabled.
    let available = present.status == ApiStatus::Available;
    let announces = present.disable_execute_api_endpoint && matches!(api, Want::Managed(_));
    let free = available && !announces && !draft.changes(&Node::RestApi);
    if free && stage_settings::forward(draft, present, stage) {
        return;
    }
    let busy = draft.has_step(&Node::RestApi) || !available || announces;
    if let Some(id) = &stage.rollback_to {
        if present.stage(&stage.name).is_none() {
            let message = format!(
                "spec.api.stage.rollbackTo: there is no stage {} that could serve deployment {id}: remove this field",
                stage.name
            );
            draft.fault(NODE, message);
        }
        return;
    }
    match api {
        Want::Managed(wanted) => deploy_own(draft, present, wanted, stage),
        Want::Existing(_) | Want::Nothing => deploy_existing(draft, present, stage, busy),
    }
}

fn deploy_own(draft: &mut Draft<'_>, api: &RestApi, wanted: &WantedApi, stage: &Wanted) {
    let endpoints = admitted(draft, api);
    let content = wanted.content(&endpoints);
    if serves(api, stage, &content) {
        return;
    }
    let missing = not_ready(draft, api, wanted, &endpoints, &content);
    if missing.is_empty() {
        deploy(draft, api, stage, content);
    } else {
        draft.block(NODE, "deploy", missing);
    }
}

/// An API that others define is deployed as it stands; what of it is ours to know is its policy.
fn deploy_existing(draft: &mut Draft<'_>, api: &RestApi, stage: &Wanted, busy: bool) {
    let policy = api.policy.as_ref().map(|policy| canonical_policy(policy, &api.id).to_string());
    let content = short_hash(&["existing", &policy.clone().unwrap_or_default()], 32);
    if serves(api, stage, &content) && !draft.has_step(&Node::RestApi) {
        return;
    }
    if busy {
        is_available(draft, api);
        return draft.block(NODE, "deploy", [Node::RestApi]);
    }
    if policy.is_none() {
        let message = format!(
            "spec.api.manage.resourcePolicy: REST API {} has no resource policy, and API Gateway deploys no private API without one: set this field to Managed, or write a policy where the API is defined",
            api.id
        );
        return draft.fault(NODE, message);
    }
    deploy(draft, api, stage, content);
}

fn deploy(draft: &mut Draft<'_>, api: &RestApi, stage: &Wanted, content: String) {
    let present = api.stage(&stage.name);
    let served =
        present.map(|present| present.deployed.content.clone().unwrap_or_else(|| "another deployment".to_owned()));
    let differences = served.and_then(|old| Difference::value("content", Some(&old), Some(&content)));
    let fresh = present.is_none().then_some(&stage.settings);
    let change = StageChange::Deploy {
        api_id: api.id.clone(),
        name: stage.name.clone(),
        content,
        description: fresh.and_then(|settings| settings.description.clone()),
        variables: fresh.map(|settings| settings.variables.clone()).unwrap_or_default(),
        tracing: fresh.map(|settings| settings.tracing).filter(|tracing| *tracing != Tracing::default()),
        replaces: present.filter(|_| draft.owns(&api.tags)).map(|present| present.deployed.deployment_id.clone()),
    };
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
        && (api.definition.as_deref() == Some(content) || draft.is_deployment_refused(&api.id, content))
        && drift(api, wanted, endpoints).is_empty();
    let definition = (!written).then_some(Node::RestApi);
    definition.into_iter().chain(closed_functions(draft)).collect()
}

/// Functions that the API cannot invoke yet.
pub(super) fn closed_functions(draft: &Draft<'_>) -> Vec<Node> {
    let closed =
        draft.graph.function_permissions.iter().filter(|wanted| !super::function_permission::holds(draft, wanted));
    let closed = closed.map(|it| Node::FunctionPermission(it.function_arn.clone()));
    closed.chain(super::external_permission::closed(draft)).collect()
}

/// Whether the stage lets in every endpoint that it should.
pub(super) fn admits(draft: &Draft<'_>) -> bool {
    let (Want::Managed(wanted), Some(stage)) = (&draft.graph.rest_api, &draft.graph.stage) else { return true };
    draft.current.rest_api.is_some_and(|api| serves(api, stage, &wanted.content(&admitted(draft, api))))
}

/// Whether the wanted stage answers: rules lead there only then. What it serves may be older than what is wanted.
pub(super) fn answers(draft: &Draft<'_>) -> bool {
    match (&draft.graph.rest_api, &draft.graph.stage, draft.current.rest_api) {
        (Want::Managed(_) | Want::Existing(_), Some(stage), Some(api)) => api.stage(&stage.name).is_some(),
        (Want::Managed(_), _, api) => api.is_some(),
        (Want::Existing(_) | Want::Nothing, ..) => true,
    }
}

/// Deletes stages of our API that are no longer wanted, and deployments that had their time; deleting the API takes both along.
pub(super) fn backward(draft: &mut Draft<'_>, wanted: Option<&Wanted>) {
    let (Some(api), Some(wanted)) = (draft.current.rest_api, wanted) else { return };
    if !draft.owns(&api.tags) {
        return;
    }
    prune(draft, api, wanted);
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

fn prune(draft: &mut Draft<'_>, api: &RestApi, wanted: &Wanted) {
    let used = |id: &&String| {
        wanted.rollback_to.as_ref() == Some(*id) || api.stages.iter().any(|it| it.deployed.deployment_id == **id)
    };
    for deployment_id in api.retired.iter().filter(|id| !used(id)).take(MOST_PRUNED) {
        let change = StageChange::Prune { api_id: api.id.clone(), deployment_id: deployment_id.clone() };
        draft.step(NODE, Change::Stage(change));
    }
}
