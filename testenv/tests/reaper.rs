//! What was started ends with the one that started it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use testenv::poll;
use testenv::process::Process;

/// Set for the process that starts another and dies.
const FOLDER: &str = "REAPER_TEST_FOLDER";

#[test]
fn nothing_outlives_a_crash() {
    if let Some(folder) = env::var_os(FOLDER) {
        start_and_crash(Path::new(&folder));
    }
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("reaper");
    fs::create_dir_all(&folder).unwrap();
    let mut victim = Command::new(env::current_exe().unwrap());
    victim.args(["--exact", "nothing_outlives_a_crash"]).env(FOLDER, &folder);
    assert!(!victim.output().unwrap().status.success());
    for name in ["polite", "stubborn"] {
        let id = fs::read_to_string(folder.join(name)).unwrap();
        let gone = || Ok(if Path::new(&format!("/proc/{id}")).exists() { Err("it runs") } else { Ok(()) });
        poll::until(name, Duration::from_millis(50), Duration::from_secs(20), gone).unwrap();
    }
}

fn start_and_crash(folder: &Path) {
    for (name, script) in [("polite", "exec sleep 600"), ("stubborn", "trap '' TERM; sleep 600; sleep 600")] {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let process = Process::start(name, command, &folder.join("log")).unwrap();
        fs::write(folder.join(name), process.id().unwrap().to_string()).unwrap();
        // A crash runs no destructors.
        std::mem::forget(process);
    }
    std::process::abort();
}
