//! Faults on order: what may go wrong between a client and AWS, by operation, a number of times or with a probability.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::ids::Ids;
use crate::services::ec2::select::fits;

/// What goes wrong.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// The service's throttling error; with `retryAfter`, that header field too.
    Throttle,
    /// 500 without effect.
    InternalError,
    /// 503 without effect.
    Unavailable,
    /// The caller may not.
    Deny,
    /// The service does not do it: 400 with `code` and `message`, without effect.
    Refuse,
    /// The connection ends before anything happened.
    ResetBefore,
    /// The connection ends after the effect, without an answer.
    ResetAfter,
    /// No effect and no answer until the client's patience or `delaySeconds` is over.
    Timeout,
    /// A right answer after `delaySeconds`.
    Slow,
    /// A read answers from before the last write.
    Stale,
}

/// A fault on order.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// What goes wrong.
    pub kind: Kind,
    /// Operations it befalls, with `*` and `?`.
    #[serde(default = "any")]
    pub operation: String,
    /// Signing name of the service, with `*` and `?`.
    #[serde(default = "any")]
    pub service: String,
    /// Account it befalls; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// How many times still; without end if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// How many of the calls, 0 to 1.
    #[serde(default = "always")]
    pub probability: f64,
    /// Calls that it lets pass before the first.
    #[serde(default)]
    pub skip: u32,
    /// With `refuse`: the error's code.
    #[serde(default = "validation_error")]
    pub code: String,
    /// With `refuse`: the error's message.
    #[serde(default)]
    pub message: String,
    /// With `throttle`: seconds to wait before the next try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// With `timeout` and `slow`: for how many (virtual) seconds.
    #[serde(default = "a_minute")]
    pub delay_seconds: f64,
}

fn any() -> String {
    "*".to_owned()
}

fn always() -> f64 {
    1.0
}

fn validation_error() -> String {
    "ValidationError".to_owned()
}

fn a_minute() -> f64 {
    60.0
}

impl Fault {
    /// A fault of this kind on every call of the operations that the pattern fits.
    #[must_use]
    pub fn on(kind: Kind, operation: &str) -> Self {
        let operation = operation.to_owned();
        Self {
            kind,
            operation,
            service: any(),
            account: None,
            count: None,
            probability: 1.0,
            skip: 0,
            code: validation_error(),
            message: String::new(),
            retry_after: None,
            delay_seconds: 60.0,
        }
    }

    /// A refusal of every call of the operations that the pattern fits, in the service's own words.
    #[must_use]
    pub fn refuse(operation: &str, code: &str, message: &str) -> Self {
        Self { code: code.to_owned(), message: message.to_owned(), ..Self::on(Kind::Refuse, operation) }
    }

    /// The same fault so many times only.
    #[must_use]
    pub fn times(mut self, count: u32) -> Self {
        self.count = Some(count);
        self
    }

    /// How long it takes.
    #[must_use]
    pub fn delay(&self) -> Duration {
        Duration::try_from_secs_f64(self.delay_seconds).unwrap_or_default()
    }

    fn befalls(&self, service: &str, operation: &str, account: &str) -> bool {
        self.count != Some(0)
            && fits(&self.operation, operation)
            && fits(&self.service, service)
            && self.account.as_ref().is_none_or(|wanted| wanted == account)
    }
}

/// The faults on order, the first that fits befalls a call.
#[derive(Clone, Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Orders a fault.
    pub fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Calls off those that befall an account alone, or all.
    pub fn clear(&mut self, account: Option<&str>) {
        self.0.retain(|fault| account.is_some() && fault.account.as_deref() != account);
    }

    /// Those on order.
    #[must_use]
    pub fn all(&self) -> &[Fault] {
        &self.0
    }

    /// What befalls this call. Stale reads befall reads only.
    pub(crate) fn take(
        &mut self,
        ids: &mut Ids,
        service: &str,
        operation: &str,
        account: &str,
        reads: bool,
    ) -> Option<Fault> {
        for fault in self.0.iter_mut().filter(|fault| fault.befalls(service, operation, account)) {
            if fault.kind == Kind::Stale && !reads {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            if !ids.chance(fault.probability) {
                continue;
            }
            if let Some(count) = &mut fault.count {
                *count -= 1;
            }
            return Some(fault.clone());
        }
        None
    }
}
