//! Which objects were reconciled and how each reconcile ended, from the controller's log.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use testenv::{Error, Result};

/// Message of the line that the controller logs at the end of each reconcile, after the last AWS call of it.
const ENDED: &str = "pass ended";
/// Its field `next` where nothing is left to do.
const IN_ORDER: &str = "Resync";

/// What was seen of one object.
#[derive(Clone, Debug)]
struct Seen {
    /// Reconciles since [`Reconciles::restart`].
    times: u32,
    /// AWS resources changed by them.
    changes: u64,
    /// When the last one was seen.
    at: Instant,
    /// Whether it left nothing to do.
    in_order: bool,
    /// The request for a reconcile that it has carried out, an annotation's value.
    requested: Option<String>,
}

/// Reads the log as it grows.
#[derive(Debug)]
pub(super) struct Reconciles {
    log: PathBuf,
    offset: u64,
    seen: BTreeMap<String, Seen>,
}

impl Reconciles {
    pub(super) fn new(log: &Path) -> Self {
        Self { log: log.to_owned(), offset: 0, seen: BTreeMap::new() }
    }

    /// Counts anew from here; how each object's last reconcile ended stays known.
    pub(super) fn restart(&mut self) {
        for seen in self.seen.values_mut() {
            (seen.times, seen.changes) = (0, 0);
        }
    }

    /// Reads what was logged since the last time.
    pub(super) fn read(&mut self) -> Result<()> {
        let text = self.unread().map_err(Error::file("read", &self.log))?;
        // The last line may still be on its way.
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        self.offset += whole as u64;
        for line in text[..whole].lines() {
            self.note(&serde_json::from_str(line).unwrap_or_default());
        }
        Ok(())
    }

    fn unread(&self) -> std::io::Result<String> {
        let mut file = File::open(&self.log)?;
        file.seek(SeekFrom::Start(self.offset))?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        Ok(text)
    }

    fn note(&mut self, line: &Value) {
        let fields = &line["fields"];
        let (Some(ENDED), Some(object)) = (fields["message"].as_str(), fields["object"].as_str()) else { return };
        let before = self.seen.get(object);
        let seen = Seen {
            times: before.map_or(0, |seen| seen.times) + 1,
            changes: before.map_or(0, |seen| seen.changes) + fields["changes"].as_u64().unwrap_or_default(),
            at: Instant::now(),
            in_order: fields["next"] == IN_ORDER,
            requested: fields["requested"].as_str().map(str::to_owned),
        };
        self.seen.insert(object.to_owned(), seen);
    }

    /// Reconciles of all objects.
    pub(super) fn total(&self) -> u32 {
        self.seen.values().map(|seen| seen.times).sum()
    }

    /// AWS resources changed by them.
    pub(super) fn changes(&self) -> u64 {
        self.seen.values().map(|seen| seen.changes).sum()
    }

    /// Fewest and most reconciles of an object.
    pub(super) fn fewest_and_most(&self) -> (u32, u32) {
        let times = || self.seen.values().map(|seen| seen.times);
        (times().min().unwrap_or_default(), times().max().unwrap_or_default())
    }

    /// Objects whose last reconcile left nothing to do.
    pub(super) fn in_order(&self) -> usize {
        self.seen.values().filter(|seen| seen.in_order).count()
    }

    /// Objects for which that is so and a request was carried out.
    pub(super) fn answered(&self, request: &str) -> usize {
        self.seen.values().filter(|seen| seen.in_order && seen.requested.as_deref() == Some(request)).count()
    }

    /// How long ago the first of the objects' last reconciles was seen: none is under way before the shortest interval
    /// has passed since.
    pub(super) fn since_first(&self) -> Duration {
        self.seen.values().map(|seen| seen.at.elapsed()).max().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use serde_json::json;

    use super::*;

    fn line(object: &str, next: &str, requested: Option<&str>) -> String {
        let fields = json!({"message": ENDED, "object": object, "next": next, "changes": 2, "requested": requested});
        format!("{}\n", json!({"level": "INFO", "fields": fields}))
    }

    #[test]
    fn lines_are_counted_once_each_and_only_when_whole() {
        let path = std::env::temp_dir().join(format!("reconciles-{}.log", std::process::id()));
        let mut log = File::create(&path).unwrap();
        let mut reconciles = Reconciles::new(&path);
        let b = line("b", "Resync", Some("1"));
        let (start, rest) = b.split_at(20);
        write!(log, "no JSON\n{}{start}", line("a", "Poll", None)).unwrap();
        reconciles.read().unwrap();
        assert_eq!((reconciles.total(), reconciles.changes(), reconciles.in_order()), (1, 2, 0));
        write!(log, "{rest}{}", line("a", "Resync", None)).unwrap();
        reconciles.read().unwrap();
        assert_eq!((reconciles.total(), reconciles.changes(), reconciles.in_order()), (3, 6, 2));
        assert_eq!((reconciles.fewest_and_most(), reconciles.answered("1")), ((1, 2), 1));
        reconciles.restart();
        assert_eq!((reconciles.total(), reconciles.changes(), reconciles.in_order()), (0, 0, 2));
        std::fs::remove_file(path).unwrap();
    }
}
