//! Lambda functions' resource policies.

use std::collections::BTreeMap;

/// Who may invoke a function, by statement ID: only statements that admit API Gateway.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FunctionPolicy {
    /// Statements by ID.
    pub statements: BTreeMap<String, InvokePermission>,
}

/// A statement that lets API Gateway invoke the function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvokePermission {
    /// ARN pattern of the methods that may; none for all.
    pub source_arn: Option<String>,
}

/// What can be learnt of the policy of a function that is of another account or region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExternalPolicy {
    /// It was read.
    Read(FunctionPolicy),
    /// There is no such function, version or alias.
    Absent,
    /// Its owner lets nobody here read it.
    Unreadable,
}

/// Whether a policy lets an API invoke the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permitted {
    /// It does.
    Yes,
    /// It lets some of the API's methods, or cannot be read.
    Unknown,
    /// No statement is about this API.
    No,
}

impl FunctionPolicy {
    /// Whether a statement covers this source, `<API>/<what of it>`, whoever wrote it.
    #[must_use]
    pub fn permits(&self, source_arn: &str) -> Permitted {
        let api = source_arn.split('/').next().unwrap_or_default();
        let patterns = || self.statements.values().map(|permission| permission.source_arn.as_deref().unwrap_or("*"));
        if patterns().any(|pattern| matches(pattern, source_arn)) {
            Permitted::Yes
        } else if patterns().any(|pattern| may_match_below(pattern, api)) {
            Permitted::Unknown
        } else {
            Permitted::No
        }
    }
}

/// Whether a pattern of `ArnLike`, `*` for any text and `?` for any letter, takes a text. Letters of the text stand for themselves.
fn matches(pattern: &str, text: &str) -> bool {
    let mut pattern = pattern.chars();
    match pattern.next() {
        None => text.is_empty(),
        Some('*') => {
            let rest = pattern.as_str();
            text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| matches(rest, &text[at..]))
        }
        Some(letter) => {
            let mut text = text.chars();
            text.next().is_some_and(|it| letter == '?' || it == letter) && matches(pattern.as_str(), text.as_str())
        }
    }
}

/// Whether a pattern may take a text that begins with `<start>/`.
fn may_match_below(pattern: &str, start: &str) -> bool {
    let literal = pattern.split(['*', '?']).next().unwrap_or_default();
    let below = format!("{start}/");
    if literal.len() == pattern.len() {
        literal.starts_with(&below)
    } else {
        literal.starts_with(&below) || below.starts_with(literal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_counts_by_the_sources_that_it_takes() {
        let api = "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5";
        let of = |source_arn: Option<&str>| {
            let permission = InvokePermission { source_arn: source_arn.map(str::to_owned) };
            let policy = FunctionPolicy { statements: BTreeMap::from([("theirs".to_owned(), permission)]) };
            policy.permits(&format!("{api}/*/*/*"))
        };
        for (pattern, expected) in [
            ("*", Permitted::Yes),
            ("arn:aws:execute-api:*:111122223333:*", Permitted::Yes),
            ("arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/*", Permitted::Yes),
            ("arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/*/*/*", Permitted::Yes),
            ("arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/prod/GET/", Permitted::Unknown),
            ("arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/prod/*/*", Permitted::Unknown),
            ("arn:aws:execute-api:eu-west-1:111122223333:zzzzzzzzzz/*/*/*", Permitted::No),
            ("arn:aws:execute-api:eu-west-1:444455556666:a1b2c3d4e5/*", Permitted::No),
            ("arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5", Permitted::No),
        ] {
            assert_eq!(of(Some(pattern)), expected, "{pattern}");
        }
        assert_eq!((of(None), FunctionPolicy::default().permits(api)), (Permitted::Yes, Permitted::No));
    }
}
