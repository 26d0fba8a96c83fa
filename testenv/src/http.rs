//! The little HTTP that is needed: plain, on loopback.

use std::time::Duration;

use serde_json::Value;
use ureq::http;

use crate::error::{Error, Result};

/// Longest body of an answer in bytes: the simulator's log of calls has some 400 for each.
const MOST_BYTES: u64 = 1 << 28;

/// An HTTP answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Headers in the order received, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: String,
}

impl Answer {
    /// A header's value, by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Sends a request; every status is an answer.
pub fn send(method: &'static str, url: &str, headers: &[(&str, &str)], body: &str) -> Result<Answer> {
    let failed = |reason: String| Error::Http { method, url: url.to_owned(), reason };
    let mut request = http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    // A method without a body must not be sent with one, not even an empty one.
    let sent = if body.is_empty() {
        request.body(()).map_err(ureq::Error::from).and_then(|request| agent().run(request))
    } else {
        request.body(body).map_err(ureq::Error::from).and_then(|request| agent().run(request))
    };
    let response = sent.map_err(|error| failed(error.to_string()))?;
    let (parts, mut body) = response.into_parts();
    let body = body.with_config().limit(MOST_BYTES).read_to_string().map_err(|error| failed(error.to_string()))?;
    let headers = parts
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    Ok(Answer { status: parts.status.as_u16(), headers: headers.collect(), body })
}

/// Sends a request that must be answered with 200 and JSON.
pub fn json(method: &'static str, url: &str, body: &str) -> Result<Value> {
    let answer = send(method, url, &[], body)?;
    let failed = |reason| Error::Http { method, url: url.to_owned(), reason };
    if answer.status != 200 {
        return Err(failed(format!("{} {}", answer.status, answer.body)));
    }
    serde_json::from_str(&answer.body).map_err(|error| failed(format!("{error} in {}", answer.body)))
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .proxy(None)
        .max_redirects(0)
        .allow_non_standard_methods(true)
        .build()
        .into()
}
