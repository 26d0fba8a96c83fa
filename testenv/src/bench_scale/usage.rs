//! CPU time and memory of a process, from Linux's `/proc`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use testenv::{Error, Result};

/// Length of a clock tick in `/proc/<pid>/stat`: `USER_HZ` is 100 on the architectures that the controller
/// is built for.
const TICK: Duration = Duration::from_millis(10);

/// CPU time used up to a moment.
#[derive(Clone, Debug)]
pub(super) struct CpuTime {
    /// Of the process, its ended threads included, in ticks.
    process: Duration,
    /// Of each thread that runs, in nanoseconds, by thread ID.
    threads: BTreeMap<String, Duration>,
}

impl CpuTime {
    /// Reads it.
    pub(super) fn read(id: u32) -> Result<Self> {
        let folder = PathBuf::from(format!("/proc/{id}"));
        let stat = text(&folder.join("stat"))?;
        let ticks =
            ticks(&stat).ok_or_else(|| Error::Unexpected(format!("cannot read utime and stime in {stat:?}")))?;
        let tasks = folder.join("task");
        let mut threads = BTreeMap::new();
        for task in fs::read_dir(&tasks).map_err(Error::file("read", &tasks))?.flatten() {
            // A thread may end meanwhile, and a kernel be built without this file.
            let spent = fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
            if let Some(spent) = spent.split_whitespace().next().and_then(|nanoseconds| nanoseconds.parse().ok()) {
                threads.insert(task.file_name().to_string_lossy().into_owned(), Duration::from_nanos(spent));
            }
        }
        Ok(Self { process: TICK * ticks, threads })
    }

    /// CPU time between two moments. The threads tell it exactly, unless some have ended meanwhile: then the process
    /// does, to the tick.
    pub(super) fn since(&self, before: &Self) -> Duration {
        let of = |(id, spent): (&String, &Duration)| {
            spent.saturating_sub(before.threads.get(id).copied().unwrap_or_default())
        };
        let exact: Duration = self.threads.iter().map(of).sum();
        let process = self.process.saturating_sub(before.process);
        if process > exact + 2 * TICK { process } else { exact }
    }
}

/// User and system time: fields 14 and 15, counted from the name, which is in parentheses and may hold anything.
fn ticks(stat: &str) -> Option<u32> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<u32>().ok();
    Some(next()? + next()?)
}

/// Resident memory in KiB: at this moment, and the most so far.
pub(super) fn resident(id: u32) -> Result<[u64; 2]> {
    let status = text(Path::new(&format!("/proc/{id}/status")))?;
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        let number = line.split_whitespace().next().and_then(|number| number.parse().ok());
        number.ok_or_else(|| Error::Unexpected(format!("no {name} in {status}")))
    };
    Ok([of("VmRSS:")?, of("VmHWM:")?])
}

fn text(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(Error::file("read", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_of_the_process_is_skipped() {
        let stat = "7 (a b) c) S 1 1 1 0 -1 4194560 100 0 0 0 250 31 0 0 20 0 3 0 1000";
        assert_eq!(ticks(stat), Some(281));
    }

    #[test]
    fn threads_are_exact_and_the_process_counts_those_that_ended() {
        let at = |process, threads: &[(&str, u64)]| CpuTime {
            process: Duration::from_millis(process),
            threads: threads.iter().map(|(id, ms)| ((*id).to_owned(), Duration::from_millis(*ms))).collect(),
        };
        let before = at(100, &[("1", 50), ("2", 50)]);
        assert_eq!(at(110, &[("1", 53), ("2", 54), ("3", 2)]).since(&before), Duration::from_millis(9));
        assert_eq!(at(200, &[("1", 53)]).since(&before), Duration::from_millis(100));
    }
}
