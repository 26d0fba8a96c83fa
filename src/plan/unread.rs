//! What AWS does not let the controller read: nothing is planned that relies on it, and everything else is.

use super::draft::Draft;
use crate::node::Node;
use crate::observed::Unread;

impl Draft<'_> {
    /// Whether AWS does not let the controller read this.
    pub(super) fn is_unread(&self, what: &Unread) -> bool {
        self.snapshot.unread.contains_key(what)
    }

    /// Whether it is unknown which load balancers, listeners, rules and target groups there are: what they lead to may go after them only.
    pub(super) fn is_entrance_unread(&self) -> bool {
        self.is_unread(&Unread::LoadBalancing)
    }

    /// Whether addresses may be targets without anybody's knowing it: each of them counts as one then.
    pub(super) fn hides_targets(&self) -> bool {
        let unread = [Unread::Targets, Unread::NetworkInterfaces].iter().any(|what| self.is_unread(what));
        self.is_entrance_unread() || (unread && self.has_target_groups())
    }

    /// Functions whose policies are not known.
    pub(super) fn unread_functions(&self) -> impl Iterator<Item = &String> {
        self.snapshot.unread.keys().filter_map(|what| match what {
            Unread::FunctionPolicy(arn) => Some(arn),
            _ => None,
        })
    }
}

/// Tells of each refused read. It comes last: what has to wait for it waits already.
pub(super) fn tell(draft: &mut Draft<'_>) {
    for (what, refusal) in &draft.snapshot.unread {
        if *what == Unread::Methods {
            // They are read to be told of only.
            draft.notice(Node::RestApi, format!("whether clients must sign their requests is not known: {refusal}"));
            continue;
        }
        for node in what.nodes() {
            draft.denied(node, refusal);
        }
    }
}
