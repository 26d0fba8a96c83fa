//! Ports for servers that cannot be asked to choose one.

use std::net::{Ipv4Addr, TcpListener};
use std::process;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::{Error, Result};

/// Below where Linux takes the ports of outgoing connections from, which would otherwise be in the way.
const FIRST: u32 = 12_000;
const COUNT: u32 = 20_000;

/// Ports that nobody listens on now. Another process may take them before they are used: be ready to try again.
pub(super) fn free<const N: usize>() -> Result<[u16; N]> {
    let time = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.subsec_nanos());
    let start = process::id().wrapping_mul(7919).wrapping_add(time / 1000);
    // Bound until all are found, so that no two are the same.
    let held: Vec<_> = (0..COUNT)
        .filter_map(|step| u16::try_from(FIRST + start.wrapping_add(step) % COUNT).ok())
        .filter_map(|port| Some((port, TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()?)))
        .take(N)
        .collect();
    let ports: Vec<_> = held.iter().map(|(port, _)| *port).collect();
    ports.try_into().map_err(|_| Error::Unexpected(format!("no {N} free ports on 127.0.0.1")))
}

#[cfg(test)]
mod tests {
    #[test]
    fn ports_differ() {
        let [a, b, c] = super::free().unwrap();
        assert!(a != b && b != c && a != c);
    }
}
