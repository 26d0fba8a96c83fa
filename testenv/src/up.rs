//! `up` and `down`.

use std::fs::{self, File};
use std::path::PathBuf;

use testenv::record::{self, Entry};
use testenv::simulator::ACCOUNT;
use testenv::{Error, Result, Stack, binaries, controller, given};

use crate::print;

/// Files of `up`.
struct Place {
    folder: PathBuf,
    processes: PathBuf,
    env: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = binaries::workspace().join("target/up");
        Self { processes: folder.join("processes"), env: folder.join("env"), folder }
    }

    /// One `up` or `down` at a time.
    fn lock(&self) -> Result<File> {
        let path = self.folder.with_extension("lock");
        fs::create_dir_all(binaries::workspace().join("target")).map_err(Error::file("create", &path))?;
        let file = File::create(&path).map_err(Error::file("create", &path))?;
        file.lock().map_err(Error::file("lock", &path))?;
        Ok(file)
    }
}

/// Starts everything and leaves it running.
pub(crate) fn up() -> Result<()> {
    let place = Place::new();
    let _lock = place.lock()?;
    let before = record::read(&place.processes)?;
    if !before.is_empty() && before.iter().all(Entry::runs) {
        print("It is up already.");
    } else {
        // What is left of one that lost a part is no use.
        stop(&before);
        start(&place)?;
    }
    print(format_args!("  . {}\n  kubectl get pafd -A\nStop it with: make down", place.env.display()));
    Ok(())
}

fn start(place: &Place) -> Result<()> {
    let mut stack = Stack::start(&place.folder)?;
    given::make(&stack.simulator, ACCOUNT)?;
    fs::write(&place.env, environment(&stack)).map_err(Error::file("write", &place.env))?;
    stack.check()?;
    let entries: Result<Vec<_>> = stack.into_processes().into_iter().map(Entry::detach).collect();
    record::write(&place.processes, &entries?)?;
    print("It is up. For a shell that uses it:");
    Ok(())
}

/// What a POSIX shell needs to know.
fn environment(stack: &Stack) -> String {
    let mut lines = vec!["unset AWS_PROFILE AWS_SESSION_TOKEN".to_owned()];
    let mut export = |name: &str, value: &str| lines.push(format!("export {name}={}", quoted(value)));
    export("KUBECONFIG", &stack.cluster.kubeconfig().to_string_lossy());
    export("SIM_URL", stack.simulator.url());
    for (name, value) in controller::aws(ACCOUNT, stack.simulator.url()) {
        export(name, &value);
    }
    lines.push(format!("export PATH={}:\"$PATH\"", quoted(&stack.tools.folder().to_string_lossy())));
    lines.join("\n") + "\n"
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Stops what `up` started; says nothing if nothing runs.
pub(crate) fn down() -> Result<()> {
    let place = Place::new();
    let _lock = place.lock()?;
    let entries = record::read(&place.processes)?;
    let stopped = stop(&entries);
    for file in [&place.processes, &place.env] {
        drop(fs::remove_file(file));
    }
    if !stopped.is_empty() {
        print(format_args!("Stopped {}. Logs stay in {}.", stopped.join(", "), place.folder.display()));
    }
    Ok(())
}

fn stop(entries: &[Entry]) -> Vec<&str> {
    entries.iter().filter(|entry| entry.stop()).map(Entry::name).collect()
}
