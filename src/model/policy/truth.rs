//! Three-valued logic, and why something cannot be told.

use std::collections::BTreeSet;
use std::fmt;

/// Kleene's logic: the conjunction is the least of its parts, the disjunction the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Truth {
    /// It does not hold.
    False,
    /// It holds for some of the possible requests, or this is not known.
    Unknown,
    /// It holds for every possible request.
    True,
}

impl Truth {
    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// One of them holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// All hold; true when there are none.
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        parts.into_iter().fold(Self::True, Self::and)
    }

    /// One of them holds; false when there are none.
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        parts.into_iter().fold(Self::False, Self::or)
    }

    /// It does not hold, where the condition is negated.
    #[must_use]
    pub(super) fn negated_if(self, negated: bool) -> Self {
        match self {
            Self::Unknown => Self::Unknown,
            known => Self::from((known == Self::True) != negated),
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

/// Why it cannot be told whether a statement applies to a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// The value of this condition key is not known.
    Key(String),
    /// Who calls is not known.
    Principal,
    /// Which method and path is called is not known.
    Resource,
    /// A part of the policy cannot be read, for this reason.
    Unreadable(String),
    /// AWS's documentation does not say.
    Undocumented(&'static str),
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => write!(f, "the value of {key} is not known"),
            Self::Principal => f.write_str("the caller is not known"),
            Self::Resource => f.write_str("the method and path are not known"),
            Self::Unreadable(reason) => f.write_str(reason),
            Self::Undocumented(what) => write!(f, "AWS does not document {what}"),
        }
    }
}

/// Reasons that come together while something is evaluated.
pub(super) type Doubts = BTreeSet<Doubt>;
