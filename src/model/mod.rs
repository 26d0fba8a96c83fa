//! AWS as values: what its documentation says, computed without asking it.

pub mod policy;
