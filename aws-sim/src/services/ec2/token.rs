//! Client tokens (EC2 API Reference, "Ensuring idempotency"): the same token with the same parameters answers with what it made before.

use std::fmt::Debug;

use super::State;
use crate::error::{Answer, AwsError};

impl State {
    /// What an earlier call with this token made. The request must be the same in everything but its form.
    pub(super) fn made_with(&self, token: Option<&str>, request: &impl Debug) -> Answer<Option<String>> {
        match token.and_then(|token| self.tokens.get(token)) {
            None => Ok(None),
            Some((same, made)) if *same == format!("{request:?}") => Ok(Some(made.clone())),
            Some(_) => {
                let message = "The client token is already in use with different parameters";
                Err(AwsError::new("IdempotentParameterMismatch", message))
            }
        }
    }

    /// Remembers what a token made.
    pub(super) fn remember(&mut self, token: Option<&str>, request: &impl Debug, made: &str) {
        if let Some(token) = token {
            self.tokens.insert(token.to_owned(), (format!("{request:?}"), made.to_owned()));
        }
    }
}
