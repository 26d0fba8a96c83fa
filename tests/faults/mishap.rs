//! What may go wrong between the controller and Kubernetes, and at which write.

use crate::kubernetes::EVENTS;

/// What a write is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    Finalizers,
    Status,
    Event,
}

impl Write {
    pub fn of(path: &str) -> Self {
        match path {
            path if path.starts_with(EVENTS) => Self::Event,
            path if path.ends_with("/status") => Self::Status,
            _ => Self::Finalizers,
        }
    }
}

/// What goes wrong on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    Nothing,
    /// An answer of this status without effect.
    Refusal(u16, &'static str),
    /// Somebody else writes the object a moment before.
    Interference,
    ResetBefore,
    ResetAfter,
    Slow,
}
