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
    /// It is taken back, where it stands. A statement is known by its `Sid`, so one of an earlier spec is, too.
    Released,
    /// It is none of ours.
    Untouched,
}

pub(super) fn desired(intent: &Intent) -> Option<Adoption> {
    let ApiIntent::Existing { id, manage, .. } = &intent.api else { return None };
    Some(Adoption {
        id: id.clone(),
        sid: sid(&intent.owner),
        association: match manage.endpoint_association {
            Management::Managed => Aspect::Kept,
            Management::Unmanaged => Aspect::Untouched,
        },
        policy: match manage.resource_policy {
            Management::Managed => Aspect::Kept,
            Management::Unmanaged => Aspect::Released,
        },
    })
}

/// What an object that is being deleted takes back.
pub(super) fn released(owner: &Owner, spec: &PrivateApiFrontDoorSpec) -> Option<Adoption> {
    let (id, manage) = (spec.api.id.clone()?, spec.api.manage.unwrap_or_default());
    let association = match manage.endpoint_association {
        Management::Managed => Aspect::Released,
        Management::Unmanaged => Aspect::Untouched,
    };
    Some(Adoption { id, sid: sid(owner), association, policy: Aspect::Released })
}

/// Source: IAM User Guide, "AWS JSON policy elements: Sid": letters and digits.
fn sid(owner: &Owner) -> String {
    statement_id(owner).chars().filter(char::is_ascii_alphanumeric).collect()
}
