//! What an AWS error means for the object's status.

use crate::aws::{AwsError, Class};
use crate::node::Node;
use crate::status::{Failure, Reason};

/// The failure as status shows it.
pub(super) fn failure(node: Option<Node>, error: &AwsError) -> Failure {
    Failure { node, reason: reason(error.class), message: error.to_string() }
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
