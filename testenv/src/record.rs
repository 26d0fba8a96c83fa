//! What `up` leaves running, so that `down` stops exactly that.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rustix::process::Signal;

use crate::error::{Error, Result};
use crate::poll;
use crate::process::{Process, signal};

/// A process left running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    name: String,
    id: u32,
    /// When it began: a process with the same ID but another beginning is another process.
    began: String,
}

impl Entry {
    /// Lets a process run on.
    pub fn detach(process: Process) -> Result<Self> {
        let name = process.name().to_owned();
        let ended = || Error::Unexpected(format!("{name} has ended"));
        let began = process.id().and_then(began).ok_or_else(ended)?;
        let id = process.detach().ok_or_else(ended)?;
        Ok(Self { name, id, began })
    }

    /// Name of the process.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it still runs.
    #[must_use]
    pub fn runs(&self) -> bool {
        began(self.id).as_deref() == Some(&self.began)
    }

    /// Stops it if it still runs; says whether it did.
    #[must_use]
    pub fn stop(&self) -> bool {
        if !self.runs() {
            return false;
        }
        signal(self.id, Signal::TERM);
        let gone = || Ok(if self.runs() { Err("it runs") } else { Ok(()) });
        if poll::until(&self.name, Duration::from_millis(50), Duration::from_secs(10), gone).is_err() {
            signal(self.id, Signal::KILL);
        }
        true
    }
}

/// Writes the record.
pub fn write(path: &Path, entries: &[Entry]) -> Result<()> {
    let lines = entries.iter().map(|entry| format!("{} {} {}\n", entry.name, entry.id, entry.began));
    fs::write(path, lines.collect::<String>()).map_err(Error::file("write", path))
}

/// Reads the record; empty if there is none.
pub fn read(path: &Path) -> Result<Vec<Entry>> {
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        text => text.map_err(Error::file("read", path))?,
    };
    let broken = |line: &str| Error::Unexpected(format!("cannot read {line:?} in {}", path.display()));
    text.lines().map(|line| entry(line).ok_or_else(|| broken(line))).collect()
}

fn entry(line: &str) -> Option<Entry> {
    let mut words = line.splitn(3, ' ');
    Some(Entry { name: words.next()?.to_owned(), id: words.next()?.parse().ok()?, began: words.next()?.to_owned() })
}

/// When a process began, in whatever words this system has for it; None if there is none, or only its remains.
fn began(id: u32) -> Option<String> {
    if Path::new("/proc/self/stat").exists() {
        // Fields after the name, which is in parentheses and may hold anything: state first, the beginning 20th.
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        let fields: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        return (*fields.first()? != "Z").then(|| fields.get(19).map(|ticks| (*ticks).to_owned()))?;
    }
    let output = Command::new("ps").args(["-o", "lstart=", "-p", &id.to_string()]).output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned()).filter(|began| !began.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_runs_and_one_that_began_at_another_time_does_not() {
        let own = std::process::id();
        let entry = Entry { name: "test".to_owned(), id: own, began: began(own).unwrap() };
        assert!(entry.runs());
        assert!(!Entry { began: "1".to_owned(), ..entry }.runs());
    }

    #[test]
    fn line_reads_back() {
        let read = entry("aws-sim 17 Mon Nov 23 01:00:00 2026").unwrap();
        assert_eq!(read, Entry { name: "aws-sim".into(), id: 17, began: "Mon Nov 23 01:00:00 2026".into() });
        assert_eq!(entry("aws-sim x 1"), None);
    }
}
