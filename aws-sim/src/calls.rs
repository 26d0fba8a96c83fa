//! The log of calls received: who called what, when, and what came of it.

use std::collections::VecDeque;

use serde::Serialize;

/// How many calls are kept; older ones fall out.
const KEPT: usize = 200_000;

/// A call received.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// Number of the call since the start, from 1.
    pub number: u64,
    /// Virtual time.
    pub time: String,
    /// Signing name of the service.
    pub service: String,
    /// Operation; what was asked for if there is none such.
    pub operation: String,
    /// Whether the operation changes anything.
    pub mutating: bool,
    /// Account called.
    pub account: String,
    /// Region called.
    pub region: String,
    /// Access key ID of the caller.
    pub access_key: String,
    /// The caller's ARN.
    pub caller: String,
    /// HTTP status of the answer; 0 if none was sent.
    pub status: u16,
    /// Error code of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Fault that was injected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// Request ID of the answer.
    pub request_id: String,
    /// The client's `User-Agent`.
    pub user_agent: String,
}

/// The calls received, oldest first.
#[derive(Clone, Debug, Default)]
pub struct CallLog {
    calls: VecDeque<Call>,
    count: u64,
}

impl CallLog {
    /// Adds a call and numbers it.
    pub fn record(&mut self, mut call: Call) {
        self.count += 1;
        call.number = self.count;
        if self.calls.len() == KEPT {
            self.calls.pop_front();
        }
        self.calls.push_back(call);
    }

    /// The calls, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter()
    }

    /// Forgets the calls of an account, or all.
    pub fn clear(&mut self, account: Option<&str>) {
        self.calls.retain(|call| account.is_some_and(|account| call.account != account));
    }
}
