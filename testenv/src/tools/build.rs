//! The build of Go programs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::process::{self, Process};
use crate::progress::{Ticker, say};

/// Programs of one Go module, which are kept in one folder.
#[derive(Clone, Copy, Debug)]
pub(super) struct Module {
    /// Folder of its `go.mod`.
    pub(super) folder: &'static str,
    /// What is built and how long it takes, for people.
    pub(super) what: &'static str,
    /// Program and package of each.
    pub(super) programs: &'static [(&'static str, &'static str)],
    /// What the linker is told beside [`FLAGS`].
    pub(super) linker: &'static str,
}

/// No symbols for debuggers: nobody steps into these, and they link faster.
pub(super) const FLAGS: [&str; 3] = ["-trimpath", "-v", "-ldflags"];

/// Builds into a folder beside `folder` and moves it there when all are done, so that what is in `folder` is whole.
pub(super) fn build(module: &Module, folder: &Path) -> Result<()> {
    say(format_args!("building {}, once", module.what));
    let mut draft = folder.as_os_str().to_owned();
    draft.push(".building");
    let draft = PathBuf::from(draft);
    clear(&draft)?;
    fs::create_dir_all(&draft).map_err(Error::file("create", &draft))?;
    for (program, package) in module.programs {
        go(program, command(module, program, package, &draft), &draft)?;
    }
    clear(folder)?;
    fs::rename(&draft, folder).map_err(Error::file("move the built tools to", folder))?;
    say(format_args!("kept in {}", folder.display()));
    Ok(())
}

fn clear(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::file("remove", folder)(error)),
        _ => Ok(()),
    }
}

fn go(program: &str, command: Command, draft: &Path) -> Result<()> {
    say(format_args!("building {program} ..."));
    let log = draft.join(format!("{program}.log"));
    let mut build = Process::start(program, command, &log)?;
    let mut ticker = Ticker::new(Duration::from_secs(15));
    loop {
        if let Some(status) = build.wait(Duration::from_millis(200)) {
            return if status.success() {
                say(format_args!("building {program}: done after {} s", ticker.elapsed().as_secs()));
                Ok(())
            } else {
                Err(build.ended(status))
            };
        }
        ticker.tick(|seconds| format!("building {program}: {seconds} s, at {}", process::tail(&log, 1)));
    }
}

fn command(module: &Module, program: &str, package: &str, draft: &Path) -> Command {
    let [trim, verbose, linker] = FLAGS;
    let mut go = Command::new("go");
    go.args(["build", trim, verbose, linker])
        .arg(format!("-s -w {}", module.linker))
        .arg("-o")
        .arg(draft.join(program))
        .arg(package)
        .current_dir(module.folder)
        // The user's own settings of these could change what is built.
        .env("GOFLAGS", "-mod=readonly")
        .env("GOWORK", "off")
        .env("CGO_ENABLED", "0")
        .env_remove("GOOS")
        .env_remove("GOARCH");
    go
}
