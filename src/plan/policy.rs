//! Whether the policies let any request pass: those that are there, and those that are about to be.

use std::collections::BTreeSet;

use serde_json::Value;

use super::draft::Draft;
use super::{adoption, rest_api};
use crate::desired::{Aspect, Want};
use crate::model::invocation::{EndpointId, Invocation, Policies, Reason, Target};
use crate::model::policy::Policy;
use crate::node::Node;

/// A policy and how it is spoken of.
struct Judged {
    field: &'static str,
    /// Whose policy it is: `the resource policy of REST API a1b2c3d4e5`.
    name: String,
    policy: Policy,
}

/// Tells of policies that let no request pass. It comes last: it stands in the way of no step.
pub(super) fn judge(draft: &mut Draft<'_>, invocation: Option<&Invocation>) {
    let Some(invocation) = invocation else { return };
    let endpoint = draft.current.vpc_endpoint;
    let target = Target {
        api_id: draft.current.rest_api.map(|api| api.id.as_str()),
        endpoint: endpoint.map_or(EndpointId::NotCreated, |endpoint| EndpointId::Is(&endpoint.id)),
    };
    without_policy(draft);
    let resource = resource_policy(draft, &target);
    let of_endpoint = endpoint_policy(draft);
    let policies = Policies {
        resource: resource.as_ref().map(|judged| &judged.policy),
        endpoint: of_endpoint.as_ref().map(|judged| &judged.policy),
    };
    let Some(refusal) = invocation.refusal(&target, &policies) else { return };
    let faults = [(Node::RestApi, resource, refusal.resource), (Node::VpcEndpoint, of_endpoint, refusal.endpoint)];
    for (node, judged, reasons) in faults {
        // What is wrong with it already may be the same.
        let Some(judged) = judged.filter(|_| !reasons.is_empty() && !draft.has_fault(&node)) else { continue };
        draft.fault(node, message(&judged, &reasons));
    }
}

/// A private API without a resource policy denies every request.
///
/// Source: API Gateway Developer Guide, "Create a private API", "Set up a resource policy for a private API".
fn without_policy(draft: &mut Draft<'_>) {
    let kept = draft.graph.adoption.as_ref().is_some_and(|adoption| adoption.policy == Aspect::Kept);
    let api = draft.current.rest_api.filter(|_| matches!(draft.graph.rest_api, Want::Existing(_)) && !kept);
    let Some(api) = api.filter(|api| api.policy.is_none()) else { return };
    if !draft.has_fault(&Node::RestApi) && !draft.has_fault(&Node::Stage) {
        let message = format!(
            "spec.api.id: REST API {} has no resource policy, and a private API without one denies every request: set spec.api.manage.resourcePolicy to Managed, or write a policy where the API is defined, and deploy it",
            api.id
        );
        draft.fault(Node::RestApi, message);
    }
}

fn message(judged: &Judged, reasons: &[Reason]) -> String {
    let said = reasons.iter().map(|reason| match reason.statement {
        Some(place) => format!("Statement[{place}] of {}: {}", judged.name, reason.message),
        None => format!("{}: {}", judged.name, reason.message),
    });
    format!("{}: {}", judged.field, said.collect::<Vec<_>>().join("; "))
}

/// The resource policy as AWS has it, or as it is about to be where that is ours to say.
fn resource_policy(draft: &Draft<'_>, target: &Target<'_>) -> Option<Judged> {
    let api = draft.current.rest_api;
    let name = |id: &str| format!("the resource policy of REST API {id}");
    match &draft.graph.rest_api {
        Want::Nothing => None,
        Want::Managed(wanted) => {
            let observed = api.filter(|_| !draft.is_to_change(&Node::RestApi)).and_then(|api| api.policy.clone());
            let mut endpoints = api.map_or_else(BTreeSet::new, |api| rest_api::admitted(draft, api));
            endpoints.insert(target.endpoint.name().to_owned());
            let policy = observed.unwrap_or_else(|| wanted.policy.document(&endpoints));
            let name = api.map_or_else(|| "the resource policy".to_owned(), |api| name(&api.id));
            Some(Judged { field: "spec.api.resourcePolicy", name, policy: Policy::parse(&policy) })
        }
        Want::Existing(id) => {
            let kept = draft.graph.adoption.as_ref().filter(|adoption| adoption.policy == Aspect::Kept);
            let present = api.and_then(|api| api.policy.clone());
            let (field, policy) = match kept {
                Some(adoption) => (
                    "spec.api.manage.resourcePolicy",
                    adoption::admitting(present, &adoption.sid, &[target.endpoint.name().to_owned()].into()),
                ),
                None => ("spec.api.id", present?),
            };
            Some(Judged { field, name: name(id), policy: Policy::parse(&policy) })
        }
    }
}

/// The endpoint policy as AWS has it, or as it is about to be; none where it lets everything pass.
fn endpoint_policy(draft: &Draft<'_>) -> Option<Judged> {
    let endpoint = draft.current.vpc_endpoint;
    let name = |id: &str| format!("the policy of VPC endpoint {id}");
    match &draft.graph.vpc_endpoint {
        Want::Nothing => None,
        Want::Managed(wanted) => {
            let observed = endpoint.filter(|_| !draft.is_to_change(&Node::VpcEndpoint)).map(|it| it.policy.clone());
            let policy = observed.filter(Value::is_object).or_else(|| wanted.policy.clone())?;
            let name = endpoint.map_or_else(|| "the endpoint policy".to_owned(), |endpoint| name(&endpoint.id));
            Some(Judged { field: "spec.vpcEndpoint.create.policy", name, policy: Policy::parse(&policy) })
        }
        Want::Existing(id) => {
            let policy = endpoint.map(|endpoint| &endpoint.policy).filter(|policy| policy.is_object())?;
            Some(Judged { field: "spec.vpcEndpoint.id", name: name(id), policy: Policy::parse(policy) })
        }
    }
}
