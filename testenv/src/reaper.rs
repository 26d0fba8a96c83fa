//! Makes sure that no process outlives the one that started it, whatever ends that one: a signal, a panic, `kill -9`.
//!
//! A shell of our own holds the list of processes and reads it from a pipe whose other end only we hold. When we are gone the pipe
//! closes and the shell ends what is still on the list. It and all that we start have process groups of their own, so Ctrl-C in a
//! terminal reaches us alone.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::error::{Error, Result};

/// Keeps the list in `$pids`; at the end asks politely, then insists. `kill -0` says whether one is still there.
const SCRIPT: &str = r#"
pids=' '
while read -r change pid; do
  case $change in
    +) pids="$pids$pid " ;;
    -) rest=' '; for p in $pids; do [ "$p" = "$pid" ] || rest="$rest$p "; done; pids=$rest ;;
  esac
done
[ "$pids" = ' ' ] && exit 0
for p in $pids; do kill -TERM "-$p" 2>/dev/null; done
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  alive=; for p in $pids; do kill -0 "-$p" 2>/dev/null && alive=yes; done
  [ "$alive" ] || exit 0
  sleep 0.1
done
for p in $pids; do kill -KILL "-$p" 2>/dev/null; done
"#;

static REAPER: OnceLock<Mutex<ChildStdin>> = OnceLock::new();

/// Puts a process group on the list.
pub fn add(group: u32) -> Result<()> {
    tell(&format!("+ {group}\n"))
}

/// Takes a process group off the list: it has ended, or is meant to stay.
pub fn remove(group: u32) -> Result<()> {
    tell(&format!("- {group}\n"))
}

fn tell(line: &str) -> Result<()> {
    let mut pipe = reaper()?.lock().unwrap_or_else(PoisonError::into_inner);
    pipe.write_all(line.as_bytes()).map_err(|source| Error::Start { program: "reaper".to_owned(), source })
}

fn reaper() -> Result<&'static Mutex<ChildStdin>> {
    // Two threads that come first at the same time start one each; the one not kept ends with its pipe.
    if REAPER.get().is_none() {
        let pipe = start()?;
        drop(REAPER.set(Mutex::new(pipe)));
    }
    REAPER.get().ok_or_else(|| Error::Unexpected("no reaper".to_owned()))
}

fn start() -> Result<ChildStdin> {
    let child = Command::new("sh")
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map_err(|source| Error::Start { program: "sh".to_owned(), source })?;
    child.stdin.ok_or_else(|| Error::Unexpected("the reaper has no pipe".to_owned()))
}
