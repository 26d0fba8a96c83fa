//! The build of the three programs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::KUBERNETES;
use crate::error::{Error, Result};
use crate::process::{self, Process};
use crate::progress::{Ticker, say};

const MODULE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tools");

/// Program and package.
const PROGRAMS: [(&str, &str); 3] = [
    ("etcd", "go.etcd.io/etcd/server/v3"),
    ("kubectl", "k8s.io/kubernetes/cmd/kubectl"),
    ("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver"),
];

/// No symbols for debuggers: nobody steps into these, and they link faster.
pub(super) const FLAGS: [&str; 3] = ["-trimpath", "-v", "-ldflags"];

/// Builds into a folder beside `folder` and moves it there when all three are done, so that what is in `folder` is whole.
pub(super) fn build(folder: &Path) -> Result<()> {
    say(format_args!("building etcd, kubectl and kube-apiserver {KUBERNETES}: about six minutes on two cores, once"));
    let mut draft = folder.as_os_str().to_owned();
    draft.push(".building");
    let draft = PathBuf::from(draft);
    clear(&draft)?;
    fs::create_dir_all(&draft).map_err(Error::file("create", &draft))?;
    for (program, package) in PROGRAMS {
        go(program, package, &draft)?;
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

fn go(program: &str, package: &str, draft: &Path) -> Result<()> {
    say(format_args!("building {program} ..."));
    let log = draft.join(format!("{program}.log"));
    let mut build = Process::start(program, command(program, package, draft), &log)?;
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

fn command(program: &str, package: &str, draft: &Path) -> Command {
    let [trim, verbose, linker] = FLAGS;
    let mut go = Command::new("go");
    go.args(["build", trim, verbose, linker])
        .arg(format!("-s -w -X k8s.io/component-base/version.gitVersion={KUBERNETES}"))
        .arg("-o")
        .arg(draft.join(program))
        .arg(package)
        .current_dir(MODULE)
        // The user's own settings of these could change what is built.
        .env("GOFLAGS", "-mod=readonly")
        .env("GOWORK", "off")
        .env("CGO_ENABLED", "0")
        .env_remove("GOOS")
        .env_remove("GOARCH");
    go
}
