//! `kube-apiserver`, `etcd` and `kubectl`: built from their Go modules once, kept outside the checkout.

mod build;

use std::env;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};
use crate::progress::say;

/// Version of Kubernetes that `tools/go.mod` pins.
pub const KUBERNETES: &str = "v1.37.2";
const GO_MOD: &str = include_str!("../../tools/go.mod");
const GO_SUM: &str = include_str!("../../tools/go.sum");

/// The three programs, in one folder.
#[derive(Clone, Debug)]
pub struct Tools {
    folder: PathBuf,
}

impl Tools {
    /// The folder, to go first on PATH.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The API server.
    #[must_use]
    pub fn apiserver(&self) -> PathBuf {
        self.folder.join("kube-apiserver")
    }

    /// The API server's database.
    #[must_use]
    pub fn etcd(&self) -> PathBuf {
        self.folder.join("etcd")
    }

    /// The command-line client of the same version.
    #[must_use]
    pub fn kubectl(&self) -> PathBuf {
        self.folder.join("kubectl")
    }

    /// The first of the three that is not there.
    fn missing(&self) -> Option<PathBuf> {
        [self.apiserver(), self.etcd(), self.kubectl()].into_iter().find(|program| !program.is_file())
    }
}

/// The programs: those of `KUBEBUILDER_ASSETS` where it is set, else those kept from an earlier build, else built now.
pub fn ensure() -> Result<Tools> {
    match env::var_os("KUBEBUILDER_ASSETS").filter(|folder| !folder.is_empty()) {
        Some(folder) => given(Tools { folder: folder.into() }),
        None => kept(Tools { folder: cache()?.join(key()) }),
    }
}

fn given(tools: Tools) -> Result<Tools> {
    match tools.missing() {
        None => Ok(tools),
        Some(program) => {
            let program = program.display();
            Err(Error::Unexpected(format!("KUBEBUILDER_ASSETS is set, but there is no {program}; unset it to build")))
        }
    }
}

fn kept(tools: Tools) -> Result<Tools> {
    if tools.missing().is_none() {
        return Ok(tools);
    }
    let cache = tools.folder.parent().unwrap_or(&tools.folder);
    fs::create_dir_all(cache).map_err(Error::file("create", cache))?;
    let _lock = lock(&cache.join(format!("{}.lock", key())))?;
    // Who held the lock before us may have built them.
    if tools.missing().is_some() {
        build::build(&tools.folder)?;
    }
    Ok(tools)
}

/// Waits for the lock; it is freed when the file is dropped, or by the system when its holder dies.
fn lock(path: &Path) -> Result<File> {
    let file = File::create(path).map_err(Error::file("create", path))?;
    if file.try_lock().is_err() {
        say(format_args!("waiting for another build of the Kubernetes tools ({})", path.display()));
        file.lock().map_err(Error::file("lock", path))?;
    }
    Ok(file)
}

fn cache() -> Result<PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("XDG_CACHE_HOME")
        .or_else(|| set("HOME").map(|home| home.join(".cache")))
        .map(|cache| cache.join("private-api-front-door"))
        .ok_or_else(|| {
            Error::Unexpected("neither XDG_CACHE_HOME nor HOME is set: nowhere to keep the tools".to_owned())
        })
}

/// Folder name: changes with the version and with any pinned module.
fn key() -> String {
    let digest =
        Sha256::new().chain_update(GO_MOD).chain_update(GO_SUM).chain_update(build::FLAGS.join(" ")).finalize();
    let mut key = format!("kube-{KUBERNETES}-");
    for byte in &digest[..6] {
        let _ = write!(key, "{byte:02x}");
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_the_one_pinned() {
        let pinned = GO_MOD.lines().find_map(|line| line.trim().strip_prefix("k8s.io/kubernetes ")?.split(' ').next());
        assert_eq!(pinned, Some(KUBERNETES));
    }

    #[test]
    fn given_folder_must_hold_all_three() {
        let none = given(Tools { folder: "/nonexistent".into() }).unwrap_err().to_string();
        assert!(none.contains("/nonexistent/kube-apiserver"), "{none}");
    }
}
