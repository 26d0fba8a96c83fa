//! What the user should know of a plan: neither a step nor a fault.

use super::draft::Draft;
use crate::node::Node;

pub(super) fn add(draft: &mut Draft<'_>) {
    signing(draft);
}

fn signing(draft: &mut Draft<'_>) {
    let Some(signing) = &draft.graph.signing else { return };
    let api_id = draft.current.rest_api.map(|api| api.id.as_str());
    draft.notice(Node::RestApi, format!("{}: {}", signing.place(), signing.explained(api_id)));
}
