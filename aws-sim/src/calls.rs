//! The log of calls received: who called what, when, and what came of it.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use serde::Serialize;

use crate::clock::Timestamp;

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

/// A call to put into the log.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Received<'a> {
    pub(crate) time: Timestamp,
    pub(crate) service: &'static str,
    pub(crate) operation: &'a str,
    pub(crate) mutating: bool,
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
    pub(crate) access_key: &'a str,
    pub(crate) caller: &'a str,
    pub(crate) status: u16,
    pub(crate) error: Option<&'a str>,
    pub(crate) fault: Option<&'a str>,
    pub(crate) request_id: &'a str,
    pub(crate) user_agent: &'a str,
}

/// A call as it is kept: texts that many calls have in common are there once.
#[derive(Clone, Debug)]
struct Kept {
    number: u64,
    time: Timestamp,
    service: &'static str,
    operation: Arc<str>,
    mutating: bool,
    account: Arc<str>,
    region: Arc<str>,
    access_key: Arc<str>,
    caller: Arc<str>,
    status: u16,
    error: Option<Arc<str>>,
    fault: Option<Arc<str>>,
    request_id: Box<str>,
    user_agent: Arc<str>,
}

impl Kept {
    fn call(&self) -> Call {
        let text = |text: &str| text.to_owned();
        Call {
            number: self.number,
            time: self.time.iso(),
            service: text(self.service),
            operation: text(&self.operation),
            mutating: self.mutating,
            account: text(&self.account),
            region: text(&self.region),
            access_key: text(&self.access_key),
            caller: text(&self.caller),
            status: self.status,
            error: self.error.as_deref().map(text),
            fault: self.fault.as_deref().map(text),
            request_id: text(&self.request_id),
            user_agent: text(&self.user_agent),
        }
    }
}

/// Texts, each once.
#[derive(Clone, Debug, Default)]
struct Texts(HashSet<Arc<str>>);

impl Texts {
    /// So many texts are kept before those that no call has any more are looked for.
    const ROOM: usize = 10_000;

    fn shared(&mut self, text: &str) -> Arc<str> {
        if let Some(present) = self.0.get(text) {
            return present.clone();
        }
        if self.0.len() >= Self::ROOM {
            self.0.retain(|text| Arc::strong_count(text) > 1);
        }
        let new: Arc<str> = text.into();
        self.0.insert(new.clone());
        new
    }
}

/// The calls received, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallLog {
    calls: VecDeque<Kept>,
    texts: Texts,
    count: u64,
}

impl CallLog {
    /// Adds a call and numbers it.
    pub(crate) fn record(&mut self, call: Received<'_>) {
        self.count += 1;
        if self.calls.len() == KEPT {
            self.calls.pop_front();
        }
        let texts = &mut self.texts;
        self.calls.push_back(Kept {
            number: self.count,
            time: call.time,
            service: call.service,
            operation: texts.shared(call.operation),
            mutating: call.mutating,
            account: texts.shared(call.account),
            region: texts.shared(call.region),
            access_key: texts.shared(call.access_key),
            caller: texts.shared(call.caller),
            status: call.status,
            error: call.error.map(|error| texts.shared(error)),
            fault: call.fault.map(|fault| texts.shared(fault)),
            request_id: call.request_id.into(),
            user_agent: texts.shared(call.user_agent),
        });
    }

    /// The calls of an account or all, oldest first.
    pub(crate) fn of(&self, account: Option<&str>) -> Vec<Call> {
        let of_account = |call: &&Kept| account.is_none_or(|account| *call.account == *account);
        self.calls.iter().filter(of_account).map(Kept::call).collect()
    }

    /// Forgets the calls of an account, or all.
    pub(crate) fn clear(&mut self, account: Option<&str>) {
        self.calls.retain(|call| account.is_some_and(|account| *call.account != *account));
    }
}
