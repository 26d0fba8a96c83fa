//! Rules of this simulator that no source states: each was inferred, and a trial on AWS would settle it.
//!
//! Where the code follows such a rule, its comment says `Inferred (rule-name): why`; the tests of this module hold the comments and this table
//! to each other. `GET /_sim/inferred` answers the table.

use serde_json::{Value, json};

mod table;

pub use table::{RULES, TRIALS};

/// Something to try on AWS.
#[derive(Clone, Copy, Debug)]
pub struct Trial {
    /// Its name.
    pub name: &'static str,
    /// What to do, and what to note.
    pub what: &'static str,
    /// Its number where `make try-on-aws` runs it; others are for somebody to try by hand.
    pub number: Option<u8>,
}

/// A rule that was inferred.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its name, as the comments in the code have it.
    pub name: &'static str,
    /// What the simulator does.
    pub rule: &'static str,
    /// What it was inferred from.
    pub basis: &'static str,
    /// Name of the trial that would settle it.
    pub trial: &'static str,
}

/// The trials with the rules that each settles.
pub(crate) fn page() -> Value {
    let rules = |trial: &Trial| -> Value {
        let rules = RULES.iter().filter(|rule| rule.trial == trial.name);
        rules.map(|rule| json!({"name": rule.name, "rule": rule.rule, "basis": rule.basis})).collect()
    };
    TRIALS
        .iter()
        .map(|trial| json!({"trial": trial.name, "number": trial.number, "what": trial.what, "rules": rules(trial)}))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use super::*;

    fn sources() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
    }

    fn is_of_the_table(path: &Path) -> bool {
        path.starts_with(sources().join("inferred")) || *path == sources().join("inferred.rs")
    }

    /// The comments of every source file below a folder but those of the table itself, each file's in one line.
    fn comments_in(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                comments_in(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !is_of_the_table(&path) {
                let text = std::fs::read_to_string(&path).unwrap();
                let comments = text.lines().filter_map(|line| line.split_once("//")).map(|(_, comment)| comment);
                found.push((
                    path,
                    comments.map(|it| it.trim_start_matches(['/', '!', ' '])).collect::<Vec<_>>().join(" "),
                ));
            }
        }
    }

    fn comments() -> Vec<(PathBuf, String)> {
        let mut found = Vec::new();
        comments_in(&sources(), &mut found);
        found
    }

    #[test]
    fn what_was_inferred_has_a_name() {
        for (path, text) in comments() {
            for after in text.split("nferred").skip(1) {
                assert!(after.starts_with(" ("), "{}: inferred{after:.60}", path.display());
            }
        }
    }

    #[test]
    fn the_code_and_the_table_name_the_same_rules() {
        let all = comments();
        let names =
            all.iter().flat_map(|(_, text)| text.split("Inferred (").skip(1)).filter_map(|it| it.split_once(')'));
        let found: BTreeSet<String> = names.map(|(name, _)| name.to_owned()).collect();
        let listed: BTreeSet<String> = RULES.iter().map(|rule| rule.name.to_owned()).collect();
        let missing: Vec<_> = found.difference(&listed).collect();
        let unused: Vec<_> = listed.difference(&found).collect();
        assert!(missing.is_empty(), "named in comments, not in the table: {missing:?}");
        assert!(unused.is_empty(), "in the table, named in no comment: {unused:?}");
        assert_eq!(listed.len(), RULES.len(), "a name stands for one rule");
    }

    #[test]
    fn every_rule_has_a_trial_and_every_trial_a_name_of_its_own() {
        let trials: BTreeSet<&str> = TRIALS.iter().map(|trial| trial.name).collect();
        assert_eq!(trials.len(), TRIALS.len());
        let settling: BTreeSet<&str> = RULES.iter().map(|rule| rule.trial).collect();
        assert_eq!(trials, settling, "a trial settles at least one rule");
        for rule in RULES {
            assert!(trials.contains(rule.trial), "{} names no trial: {}", rule.name, rule.trial);
            assert!(!rule.basis.is_empty() && !rule.rule.is_empty(), "{} is not filled in", rule.name);
        }
    }
}
