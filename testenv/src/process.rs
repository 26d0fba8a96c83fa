//! A program that runs beside us, with its output in a file.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

pub use rustix::process::Signal;
use rustix::process::{Pid, kill_process_group};

use crate::error::{Error, Result};
use crate::reaper;

/// How long a process may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(5);

/// A running program. Dropping it stops it.
#[derive(Debug)]
pub struct Process {
    name: String,
    log: PathBuf,
    /// None once it has ended or was detached.
    child: Option<Child>,
}

impl Process {
    /// Starts `command` with standard output and error appended to `log`, in a process group of its own.
    pub fn start(name: &str, mut command: Command, log: &Path) -> Result<Self> {
        let out = File::options().create(true).append(true).open(log).map_err(Error::file("open", log))?;
        let err = out.try_clone().map_err(Error::file("open", log))?;
        let child =
            command.stdin(Stdio::null()).stdout(out).stderr(err).process_group(0).spawn().map_err(|source| {
                Error::Start { program: command.get_program().to_string_lossy().into_owned(), source }
            })?;
        reaper::add(child.id())?;
        Ok(Self { name: name.to_owned(), log: log.to_owned(), child: Some(child) })
    }

    /// Name of the process, as messages call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where its output goes.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Its process ID while it runs.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Fails with the end of its log if it has ended.
    pub fn check(&mut self) -> Result<()> {
        self.wait(Duration::ZERO).map_or(Ok(()), |status| Err(self.ended(status)))
    }

    /// Waits a while for its end.
    pub fn wait(&mut self, timeout: Duration) -> Option<ExitStatus> {
        let start = Instant::now();
        loop {
            let status = self.child.as_mut()?.try_wait().ok().flatten();
            if status.is_some() {
                self.forget();
            }
            if status.is_some() || start.elapsed() >= timeout {
                return status;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The failure that its end is.
    #[must_use]
    pub fn ended(&self, status: ExitStatus) -> Error {
        Error::Ended { name: self.name.clone(), status, log: self.log.clone(), tail: tail(&self.log, 20) }
    }

    /// Ends it at once, as a crash would (SIGKILL).
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            signal(child.id(), Signal::KILL);
            drop(child.wait());
            drop(reaper::remove(child.id()));
        }
    }

    /// Asks it to end (SIGTERM) and waits; after five seconds it is killed. Says how it ended if that was by itself.
    pub fn stop(&mut self) -> Option<ExitStatus> {
        signal(self.id()?, Signal::TERM);
        let status = self.wait(GRACE);
        self.kill();
        status
    }

    /// Lets it run on after us and gives its process ID.
    #[must_use]
    pub fn detach(mut self) -> Option<u32> {
        let id = self.id()?;
        self.forget();
        Some(id)
    }

    fn forget(&mut self) {
        if let Some(child) = self.child.take() {
            drop(reaper::remove(child.id()));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Sends a signal to a process group; that it is gone already is fine.
pub fn signal(group: u32, signal: Signal) {
    if let Some(group) = i32::try_from(group).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, signal);
    }
}

/// Runs a command to its end and gives what it printed on standard output.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command.output();
    let output = output.map_err(|source| Error::Start { program: command_line(command), source })?;
    printed(command, output)
}

/// What a command printed on standard output if it succeeded.
pub fn printed(command: &Command, output: Output) -> Result<String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        return Ok(text(&output.stdout));
    }
    let all = [output.stdout, output.stderr].concat();
    Err(Error::Command { command: command_line(command), status: output.status, output: text(&all) })
}

/// A command as a person would type it.
#[must_use]
pub fn command_line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words: Vec<_> = std::iter::once(program).chain(command.get_args()).map(OsStr::to_string_lossy).collect();
    words.join(" ")
}

/// The last lines of a file; nothing if there is none.
#[must_use]
pub fn tail(file: &Path, lines: usize) -> String {
    let text = fs::read(file).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let all: Vec<_> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}
