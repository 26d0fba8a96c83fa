//! `kube-apiserver`, `etcd` and `kubectl`, and `kstatus`: built from their Go modules once, kept outside the checkout.

mod build;

use std::env;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};
use crate::progress::say;
use build::Module;

/// Version of Kubernetes that `tools/go.mod` pins.
pub const KUBERNETES: &str = "v1.37.2";
const GO_MOD: &str = include_str!("../../tools/go.mod");
const GO_SUM: &str = include_str!("../../tools/go.sum");

const TOOLS: Module = Module {
    folder: concat!(env!("CARGO_MANIFEST_DIR"), "/tools"),
    what: "etcd, kubectl and kube-apiserver: about six minutes on two cores",
    programs: &[
        ("etcd", "go.etcd.io/etcd/server/v3"),
        ("kubectl", "k8s.io/kubernetes/cmd/kubectl"),
        ("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver"),
    ],
    linker: "-X k8s.io/component-base/version.gitVersion=v1.37.2",
};

const KSTATUS: Module = Module {
    folder: concat!(env!("CARGO_MANIFEST_DIR"), "/kstatus"),
    what: "kstatus: about a minute on two cores",
    programs: &[("kstatus", ".")],
    linker: "",
};
/// What decides about the program that comes of [`KSTATUS`].
const KSTATUS_SOURCES: [&str; 3] =
    [include_str!("../../kstatus/go.mod"), include_str!("../../kstatus/go.sum"), include_str!("../../kstatus/main.go")];

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
    if let Some(folder) = env::var_os("KUBEBUILDER_ASSETS").filter(|folder| !folder.is_empty()) {
        return given(Tools { folder: folder.into() });
    }
    let sources = [GO_MOD, GO_SUM, &build::FLAGS.join(" ")];
    kept(&TOOLS, &key(&format!("kube-{KUBERNETES}"), &sources)).map(|folder| Tools { folder })
}

/// The program that tells what kstatus makes of objects, in JSON on standard input: kept from an earlier build, else built now.
pub fn kstatus() -> Result<PathBuf> {
    kept(&KSTATUS, &key("kstatus", &KSTATUS_SOURCES)).map(|folder| folder.join("kstatus"))
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

/// The folder of this name with a module's programs.
fn kept(module: &Module, name: &str) -> Result<PathBuf> {
    let cache = cache()?;
    let folder = cache.join(name);
    let is_whole = || module.programs.iter().all(|(program, _)| folder.join(program).is_file());
    if is_whole() {
        return Ok(folder);
    }
    fs::create_dir_all(&cache).map_err(Error::file("create", &cache))?;
    let _lock = lock(&cache.join(format!("{name}.lock")))?;
    // Who held the lock before us may have built them.
    if !is_whole() {
        build::build(module, &folder)?;
    }
    Ok(folder)
}

/// Waits for the lock; it is freed when the file is dropped, or by the system when its holder dies.
fn lock(path: &Path) -> Result<File> {
    let file = File::create(path).map_err(Error::file("create", path))?;
    if file.try_lock().is_err() {
        say(format_args!("waiting for another build ({})", path.display()));
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

/// Folder name: changes with any of the sources.
fn key(name: &str, sources: &[&str]) -> String {
    let digest = sources.iter().fold(Sha256::new(), Sha256::chain_update).finalize();
    let mut key = format!("{name}-");
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
        assert!(TOOLS.linker.ends_with(&format!("={KUBERNETES}")), "{}", TOOLS.linker);
    }

    #[test]
    fn given_folder_must_hold_all_three() {
        let none = given(Tools { folder: "/nonexistent".into() }).unwrap_err().to_string();
        assert!(none.contains("/nonexistent/kube-apiserver"), "{none}");
    }
}
