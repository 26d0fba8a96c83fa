//! Time that nobody can set.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Time since some moment. Unlike the machine's clock it never jumps, so that a wait is as long as it should be, and what is remembered as old as it looks.
#[derive(Clone)]
pub struct Elapsed(Arc<dyn Fn() -> Duration + Send + Sync>);

impl Elapsed {
    /// What this tells, which must not go back.
    #[must_use]
    pub fn by(time: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        Self(Arc::new(time))
    }

    /// The time now, since that moment.
    #[must_use]
    pub fn now(&self) -> Duration {
        (self.0)()
    }
}

impl Default for Elapsed {
    fn default() -> Self {
        let start = Instant::now();
        Self::by(move || start.elapsed())
    }
}

impl fmt::Debug for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Elapsed").field(&self.now()).finish()
    }
}
