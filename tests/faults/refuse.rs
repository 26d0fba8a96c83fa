//! A request that AWS refuses, however often it is sent, until it no longer does.

use std::sync::{Arc, Mutex, MutexGuard};

use aws_sim::clock::Timestamp;

/// What is refused. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Refuse(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// Changing calls so far.
    calls: usize,
    /// Number of the call that is refused, counted from 0, and with it every one that asks for the same.
    number: Option<usize>,
    request: Option<String>,
    /// When it was sent.
    times: Vec<Timestamp>,
}

impl Refuse {
    /// Refuses the changing call of this number from now on.
    pub fn number(&self, number: usize) {
        *self.state() = State { number: Some(number), ..State::default() };
    }

    /// Lets everything pass.
    pub fn lift(&self) {
        let mut state = self.state();
        (state.number, state.request) = (None, None);
    }

    /// What the next changing call asks for: whether it is refused.
    pub fn takes(&self, request: &str, now: Timestamp) -> bool {
        let mut state = self.state();
        if state.number == Some(state.calls) {
            state.request = Some(request.to_owned());
        }
        state.calls += 1;
        let refused = state.request.as_deref() == Some(request);
        if refused {
            state.times.push(now);
        }
        refused
    }

    /// When the refused request was sent.
    pub fn times(&self) -> Vec<Timestamp> {
        self.state().times.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no panic holds it")
    }
}
