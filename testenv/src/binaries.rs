//! Where this workspace's own programs are.

use std::env;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The workspace's folder.
#[must_use]
pub fn workspace() -> &'static Path {
    let member = Path::new(env!("CARGO_MANIFEST_DIR"));
    member.parent().unwrap_or(member)
}

/// A program of this workspace, built beside the one that asks.
pub fn find(name: &str) -> Result<PathBuf> {
    let current = env::current_exe().map_err(Error::file("find", Path::new("the running program")))?;
    // Test programs lie one folder deeper.
    let found = current.ancestors().skip(1).take(2).map(|folder| folder.join(name)).find(|program| program.is_file());
    found.ok_or_else(|| {
        let beside = current.display();
        Error::Unexpected(format!("no {name} beside {beside}; build it: cargo build --workspace --bins"))
    })
}
