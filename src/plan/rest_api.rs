//! The private REST API.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::draft::Draft;
use super::{Difference, external_permission, function_permission, stage_settings};
use crate::change::{Change, PatchOperation, RestApiChange};
use crate::desired::{RestApi as Wanted, Stage, Want, statements};
use crate::model::policy::canonical_policy;
use crate::node::Node;
use crate::observed::{ApiStatus, RestApi, Unread};

const NODE: Node = Node::RestApi;
/// Most operations that a message names.
const MOST_OPERATIONS: usize = 10;

pub(super) fn forward(draft: &mut Draft<'_>, want: &Want<Wanted>, stage: Option<&Stage>) {
    let Want::Managed(wanted) = want else { return };
    if let Some(message) = unenforced(&wanted.unenforced_security) {
        draft.notice(NODE, message);
    }
    let Some(endpoint) = draft.current.vpc_endpoint else {
        let what = if draft.current.rest_api.is_some() { "check" } else { "create" };
        return draft.block(NODE, what, [Node::VpcEndpoint]);
    };
    let Some(api) = draft.current.rest_api else {
        let mut change = create(wanted, &endpoint.id);
        if let RestApiChange::Create { tags, .. } = &mut change {
            tags.extend(function_permission::memory(draft));
        }
        return draft.step(NODE, Change::RestApi(change));
    };
    if !is_available(draft, api) {
        return;
    }
    if draft.is_unread(&Unread::Stages(api.id.clone())) {
        return draft.block(NODE, "check", [Node::Stage]);
    }
    if api.disable_execute_api_endpoint && stage.is_some_and(|stage| stage_settings::announce(draft, api, stage)) {
        return draft.block(NODE, "enable its execute-api endpoint", [Node::Stage]);
    }
    let operations = operations(api, wanted);
    // A definition does not wait for settings that AWS has refused.
    if operations.is_empty() || update(draft, api, operations) {
        put(draft, api, wanted, stage);
    }
}

/// Whether AWS takes changes of the API. Waits for an update that is under way, and tells of one that failed.
pub(super) fn is_available(draft: &mut Draft<'_>, api: &RestApi) -> bool {
    match api.status {
        ApiStatus::Available => return true,
        ApiStatus::Updating => draft.wait(NODE, updating(api)),
        ApiStatus::Failed => draft.fault(
            NODE,
            format!(
                "REST API {} is FAILED: AWS could not update it: `aws apigateway get-rest-api --rest-api-id {}` shows why (apiStatusMessage)",
                api.id, api.id
            ),
        ),
    }
    false
}

fn updating(api: &RestApi) -> String {
    let why = api.long_update.map_or_else(
        || {
            "this takes up to a minute, about 15 minutes after a change of securityPolicy or endpointAccessMode"
                .to_owned()
        },
        |update| update.to_string(),
    );
    format!("REST API {} is being updated by AWS (apiStatus UPDATING): {why}", api.id)
}

/// Plans the update. Answers whether AWS has refused it.
fn update(draft: &mut Draft<'_>, api: &RestApi, operations: Vec<PatchOperation>) -> bool {
    let differences =
        operations.iter().filter_map(|it| Difference::value(it.path, Some(&it.old), Some(&it.new))).collect();
    let change = Change::RestApi(RestApiChange::Update { id: api.id.clone(), operations });
    let refused = draft.is_refused(&change);
    draft.update(NODE, change, differences);
    refused
}

fn create(wanted: &Wanted, endpoint_id: &str) -> RestApiChange {
    RestApiChange::Create {
        name: wanted.name.clone(),
        description: wanted.description.clone(),
        vpc_endpoint_id: endpoint_id.to_owned(),
        policy: wanted.policy.document(&BTreeSet::from([endpoint_id.to_owned()])),
        security_policy: wanted.security_policy.clone(),
        endpoint_access_mode: wanted.endpoint_access_mode.clone(),
        tags: wanted.tags.clone(),
    }
}

