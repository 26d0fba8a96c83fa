//! Permission of the API to invoke its functions.

use super::draft::Draft;
use crate::change::{Change, FunctionPermissionChange};
use crate::desired::FunctionPermission as Wanted;
use crate::names::statement_id;
use crate::node::Node;

pub(super) fn forward(draft: &mut Draft<'_>, wanted: &Wanted) {
    let node = Node::FunctionPermission(wanted.function_arn.clone());
    let Some(api) = draft.current.rest_api else {
        return draft.block(node, "add", [Node::RestApi]);
    };
    if holds(draft, wanted) {
        return;
    }
    let source_arn = wanted.source_arn(&api.id);
    let (function_arn, statement_id) = (wanted.function_arn.clone(), wanted.statement_id.clone());
    let change = if has_statement(draft, wanted) {
        // A statement cannot be changed: it goes, and the next plan adds the right one.
        FunctionPermissionChange::Remove { function_arn, statement_id }
    } else {
        FunctionPermissionChange::Add { function_arn, statement_id, source_arn }
    };
    draft.step(node, Change::FunctionPermission(change));
}

fn has_statement(draft: &Draft<'_>, wanted: &Wanted) -> bool {
    let policy = draft.snapshot.function_policies.get(&wanted.function_arn);
    policy.is_some_and(|policy| policy.statements.contains_key(&wanted.statement_id))
}

/// Whether the API may invoke the function.
pub(super) fn holds(draft: &Draft<'_>, wanted: &Wanted) -> bool {
    let Some(api) = draft.current.rest_api else { return false };
    let policy = draft.snapshot.function_policies.get(&wanted.function_arn);
    let statement = policy.and_then(|policy| policy.statements.get(&wanted.statement_id));
    statement.is_some_and(|statement| statement.source_arn.as_deref() == Some(&wanted.source_arn(&api.id)))
}

pub(super) fn backward(draft: &mut Draft<'_>, wanted: &[Wanted]) {
    let statement_id = statement_id(draft.owner());
    let ours =
        draft.snapshot.function_policies.iter().filter(|(_, policy)| policy.statements.contains_key(&statement_id));
    let obsolete: Vec<&String> = ours
        .map(|(function, _)| function)
        .filter(|function| !wanted.iter().any(|it| it.function_arn == **function))
        .collect();
    for function_arn in obsolete {
        let change =
            FunctionPermissionChange::Remove { function_arn: function_arn.clone(), statement_id: statement_id.clone() };
        draft.step(Node::FunctionPermission(function_arn.clone()), Change::FunctionPermission(change));
    }
}
