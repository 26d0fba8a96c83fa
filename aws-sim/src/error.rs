//! The error every operation may answer with; each protocol renders it its own way.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value};

/// An error as AWS answers it.
#[derive(Clone, Debug, PartialEq)]
pub struct AwsError {
    /// AWS's code, such as `InvalidVpcEndpointId.NotFound`.
    pub code: Cow<'static, str>,
    /// The text for people.
    pub message: String,
    /// HTTP status of the answer.
    pub status: u16,
    /// Header fields beyond the protocol's own, such as `Retry-After`.
    pub headers: Vec<(&'static str, String)>,
    /// Members beyond code and message, for the protocols that carry JSON.
    pub extra: Map<String, Value>,
}

impl AwsError {
    /// An error with HTTP status 400, the usual one.
    pub fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), status: 400, headers: Vec::new(), extra: Map::new() }
    }

    /// The same error with another HTTP status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The same error with one more header field.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same error with one more member in its JSON body.
    #[must_use]
    pub fn member(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.extra.insert(name.to_owned(), value.into());
        self
    }
}

impl fmt::Display for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for AwsError {}

/// What an operation answers.
pub type Answer<T> = Result<T, AwsError>;
