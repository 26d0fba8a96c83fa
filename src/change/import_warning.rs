//! Warnings of an import: which of them say that nothing of the API is missing, and which are accepted.
//!
//! API Gateway documents no list of them. What is known is from reports and recordings, as the tests below have it. Any other is taken for one that says
//! that something is missing.

use std::collections::BTreeSet;

/// How API Gateway begins to say what an import with `failonwarnings` warns of; a line each follows.
///
/// Source: hashicorp/terraform-provider-aws, acceptance test of `fail_on_warnings`; API Gateway Developer Guide, "Errors and warnings from importing your
/// API into API Gateway": the updates are rolled back then.
const WARNINGS: &str = "Warnings found during import:";

/// The warnings for which an import was refused; none where it was refused for something else.
#[must_use]
pub fn warnings(message: &str) -> Option<Vec<String>> {
    let (_, lines) = message.split_once(WARNINGS)?;
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    Some(lines.map(str::to_owned).collect())
}

/// The warnings that keep an API from being imported: those that say that something is left out, and that nobody has accepted.
#[must_use]
pub fn unaccepted<'a>(warnings: &'a [String], accepted: &BTreeSet<String>) -> Vec<&'a str> {
    let open = |warning: &&String| !is_harmless(warning) && !accepted.iter().any(|pattern| matches(pattern, warning));
    warnings.iter().filter(open).map(String::as_str).collect()
}

/// Whether nothing that answers or refuses requests is missing: the models of responses are documentation, the servers of a document are not read, and
/// texts are texts.
fn is_harmless(warning: &str) -> bool {
    let of_response = warning.starts_with("Unsupported model type '") && warning.contains(" response to method '");
    let text = warning.contains("attribute ")
        && [".description is missing", ".responses is missing", "info.version is missing"]
            .iter()
            .any(|end| warning.ends_with(end));
    of_response || text || warning.starts_with("More than one server provided.")
}

/// Whether a text is what a pattern says, in which `*` stands for any characters.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(part) = last.replace(part) {
            let Some((_, after)) = rest.split_once(part) else { return false };
            rest = after;
        }
    }
    last.map_or(rest.is_empty(), |last| rest.ends_with(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(warnings: &[&str], accepted: &[&str]) -> Vec<String> {
        let warnings: Vec<String> = warnings.iter().map(|&it| it.to_owned()).collect();
        let accepted = accepted.iter().map(|&it| it.to_owned()).collect();
        unaccepted(&warnings, &accepted).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn warnings_are_read_from_a_refusal() {
        let message = "Warnings found during import:\n\tReference to model 'A' not found. Ignoring.\n\tAnother";
        assert_eq!(
            warnings(message),
            Some(vec!["Reference to model 'A' not found. Ignoring.".to_owned(), "Another".to_owned()])
        );
        assert_eq!(warnings("Errors found during import:\n\tUnable to put method"), None);
    }

    #[test]
    fn what_is_left_out_or_unknown_has_to_be_accepted() {
        let oauth = "Unsupported security definition type 'oauth2' for 'oauth'. Ignoring.";
        let model = "Reference to model 'Order' not found. Ignoring.";
        let all = [oauth, model, "Something new"];
        assert_eq!(left(&all, &[]), all);
        assert_eq!(left(&all, &["Reference to model '*' not found. Ignoring."]), [oauth, "Something new"]);
        assert_eq!(left(&all, &[oauth, model, "Something new"]), Vec::<String>::new());
        assert_eq!(left(&all, &["Something", "Reference to model '*"]), [oauth, "Something new"]);
    }

    #[test]
    fn what_leaves_nothing_out_needs_no_acceptance() {
        let harmless = [
            "More than one server provided. Ignoring all but the first for defining endpoint configuration",
            "Unsupported model type 'StringSchema' in 201 response to method 'POST /events'. Ignoring.",
            "Parse issue: attribute paths.'/a'(get).responses.200.description is missing",
        ];
        assert_eq!(left(&harmless, &[]), Vec::<String>::new());
        let request = "Unsupported model type 'StringSchema' in body of method 'POST /events'. Ignoring.";
        assert_eq!(left(&[request], &[]), [request]);
    }

    #[test]
    fn a_star_stands_for_any_characters() {
        let cases = [
            ("abc", "abc", true),
            ("abc", "abcd", false),
            ("a*", "abcd", true),
            ("a*d", "abcd", true),
            ("a*c", "abcd", false),
            ("a*b*d", "aXbYd", true),
            ("a*b*b", "ab", false),
            ("a**", "a", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
