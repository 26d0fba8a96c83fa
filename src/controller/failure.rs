//! What an AWS error means for the object's status.

use crate::aws::{AwsError, Class};
use crate::change::{Change, RestApiChange};
use crate::intent::Intent;
use crate::node::Node;
use crate::plan::Step;
use crate::status::{Failure, Reason};

/// The failure as status shows it.
pub(super) fn failure(node: Option<Node>, error: &AwsError) -> Failure {
    Failure { node, reason: reason(error.class), message: error.to_string() }
}

/// The same of a step, with the field that it is about where a person has to mend it.
pub(super) fn step_failure(step: &Step, error: &AwsError, intent: &Intent) -> Failure {
    let mut failure = failure(Some(step.node.clone()), error);
    let imports = matches!(step.change, Change::RestApi(RestApiChange::Put { .. }));
    if imports && error.class == Class::Invalid {
        failure.message = format!("{}: {}", intent.api.field(), failure.message);
    }
    failure
}

/// The one table from class to reason.
pub(super) const fn reason(class: Class) -> Reason {
    match class {
        Class::Invalid => Reason::RequestRefused,
        Class::Denied => Reason::AccessDenied,
        Class::Throttled => Reason::Throttled,
        Class::Unreachable => Reason::ControlPlaneUnreachable,
        Class::Conflict | Class::InUse | Class::NotFound => Reason::WaitingForAws,
        Class::Transient | Class::Bug => Reason::AwsError,
    }
}
