//! Documents that hold what a test counted: written where `UPDATE_DOCS` is set, compared elsewhere.

use std::env;
use std::fs;
use std::path::PathBuf;

/// The whole document.
pub fn hold(path: &str, expected: &str) {
    let file = file(path);
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&file, expected).expect("the document can be written");
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(found, expected, "{path} is stale: make generated");
}

fn file(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}
