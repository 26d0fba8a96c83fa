//! What is kept of an API that is not ours, and what is taken back from it.

use crate::api::{Management, PrivateApiFrontDoorSpec};
use crate::intent::{ApiIntent, Intent};
use crate::names::statement_id;
use crate::tags::Owner;

/// The aspects of an existing API that the user gave into this object's hands. Tags cannot prove them ours: the spec's word does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// ID of the API.
    pub id: String,
    /// `Sid` of our statement in its resource policy.
    pub sid: String,
    /// The association of the endpoint.
    pub association: Aspect,
    /// Our statement.
    pub policy: Aspect,
}

/// What becomes of an aspect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aspect {
    /// It is kept.
    Kept,
    /// It is taken back.
    Released,
    /// It is none of ours.
    Untouched,
}

pub(super) fn desired(intent: &Intent) -> Option<Adoption> {
    let ApiIntent::Existing { id, manage } = &intent.api else { return None };
    let aspect = |managed| match managed {
        Management::Managed => Aspect::Kept,
        Management::Unmanaged => Aspect::Untouched,
    };
    Some(Adoption {
        id: id.clone(),
        sid: sid(&intent.owner),
        association: aspect(manage.endpoint_association),
        policy: aspect(manage.resource_policy),
    })
}

/// What an object that is being deleted takes back.
pub(super) fn released(owner: &Owner, spec: &PrivateApiFrontDoorSpec) -> Option<Adoption> {
    let (id, manage) = (spec.api.id.clone()?, spec.api.manage.unwrap_or_default());
    let aspect = |managed| match managed {
        Management::Managed => Aspect::Released,
        Management::Unmanaged => Aspect::Untouched,
    };
    let (association, policy) = (aspect(manage.endpoint_association), aspect(manage.resource_policy));
    Some(Adoption { id, sid: sid(owner), association, policy })
}

/// Source: IAM User Guide, "AWS JSON policy elements: Sid": letters and digits.
fn sid(owner: &Owner) -> String {
    statement_id(owner).chars().filter(char::is_ascii_alphanumeric).collect()
}
