//! Messages, field descriptions, `--help` and documents use AWS's and Kubernetes' own terms: `words.txt` lists what must not occur in them, and what to
//! write instead.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod links;

use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use regex::Regex;
use serde_json::Value;

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

/// The files of this extension below a folder, in order, without build results.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The controller's sources without its tests.
fn sources() -> Vec<PathBuf> {
    let mut found = files(&root().join("src"), "rs");
    found.retain(|path| path.iter().all(|part| part != "tests" && part != "tests.rs"));
    found
}

/// The string literals of a source, without those of its tests. A literal may go on in the next line after a backslash.
fn literals(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let literal = Regex::new(r#""((?:[^"\\\n]|\\.|\\\n\s*)*)""#).unwrap();
    let next_line = Regex::new(r"\\\n\s*").unwrap();
    literal.captures_iter(code).map(|found| next_line.replace_all(&found[1], "").into_owned()).collect()
}

/// The lines of a Markdown document, joined where a sentence goes on, so that a pattern finds words on both sides of a line's end.
fn paragraphs(text: &str) -> Vec<String> {
    let goes_on = Regex::new(r"\n[ ]*([^\s|*#>`-])").unwrap();
    goes_on.replace_all(text, " $1").lines().map(|line| line.trim().to_owned()).collect()
}

/// The descriptions of fields and the messages of rules in a CRD, each as one line.
fn descriptions(value: &Value) -> Vec<String> {
    match value {
        Value::Object(object) => {
            let own = ["description", "message"].iter().filter_map(|key| object.get(*key)?.as_str());
            let own = own.map(|text| text.replace('\n', " "));
            own.chain(object.values().flat_map(descriptions)).collect()
        }
        Value::Array(items) => items.iter().flat_map(descriptions).collect(),
        _ => Vec::new(),
    }
}

/// What is wrong with a text, at a place.
fn wrong(place: &str, text: &str, rules: &[Rule]) -> Vec<String> {
    let found = rules.iter().filter(|rule| rule.pattern.is_match(text));
    found.map(|rule| format!("{place}: {text:?}: write {}", rule.instead)).collect()
}

fn assert_plain(texts: impl IntoIterator<Item = (String, String)>) {
    let rules = rules();
    let found: Vec<String> = texts.into_iter().flat_map(|(place, text)| wrong(&place, &text, &rules)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// A file's path as messages show it, and its text.
fn read(path: &Path) -> (String, String) {
    (path.strip_prefix(root()).unwrap_or(path).display().to_string(), fs::read_to_string(path).unwrap())
}

#[test]
fn messages_are_plain_technical_english() {
    assert_plain(sources().iter().flat_map(|path| {
        let (place, text) = read(path);
        literals(&text).into_iter().map(move |literal| (place.clone(), literal))
    }));
}

#[test]
fn descriptions_of_fields_are_plain_technical_english() {
    let (place, text) = read(&root().join("crds/privateapi.dev_privateapifrontdoors.yaml"));
    let descriptions = descriptions(&serde_saphyr::from_str(&text).unwrap());
    assert!(descriptions.len() > 150, "{}", descriptions.len());
    assert_plain(descriptions.into_iter().map(|text| (place.clone(), text)));
}

/// An optional field of an enum type has a description of its own, and not that of its type.
#[test]
fn optional_fields_of_enums_name_their_defaults() {
    fn check(path: &str, schema: &Value, found: &mut Vec<(String, bool)>) {
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}.{name}");
            if property["enum"].is_array() && !required.contains(&Value::from(name.as_str())) {
                found.push((path.clone(), property["description"].as_str().unwrap().contains("Default:")));
            }
            check(&path, property, found);
            check(&format!("{path}[]"), &property["items"], found);
        }
    }
    let mut found = Vec::new();
    check("spec", &frontdoor::api::schema()["properties"]["spec"], &mut found);
    assert!(found.len() > 15, "{found:?}");
    let without: Vec<_> = found.iter().filter(|(_, named)| !named).map(|(path, _)| path).collect();
    assert!(without.is_empty(), "no default in the description of {without:?}");
}

#[test]
fn documents_and_examples_are_plain_technical_english() {
    let documents = [files(&root().join("docs"), "md"), vec![root().join("README.md")]].concat();
    assert_plain(documents.iter().flat_map(|path| {
        let (place, text) = read(path);
        paragraphs(&text).into_iter().map(move |paragraph| (place.clone(), paragraph))
    }));
    assert_plain(files(&root().join("examples"), "yaml").iter().flat_map(|path| {
        let (place, text) = read(path);
        text.lines().map(|line| (place.clone(), line.to_owned())).collect::<Vec<_>>()
    }));
}

#[test]
fn help_is_plain_technical_english() {
    let mut command = frontdoor::runtime::Arguments::command();
    command.build();
    let mut helps = vec![("frontdoor --help".to_owned(), command.render_long_help().to_string())];
    helps.extend(
        command
            .get_subcommands_mut()
            .map(|sub| (format!("frontdoor {} --help", sub.get_name()), sub.render_long_help().to_string())),
    );
    assert!(helps.len() > 4, "{}", helps.len());
    let lines = |(place, help): (String, String)| {
        help.lines().map(|line| (place.clone(), line.trim().to_owned())).collect::<Vec<_>>()
    };
    assert_plain(helps.into_iter().flat_map(lines));
}

#[test]
fn each_pattern_is_found() {
    for rule in rules() {
        let example = rule.instead.rsplit_once(" -- for ").unwrap().1;
        assert!(rule.pattern.is_match(example), "{} does not match its example {example:?}", rule.pattern);
    }
}

#[test]
fn literals_and_paragraphs_go_over_lines() {
    assert_eq!(literals("f(\"one \\\n    two\", \"three\")"), ["one two", "three"]);
    assert_eq!(paragraphs("one\ntwo\n\n* three\n  four"), ["one two", "", "* three four"]);
}
