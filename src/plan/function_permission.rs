//! Permission of the API to invoke its functions.

use super::draft::Draft;
use crate::change::{Change, FunctionPermissionChange};
use crate::desired::{FunctionPermission as Wanted, Want};
use crate::function_tags;
use crate::names::statement_id;
use crate::node::Node;
use crate::observed::Unread;
use crate::tags::Tags;

pub(super) fn forward(draft: &mut Draft<'_>, wanted: &[Wanted]) {
    let memory = memory(draft);
    for permission in wanted {
        permit(draft, permission, &memory);
    }
}

fn permit(draft: &mut Draft<'_>, wanted: &Wanted, memory: &Tags) {
    let node = Node::FunctionPermission(wanted.function_arn.clone());
    let Some(api) = draft.current.rest_api else {
        return draft.block(node, "add", [Node::RestApi]);
    };
    if draft.is_unread(&Unread::FunctionPolicy(wanted.function_arn.clone())) {
        return draft.block(node, "check", []);
    }
    if holds(draft, wanted) {
        return;
    }
    let remembered = |tags: &Tags| function_tags::remembers(tags, &wanted.function_arn);
    if remembered(memory) && !remembered(&api.tags) {
        return draft.block(node, "add", [Node::RestApi]);
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

/// Tags of the API that remember the functions that have its permission or get it.
pub(super) fn memory(draft: &Draft<'_>) -> Tags {
    let wanted = draft.graph.function_permissions.iter().map(|it| it.function_arn.as_str());
    function_tags::encode(wanted.chain(permitted(draft).map(String::as_str)))
}

/// Functions that should let the API invoke them and whose policies are not known.
pub(super) fn unread(draft: &Draft<'_>) -> Vec<Node> {
    let wanted = &draft.graph.function_permissions;
    let unread = draft.unread_functions().filter(|arn| wanted.iter().any(|it| it.function_arn == **arn));
    unread.cloned().map(Node::FunctionPermission).collect()
}

/// Functions whose policies hold our statement, or may hold it since they are not known.
fn permitted<'a>(draft: &'a Draft<'_>) -> impl Iterator<Item = &'a String> {
    let statement_id = statement_id(draft.owner());
    let policies = draft.snapshot.function_policies.iter();
    let hold = policies.filter(move |(_, policy)| policy.statements.contains_key(&statement_id));
    hold.map(|(function, _)| function).chain(draft.unread_functions())
}

/// Permissions that are still to be taken away: the API that remembers them goes after them. While the API stays, so do those of functions that left the
/// spec, as long as they can be remembered: an earlier deployment calls them, and the stage can be rolled back to it.
pub(super) fn obsolete(draft: &Draft<'_>) -> Vec<Node> {
    let wanted = &draft.graph.function_permissions;
    let all = || wanted.iter().map(|it| &it.function_arn).chain(permitted(draft)).map(String::as_str);
    if draft.graph.rest_api.managed().is_some() && function_tags::hold(all()) {
        return Vec::new();
    }
    let goes = |function: &&String| !wanted.iter().any(|it| it.function_arn == **function);
    permitted(draft).filter(goes).cloned().map(Node::FunctionPermission).collect()
}

pub(super) fn backward(draft: &mut Draft<'_>, _wanted: &[Wanted]) {
    let statement_id = statement_id(draft.owner());
    // Of an object that is deleted, requests come in as long as anything leads here.
    let goes = draft.graph.rest_api == Want::Nothing;
    let entrance = if goes { draft.entrance_stands() } else { Vec::new() };
    for node in obsolete(draft) {
        let Node::FunctionPermission(function_arn) = &node else { continue };
        if draft.is_unread(&Unread::FunctionPolicy(function_arn.clone())) {
            draft.block(node, "remove", []);
            continue;
        }
        if !entrance.is_empty() {
            draft.block(node, "remove", entrance.clone());
            continue;
        }
        let (function_arn, statement_id) = (function_arn.clone(), statement_id.clone());
        draft.step(node, Change::FunctionPermission(FunctionPermissionChange::Remove { function_arn, statement_id }));
    }
}
