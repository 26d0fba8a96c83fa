//! The README lists the operations that there are; `UPDATE_DOCS=1` writes the table anew.

#![expect(
    clippy::unwrap_used,
    reason = "tests may end in a panic: that is how they fail; helpers outside test functions are theirs too"
)]

use std::fmt::Write as _;
use std::{env, fs};

use aws_sim::services::SERVICES;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
const MARKS: (&str, &str) = ("<!-- operations -->\n", "<!-- /operations -->\n");

fn table() -> String {
    let mut table = "| service | operations | |\n| --- | --- | --- |\n".to_owned();
    for service in SERVICES {
        let names: Vec<&str> = service.operations.iter().map(|operation| operation.name).collect();
        writeln!(table, "| `{}` | {} | {} |", service.name, names.len(), names.join(", ")).unwrap();
    }
    table
}

#[test]
fn the_readme_lists_every_operation() {
    let readme = fs::read_to_string(PATH).unwrap();
    let (before, rest) = readme.split_once(MARKS.0).unwrap();
    let (listed, after) = rest.split_once(MARKS.1).unwrap();
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(PATH, [before, MARKS.0, &table(), MARKS.1, after].concat()).unwrap();
    } else {
        assert_eq!(listed, table(), "aws-sim/README.md is stale: make generated");
    }
}
