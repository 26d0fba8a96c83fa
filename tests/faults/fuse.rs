//! Where a process ends, or loses an answer: at the n-th call that changes something, in AWS or in Kubernetes.

use std::sync::{Arc, Mutex};

/// What happens at a changing call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The process ends before the call has an effect.
    Before,
    /// The process ends after the effect, before the answer.
    After,
    /// The effect comes about, the answer is lost, the process goes on.
    Answer,
}

impl Cut {
    pub const ALL: [Self; 3] = [Self::Before, Self::After, Self::Answer];
}

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is answered.
    Answered,
    /// Nobody is there to make it.
    Nothing,
    /// It has its effect, and nobody is there to hear the answer.
    Unheard,
    /// It has its effect, and the connection breaks.
    Lost,
}

/// One process's life line. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Fuse(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    changes: usize,
    cut: Option<(usize, Cut)>,
    blown: bool,
}

impl Fuse {
    /// Cuts at the changing call of this number, counted from 0.
    pub fn at(number: usize, cut: Cut) -> Self {
        Self(Arc::new(Mutex::new(State { cut: Some((number, cut)), ..State::default() })))
    }

    /// Changing calls so far.
    pub fn changes(&self) -> usize {
        self.0.lock().expect("no panic holds it").changes
    }

    /// Ends the process.
    pub fn blow(&self) {
        self.0.lock().expect("no panic holds it").blown = true;
    }

    pub fn is_blown(&self) -> bool {
        self.0.lock().expect("no panic holds it").blown
    }

    /// What becomes of the next call.
    pub fn fate(&self, changes: bool) -> Fate {
        let mut state = self.0.lock().expect("no panic holds it");
        if state.blown {
            return Fate::Nothing;
        }
        if !changes {
            return Fate::Answered;
        }
        let number = state.changes;
        state.changes += 1;
        match state.cut.filter(|(at, _)| *at == number).map(|(_, cut)| cut) {
            None => Fate::Answered,
            Some(Cut::Answer) => Fate::Lost,
            Some(Cut::Before) => {
                state.blown = true;
                Fate::Nothing
            }
            Some(Cut::After) => {
                state.blown = true;
                Fate::Unheard
            }
        }
    }
}