/// What is told of security schemes that stay unenforced.
#[must_use]
pub fn unenforced(schemes: &BTreeMap<String, BTreeSet<String>>) -> Option<String> {
    let operations: BTreeSet<&str> = schemes.values().flatten().map(String::as_str).collect();
    let named: Vec<&str> = operations.iter().take(MOST_OPERATIONS).copied().collect();
    let more = operations.len() - named.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let scheme_names: Vec<&str> = schemes.keys().map(String::as_str).collect();
    (!scheme_names.is_empty()).then(|| {
        format!(
            "API Gateway does not enforce {}: clients are answered without it on {}{more} (accepted by spec.api.openApi.unenforcedSecuritySchemes)",
            scheme_names.join(", "),
            named.join(", ")
        )
    })
}

/// Settings that an import does not carry.
fn operations(api: &RestApi, wanted: &Wanted) -> Vec<PatchOperation> {
    let replace = |path, old: Option<&String>, new: Option<&String>| {
        let new = new.filter(|new| old != Some(new))?;
        Some(PatchOperation { path, old: old.cloned().unwrap_or_default(), new: new.clone() })
    };
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let (description, mode) = (text(&wanted.description), text(&wanted.endpoint_access_mode));
    let described = (text(&api.description) != description).then_some(&description);
    // An empty one takes it away: legacy security policies go with none.
    let moded = (text(&api.endpoint_access_mode) != mode).then_some(&mode);
    // Nothing else than the execute-api endpoint leads to the API.
    let (disabled, enabled) = (api.disable_execute_api_endpoint.to_string(), false.to_string());
    [
        replace("/disableExecuteApiEndpoint", Some(&disabled), Some(&enabled)),
        replace("/name", Some(&api.name), Some(&wanted.name)),
        replace("/description", api.description.as_ref(), described),
        replace("/securityPolicy", api.security_policy.as_ref(), Some(&wanted.security_policy)),
        replace("/endpointAccessMode", api.endpoint_access_mode.as_ref(), moded),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Writes the definition where the stage does not serve it yet, or where policy or association are not what was written.
fn put(draft: &mut Draft<'_>, api: &RestApi, wanted: &Wanted, stage: Option<&Stage>) {
    let endpoints = admitted(draft, api);
    let content = wanted.content(&endpoints);
    let mut differences = drift(api, wanted, &endpoints);
    // What is written for a stage that rolls back is deployed by nobody.
    let serves = stage.is_none_or(|stage| stage.rollback_to.is_some() || serves(api, stage, &content));
    let written = api.definition.as_ref() == Some(&content);
    let serves = serves || draft.is_deployment_refused(&api.id, &content);
    if differences.is_empty() && (serves || written) {
        return;
    }
    if written {
        return draft.fault(NODE, kept_another(&api.id, &differences));
    }
    let mut closed = external_permission::closed(draft);
    closed.extend(function_permission::unread(draft));
    if !serves && !closed.is_empty() {
        // Nothing could be deployed of it, and every pass would write it again.
        return draft.block(NODE, "write the definition", closed);
    }
    let document = wanted.document(&endpoints);
    let accepted_warnings = wanted.accepted_import_warnings.clone();
    if !serves {
        // What the methods were before is not known, so the new ones are shown.
        differences.clear();
    }
    draft.update(
        NODE,
        Change::RestApi(RestApiChange::Put { id: api.id.clone(), document, content, accepted_warnings }),
        differences,
    );
}

/// What is told of an API that differs from what has just been written.
fn kept_another(id: &str, differences: &[Difference]) -> String {
    let fields = differences.iter().map(|it| it.field).collect::<Vec<_>>().join(" and ");
    let field = if fields == "policy" { "spec.api.resourcePolicy" } else { "spec.api" };
    format!(
        "{field}: REST API {id} has stored another {fields} than was written, so it is not deployed: write it as `aws apigateway get-rest-api --rest-api-id {id}` shows it"
    )
}

/// Endpoints that the API lets in: the front door's own, and while targets are left from before, those it let in until now. A request that still
/// comes through one of them is answered, too.
pub(super) fn admitted(draft: &Draft<'_>, api: &RestApi) -> BTreeSet<String> {
    let own: BTreeSet<String> = draft.current.vpc_endpoint.iter().map(|endpoint| endpoint.id.clone()).collect();
    // Ours are associated and stand in the policy; where only one of both is so, another hand was at work.
    let policy = api.policy.as_ref().filter(|_| draft.old_targets_serve()).map(ToString::to_string).unwrap_or_default();
    let admitted = |id: &&String| policy.contains(&format!("\"{id}\""));
    let before = api.vpc_endpoint_ids.iter().filter(admitted).cloned();
    let snapshot = draft.snapshot;
    let kept = snapshot.vpc_endpoints.iter().filter(|it| draft.owns(&it.tags) && draft.has_registered(&it.addresses));
    let kept = kept.map(|endpoint| endpoint.id.clone());
    // What is gone lets nobody in, and API Gateway takes no document that names it.
    let stands = |id: &String| snapshot.associable_endpoint_ids.contains(id);
    own.into_iter().chain(before.chain(kept).filter(stands)).collect()
}

/// Whether the stage serves a deployment of this content, or an earlier one on purpose.
pub(super) fn serves(api: &RestApi, stage: &Stage, content: &str) -> bool {
    let deployed = api.stage(&stage.name).map(|present| &present.deployed);
    match &stage.rollback_to {
        Some(_) => deployed.is_some(),
        None => deployed.is_some_and(|deployed| deployed.content.as_deref() == Some(content)),
    }
}

/// What an import carries and API Gateway shows: compared as the service rewrites it.
pub(super) fn drift(api: &RestApi, wanted: &Wanted, endpoints: &BTreeSet<String>) -> Vec<Difference> {
    let lines = |policy: &Value| statements(&canonical_policy(policy, &api.id)).into_iter().collect::<BTreeSet<_>>();
    let present = api.policy.as_ref().map(lines).unwrap_or_default();
    let differences = [
        Difference::items("policy", &present, &lines(&wanted.policy.document(endpoints))),
        Difference::items("vpcEndpointIds", &api.vpc_endpoint_ids, endpoints),
        Difference::items("binaryMediaTypes", &api.binary_media_types, &wanted.binary_media_types),
        Difference::value(
            "minimumCompressionSizeBytes",
            api.minimum_compression_size_bytes,
            wanted.minimum_compression_size_bytes,
        ),
        Difference::value("apiKeySource", Some(api.api_key_source.as_str()), Some(wanted.api_key_source)),
    ];
    differences.into_iter().flatten().collect()
}

pub(super) fn backward(draft: &mut Draft<'_>, _want: &Want<Wanted>) {
    let keep = draft.current.rest_api.map(|api| &api.id);
    let mut obsolete: Vec<&RestApi> =
        draft.snapshot.rest_apis.iter().filter(|it| draft.owns(&it.tags) && Some(&it.id) != keep).collect();
    obsolete.sort_by_key(|it| &it.id);
    let entrance = if keep.is_none() { draft.entrance_stands() } else { draft.rules_leave().into_iter().collect() };
    let before: Vec<Node> = entrance.into_iter().chain(function_permission::obsolete(draft)).collect();
    for api in obsolete {
        if api.status == ApiStatus::Updating {
            draft.wait(NODE, format!("{}; it is deleted afterwards", updating(api)));
        } else if before.is_empty() {
            draft.step(NODE, Change::RestApi(RestApiChange::Delete { id: api.id.clone() }));
        } else {
            draft.block(NODE, "delete", before.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_kept_is_told_by_the_field_that_says_it() {
        let of = |fields: &[&'static str]| {
            let differences = fields.iter().filter_map(|field| Difference::value(field, Some("a"), Some("b")));
            kept_another("a1b2c3d4e5", &differences.collect::<Vec<_>>())
        };
        let policy = of(&["policy"]);
        assert!(
            policy.starts_with("spec.api.resourcePolicy: REST API a1b2c3d4e5 has stored another policy than"),
            "{policy}"
        );
        let others = of(&["policy", "binaryMediaTypes"]);
        assert!(
            others.starts_with("spec.api: REST API a1b2c3d4e5 has stored another policy and binaryMedia"),
            "{others}"
        );
    }
}
