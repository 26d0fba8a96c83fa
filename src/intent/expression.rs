//! Regular expressions of rule conditions.

/// What is wrong with one.
pub(super) fn problem(expression: &str) -> Option<String> {
    if let Some(what) = unsupported(expression) {
        return Some(format!("uses {what}, which a load balancer does not support: rewrite it without"));
    }
    let error = regex_syntax::parse(expression).err()?;
    // The message shows the expression with a mark first, and what is wrong last.
    let text = error.to_string();
    let why = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
    Some(format!("is not a regular expression: {why}"))
}

/// What an expression uses that the load balancer's engine does not know.
///
/// Source: Elastic Load Balancing, "Transforms for listener rules", which lists it for the same engine.
fn unsupported(expression: &str) -> Option<&'static str> {
    let constructs = [
        ("(?=", "lookahead"),
        ("(?!", "lookahead"),
        ("(?<=", "lookbehind"),
        ("(?<!", "lookbehind"),
        ("(?>", "an atomic group"),
        ("(?R", "recursion"),
        ("\\p{", "a Unicode class"),
        ("*+", "a possessive quantifier"),
        ("++", "a possessive quantifier"),
        ("?+", "a possessive quantifier"),
    ];
    let found = constructs.into_iter().find(|(construct, _)| expression.contains(construct)).map(|(_, what)| what);
    let reference = || (1..=9).any(|group| expression.contains(&format!("\\{group}"))).then_some("a back reference");
    found.or_else(reference)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_malformed_or_unsupported_is_told() {
        let cases = [
            ("^/a(b|c)[0-9]{2}\\.x/$", ""),
            ("^/(?!b)", "uses lookahead"),
            (r"(a)\1", "uses a back reference"),
            ("^/(a", "is not a regular expression: unclosed group"),
            ("[a", "is not a regular expression: unclosed character class"),
            ("*", "is not a regular expression: repetition operator missing expression"),
        ];
        for (expression, expected) in cases {
            let found = problem(expression).unwrap_or_default();
            assert!(found.starts_with(expected) && found.is_empty() == expected.is_empty(), "{expression}: {found}");
        }
    }
}
