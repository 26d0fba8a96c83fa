//! What is kept of an API that is not ours: the association of the endpoint and one statement of the resource policy, in one `UpdateRestApi`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Difference;
use super::draft::Draft;
use super::rest_api::is_available;
use crate::change::{Change, RestApiChange};
use crate::desired::{Adoption, Aspect, Want, statements};
use crate::model::invocation::{EndpointId, Policies, Target};
use crate::model::policy::{Policy, canonical_policy};
use crate::node::Node;
use crate::observed::{RestApi, VpcEndpoint};

const NODE: Node = Node::RestApi;

pub(super) fn forward(draft: &mut Draft<'_>, adoption: Option<&Adoption>) {
    let Some(adoption) = adoption.filter(|it| [it.association, it.policy].contains(&Aspect::Kept)) else { return };
    let Some(api) = find(draft, adoption) else { return };
    let Some(endpoint) = draft.current.vpc_endpoint else {
        return draft.block(NODE, "admit the endpoint", [Node::VpcEndpoint]);
    };
    let mut admitted: BTreeSet<&String> = BTreeSet::from([&endpoint.id]);
    if draft.old_targets_serve() {
        // Requests still come through the endpoint before.
        let stands = own_endpoints(draft).filter(|it| it.is_associable()).map(|it| &it.id);
        admitted.extend(stands.filter(|id| api.vpc_endpoint_ids.contains(*id)));
    }
    let (mut associated, mut policy) = (api.vpc_endpoint_ids.clone(), api.policy.clone());
    if adoption.association == Aspect::Kept {
        let old = own_endpoints(draft).map(|it| &it.id).filter(|id| !admitted.contains(id));
        old.for_each(|id| _ = associated.remove(id));
        associated.extend(admitted.iter().map(|id| (*id).clone()));
    }
    if adoption.policy == Aspect::Kept {
        let admitting = with_statement(policy, &adoption.sid, Some(&admitted));
        if let Some(deny) = denial(draft, api, endpoint, &admitting) {
            let message = format!(
                "spec.api.manage.resourcePolicy: another statement in the resource policy of REST API {} denies the endpoint, and a Deny overrides every Allow: add the endpoint to its aws:SourceVpce, or remove that statement, where the API is defined ({deny})",
                api.id
            );
            draft.fault(NODE, message);
        }
        policy = Some(admitting);
    }
    change(draft, api, &associated, policy.as_ref());
}

pub(super) fn backward(draft: &mut Draft<'_>, adoption: Option<&Adoption>) {
    let Some(adoption) = adoption else { return };
    let Some(api) = find(draft, adoption) else { return };
    let (mut associated, mut policy) = (api.vpc_endpoint_ids.clone(), api.policy.clone());
    if adoption.association == Aspect::Released {
        draft.snapshot.vpc_endpoints.iter().for_each(|endpoint| _ = associated.remove(&endpoint.id));
    }
    if adoption.policy == Aspect::Released {
        policy = policy.map(|policy| with_statement(Some(policy), &adoption.sid, None));
    }
    // Of an object that goes on, the user wants it back now.
    let goes = draft.graph.rest_api == Want::Nothing;
    let entrance = if goes { draft.entrance_stands() } else { Vec::new() };
    if entrance.is_empty() {
        change(draft, api, &associated, policy.as_ref());
    } else if associated != api.vpc_endpoint_ids || policy != api.policy {
        draft.block(NODE, "no longer admit the endpoint", entrance);
    }
}

fn find<'a>(draft: &Draft<'a>, adoption: &Adoption) -> Option<&'a RestApi> {
    draft.snapshot.rest_apis.iter().find(|api| api.id == adoption.id)
}

fn own_endpoints<'a>(draft: &Draft<'a>) -> impl Iterator<Item = &'a VpcEndpoint> {
    let owner = draft.owner();
    draft.snapshot.vpc_endpoints.iter().filter(move |endpoint| owner.owns(&endpoint.tags))
}

fn change(draft: &mut Draft<'_>, api: &RestApi, associated: &BTreeSet<String>, policy: Option<&Value>) {
    let lines = |policy: Option<&Value>| {
        let lines = policy.map(|policy| statements(&canonical_policy(policy, &api.id)));
        lines.into_iter().flatten().collect::<BTreeSet<_>>()
    };
    let edit = Difference::items("policy", &lines(api.policy.as_ref()), &lines(policy));
    let policy = edit.is_some().then(|| policy.map(text)).flatten();
    let differences = [Difference::items("vpcEndpointIds", &api.vpc_endpoint_ids, associated), edit];
    let differences: Vec<Difference> = differences.into_iter().flatten().collect();
    if differences.is_empty() {
        return;
    }
    if !is_available(draft, api) {
        return;
    }
    let change = RestApiChange::Admit {
        id: api.id.clone(),
        associate: associated.difference(&api.vpc_endpoint_ids).cloned().collect(),
        dissociate: api.vpc_endpoint_ids.difference(associated).cloned().collect(),
        policy,
    };
    draft.update(NODE, Change::RestApi(change), differences);
}

/// The policy as it is written; one without statements is none.
fn text(policy: &Value) -> String {
    if statements(policy).is_empty() { String::new() } else { policy.to_string() }
}

/// The policy with our statement beside those of others.
pub(super) fn admitting(policy: Option<Value>, sid: &str, endpoint_ids: &BTreeSet<String>) -> Value {
    with_statement(policy, sid, Some(&endpoint_ids.iter().collect()))
}

/// The policy with our statement as it should be, those of others as they are.
fn with_statement(policy: Option<Value>, sid: &str, admitted: Option<&BTreeSet<&String>>) -> Value {
    let mut policy = policy.filter(Value::is_object).unwrap_or_else(|| json!({"Version": "2012-10-17"}));
    let present = match policy["Statement"].take() {
        Value::Array(items) => items,
        Value::Null => Vec::new(),
        single => vec![single],
    };
    let ours = admitted.map(|ids| {
        json!({
            "Sid": sid, "Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*/*/*",
            "Condition": {"StringEquals": {"aws:SourceVpce": ids}}
        })
    });
    let others = present.into_iter().filter(|statement| statement["Sid"] != sid);
    policy["Statement"] = others.chain(ours).collect();
    policy
}

/// A statement that denies every request that comes through the endpoint, whatever ours allows.
fn denial(draft: &Draft<'_>, api: &RestApi, endpoint: &VpcEndpoint, policy: &Value) -> Option<String> {
    let target = Target { api_id: Some(&api.id), endpoint: EndpointId::Is(&endpoint.id) };
    let parsed = Policy::parse(policy);
    let policies = Policies { resource: Some(&parsed), endpoint: None };
    let refusal = draft.graph.invocation.as_ref()?.refusal(&target, &policies)?;
    let place = refusal.resource.iter().find_map(|reason| reason.statement)?;
    let statement = json!({"Statement": policy["Statement"][place]});
    statements(&canonical_policy(&statement, &api.id)).pop()
}
