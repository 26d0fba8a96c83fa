//! Messages and field descriptions use AWS's and Kubernetes' own terms: `words.txt` lists what must not occur in them, and what to write instead.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// A pattern that must not occur, and what to write instead.
struct Rule {
    pattern: Regex,
    instead: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rules() -> Vec<Rule> {
    let text = include_str!("words.txt");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (pattern, instead) = line.split_once(" => ").unwrap();
            let pattern = Regex::new(&format!("(?i){pattern}")).unwrap();
            Rule { pattern, instead: instead.to_owned() }
        })
        .collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_test = path.file_stem().is_some_and(|stem| stem == "tests");
        if path.is_dir() && !is_test {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") && !is_test {
            found.push(path);
        }
    }
    found
}

/// The string literals of a source, without those of its tests.
fn literals(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let literal = Regex::new(r#""((?:[^"\\\n]|\\.)*)""#).unwrap();
    literal.captures_iter(code).map(|found| found[1].to_owned()).collect()
}

/// What is wrong with a text, at a place.
fn wrong(place: &str, text: &str, rules: &[Rule]) -> Vec<String> {
    let found = rules.iter().filter(|rule| rule.pattern.is_match(text));
    found.map(|rule| format!("{place}: {text:?}: write {}", rule.instead)).collect()
}

#[test]
fn messages_and_descriptions_are_plain_technical_english() {
    let rules = rules();
    let mut found = Vec::new();
    for path in sources(&root().join("src")) {
        let text = fs::read_to_string(&path).unwrap();
        let place = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
        found.extend(literals(&text).iter().flat_map(|literal| wrong(&place, literal, &rules)));
    }
    let crd = "crds/privateapi.dev_privateapifrontdoors.yaml";
    let text = fs::read_to_string(root().join(crd)).unwrap();
    found.extend(text.lines().flat_map(|line| wrong(crd, line.trim(), &rules)));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn each_pattern_is_found() {
    for rule in rules() {
        let example = rule.instead.rsplit_once(" -- for ").unwrap().1;
        assert!(rule.pattern.is_match(example), "{} does not match its example {example:?}", rule.pattern);
    }
}
