//! Functions of other accounts and regions, whose permission their owners give: nothing is deployed that is known to be unable to invoke them.

use super::Current;
use super::draft::Draft;
use crate::desired::{ExternalPermission, FunctionPermission, Graph};
use crate::function_arn::FunctionArn;
use crate::intent::API_ID;
use crate::node::Node;
use crate::observed::{ExternalPolicy, Permitted, Snapshot};

pub(super) fn forward(draft: &mut Draft<'_>, wanted: &[ExternalPermission]) {
    let Some(api) = draft.current.rest_api else { return };
    for external in wanted {
        let ExternalPermission { permission, field } = external;
        let arn = &permission.function_arn;
        let message = match lack(draft.snapshot, permission, &api.id) {
            None => continue,
            Some(Lack::Function) => {
                format!("{field}: Lambda function {arn} does not exist: have its owner create it, or name another")
            }
            Some(Lack::Statement) => format!(
                "{field}: the policy of Lambda function {arn} does not let this API invoke it: have its owner run: {}",
                command(permission, &api.id)
            ),
        };
        draft.fault(Node::FunctionPermission(arn.clone()), message);
    }
}

/// Functions that are known not to let the API invoke them.
pub(super) fn closed(draft: &Draft<'_>) -> Vec<Node> {
    let Some(api) = draft.current.rest_api else { return Vec::new() };
    let permissions = draft.graph.external_permissions.iter().map(|external| &external.permission);
    let closed = permissions.filter(|permission| lack(draft.snapshot, permission, &api.id).is_some());
    closed.map(|permission| Node::FunctionPermission(permission.function_arn.clone())).collect()
}

/// What is taken for given without having been seen, by the function's ARN: what to do where requests get 500, and before there is an API, what its owner
/// has to do then.
#[must_use]
pub fn unverified(graph: &Graph, snapshot: &Snapshot) -> Vec<(String, String)> {
    let api_id = Current::of(graph, snapshot).rest_api.map(|api| api.id.as_str());
    let permissions = graph.external_permissions.iter().map(|external| &external.permission);
    let told = permissions.filter_map(|permission| {
        let arn = &permission.function_arn;
        let found = permitted(snapshot, permission, api_id.unwrap_or(API_ID));
        let message = match (api_id, found) {
            (_, Permitted::Yes) | (Some(_), Permitted::No) => return None,
            (Some(id), Permitted::Unknown) => format!(
                "that it may invoke Lambda function {arn} is taken from spec.api.externallyPermittedFunctionArns and cannot be verified from here: have the function's owner run, once: {}",
                command(permission, id)
            ),
            (None, Permitted::No | Permitted::Unknown) => format!(
                "spec.api.externallyPermittedFunctionArns: only its owner can let this API invoke Lambda function {arn}: have them run, with the ID that the API has once it is created in place of {API_ID}: {}",
                command(permission, API_ID)
            ),
        };
        Some((arn.clone(), message))
    });
    told.collect()
}

/// What is known to keep the API from invoking a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lack {
    Function,
    Statement,
}

fn lack(snapshot: &Snapshot, permission: &FunctionPermission, api_id: &str) -> Option<Lack> {
    if snapshot.external_policies.get(&permission.function_arn) == Some(&ExternalPolicy::Absent) {
        return Some(Lack::Function);
    }
    (permitted(snapshot, permission, api_id) == Permitted::No).then_some(Lack::Statement)
}

fn permitted(snapshot: &Snapshot, permission: &FunctionPermission, api_id: &str) -> Permitted {
    match snapshot.external_policies.get(&permission.function_arn) {
        Some(ExternalPolicy::Read(policy)) => policy.permits(&permission.source_arn(api_id)),
        Some(ExternalPolicy::Absent) => Permitted::No,
        Some(ExternalPolicy::Unreadable) | None => Permitted::Unknown,
    }
}

fn command(permission: &FunctionPermission, api_id: &str) -> String {
    let function = FunctionArn::parse(&permission.function_arn);
    let command = |arn: FunctionArn| arn.permission_command(&permission.statement_id, &permission.source_arn(api_id));
    function.map(command).unwrap_or_default()
}
