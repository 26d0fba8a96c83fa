//! What the user should know of a plan: neither a step nor a fault.

use super::draft::Draft;
use super::external_permission;
use crate::desired::Want;
use crate::node::Node;
use crate::observed::UsagePlan;

pub(super) fn add(draft: &mut Draft<'_>) {
    signing(draft);
    usage_plans(draft);
    unverified_permissions(draft);
}

fn signing(draft: &mut Draft<'_>) {
    let Some(signing) = &draft.graph.signing else { return };
    let api_id = draft.current.rest_api.map(|api| api.id.as_str());
    draft.notice(Node::RestApi, format!("{}: {}", signing.place(), signing.explained(api_id)));
}

/// Names the functions of others whose permission the spec takes for given and nobody here can see.
fn unverified_permissions(draft: &mut Draft<'_>) {
    for (function_arn, message) in external_permission::unverified(draft.graph, draft.snapshot) {
        draft.notice(Node::FunctionPermission(function_arn), message);
    }
}

/// Names the usage plans that hold a stage which goes: they do not hold the stage that takes its place, and API keys of theirs are no use there.
///
/// Source: API Gateway Developer Guide, "Usage plans and API keys for REST APIs": a usage plan names API and stage.
fn usage_plans(draft: &mut Draft<'_>) {
    let next = match (&draft.graph.rest_api, &draft.graph.stage) {
        (Want::Managed(_), Some(wanted)) => {
            format!("add stage {} there if their API keys are to be taken on", wanted.name)
        }
        _ => "their API keys have no effect there afterwards".to_owned(),
    };
    for (api_id, stage) in leaving(draft) {
        let place = (api_id, stage);
        let plans: Vec<String> =
            draft.snapshot.usage_plans.iter().filter(|it| it.stages.contains(&place)).map(named).collect();
        if plans.is_empty() {
            continue;
        }
        let (api_id, stage) = place;
        let message = format!(
            "stage {stage} of REST API {api_id} is deleted, which these usage plans hold: {}; {next}",
            plans.join(", ")
        );
        draft.notice(Node::Stage, message);
    }
}

fn named(plan: &UsagePlan) -> String {
    if plan.name.is_empty() { plan.id.clone() } else { format!("{} ({})", plan.name, plan.id) }
}

/// API and name of each stage of ours that is deleted, be it with its API.
fn leaving(draft: &Draft<'_>) -> Vec<(String, String)> {
    let kept = draft.current.rest_api.filter(|_| draft.graph.rest_api.managed().is_some());
    let wanted = draft.graph.stage.as_ref().map(|stage| stage.name.as_str());
    let mut leaving = Vec::new();
    for api in draft.snapshot.rest_apis.iter().filter(|api| draft.owns(&api.tags)) {
        let stays = kept.is_some_and(|kept| kept.id == api.id);
        let goes = |stage: &&crate::observed::Stage| {
            !stays || (wanted != Some(stage.name.as_str()) && stage.deployed.content.is_some())
        };
        leaving.extend(api.stages.iter().filter(goes).map(|stage| (api.id.clone(), stage.name.clone())));
    }
    leaving
}
