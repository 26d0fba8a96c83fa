//! Waiting for something to become true.

use std::fmt::Display;
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};

/// Asks `look` every `interval` until it finds something; what it says otherwise is what a time-out reports as last seen.
pub fn until<T, L: Display>(
    what: &str,
    interval: Duration,
    timeout: Duration,
    mut look: impl FnMut() -> Result<std::result::Result<T, L>>,
) -> Result<T> {
    let start = Instant::now();
    loop {
        let last = match look()? {
            Ok(found) => return Ok(found),
            Err(last) => last,
        };
        if start.elapsed() >= timeout {
            return Err(Error::Timeout { what: what.to_owned(), after: timeout, last: last.to_string() });
        }
        thread::sleep(interval);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_comes_later() {
        let mut looks = 0;
        let found = until("third look", Duration::ZERO, Duration::from_mins(1), || {
            looks += 1;
            Ok(if looks == 3 { Ok(looks) } else { Err("not yet") })
        });
        assert_eq!(found.unwrap(), 3);
    }

    #[test]
    fn says_what_was_last_seen() {
        let never: Result<()> = until("rain", Duration::ZERO, Duration::ZERO, || Ok(Err("sunshine")));
        assert_eq!(never.unwrap_err().to_string(), "no rain after 0 s; last seen: sunshine");
    }
}
