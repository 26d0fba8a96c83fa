//! Functions of other accounts and regions, whose permission their owners give: nothing is deployed that is known to be unable to invoke them.

use super::Current;
use super::draft::Draft;
use crate::desired::{ExternalPermission, FunctionPermission, Graph};
use crate::function_arn::FunctionArn;
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

/// What is taken for given without having been seen: for each function what to do where requests get 500.
#[must_use]
pub fn unverified(graph: &Graph, snapshot: &Snapshot) -> Vec<String> {
    let Some(api) = Current::of(graph, snapshot).rest_api else { return Vec::new() };
    let permissions = graph.external_permissions.iter().map(|external| &external.permission);
    let unknown = permissions.filter(|permission| permitted(snapshot, permission, &api.id) == Permitted::Unknown);
    let tell = |permission: &FunctionPermission| {
        format!(
            "that it may invoke Lambda function {} is taken from spec.api.externallyPermittedFunctionArns and cannot be verified from here: have the function's owner run, once: {}",
            permission.function_arn,
            command(permission, &api.id)
        )
    };
    unknown.map(tell).collect()
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
