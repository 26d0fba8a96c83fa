//! Links and paths in documents: what they name exists.

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

use crate::{files, root};

/// Every Markdown document of the repository.
fn documents() -> Vec<PathBuf> {
    files(root(), "md")
}

/// A document without its fenced blocks, which hold examples.
fn prose(text: &str) -> String {
    text.split("```").step_by(2).collect()
}

/// The anchors of a document's headings, as GitHub makes them: lower case, spaces as hyphens, no punctuation.
fn anchors(text: &str) -> Vec<String> {
    let headings = prose(text);
    let headings = headings.lines().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| {
        let kept = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    headings.map(anchor).collect()
}

/// Why a link of a document leads nowhere, if it does.
fn broken(document: &Path, target: &str) -> Option<String> {
    if target.contains("://") {
        return None;
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let folder = document.parent().unwrap();
    let file = if path.is_empty() { document.to_owned() } else { folder.join(path) };
    let place = document.strip_prefix(root()).unwrap().display();
    if !file.exists() {
        return Some(format!("{place}: {target} does not exist"));
    }
    let known = anchor.is_empty() || anchors(&fs::read_to_string(&file).unwrap()).iter().any(|known| known == anchor);
    (!known).then(|| format!("{place}: {target} has no such heading"))
}

#[test]
fn relative_links_resolve() {
    let link = Regex::new(r"\]\(([^)\s]+)\)").unwrap();
    let mut found = 0;
    let mut wrong = Vec::new();
    for document in documents() {
        let text = prose(&fs::read_to_string(&document).unwrap());
        for target in link.captures_iter(&text) {
            found += 1;
            wrong.extend(broken(&document, &target[1]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(found > 20, "only {found} links");
}

/// Paths in backquotes that begin with a folder of the repository, or of the document's own folder.
#[test]
fn named_files_exist() {
    let path =
        Regex::new(r"`((?:src|tests|docs|deploy|examples|fuzz|testenv|crds|aws-sim)/[A-Za-z0-9_./-]+)(?:::[a-z_]+)?`");
    let path = path.unwrap();
    let mut found = 0;
    let mut wrong = Vec::new();
    for document in documents() {
        let text = prose(&fs::read_to_string(&document).unwrap());
        for name in path.captures_iter(&text) {
            found += 1;
            let folder = document.parent().unwrap();
            if ![root(), folder].iter().any(|from| from.join(&name[1]).exists()) {
                wrong.push(format!("{}: {}", document.strip_prefix(root()).unwrap().display(), &name[1]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(found > 20, "only {found} paths");
}

#[test]
fn broken_links_are_found() {
    let document = root().join("docs/operations.md");
    for (target, resolves) in [
        ("../README.md#install", true),
        ("#who-may-do-what", true),
        ("https://example.com/none", true),
        ("README.md", false),
        ("../README.md#nowhere", false),
        ("#nowhere", false),
    ] {
        assert_eq!(broken(&document, target).is_none(), resolves, "{target}");
    }
}
