//! Wildcards and policy variables.

use super::evaluate::Keys;

/// Whether a text fits a pattern in which `*` stands for any characters and `?` for one.
#[must_use]
pub fn like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut position) = (0, 0);
    // Where to go on when what follows the last star did not fit.
    let mut retry: Option<(usize, usize)> = None;
    while position < text.len() {
        match pattern.get(at) {
            Some('*') => {
                retry = Some((at, position));
                at += 1;
            }
            Some(&wanted) if wanted == '?' || wanted == text[position] => {
                at += 1;
                position += 1;
            }
            _ => {
                let Some((star, taken)) = retry else {
                    return false;
                };
                retry = Some((star, taken + 1));
                at = star + 1;
                position = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|&left| left == '*')
}

/// Puts the request's values in place of `${key}` and `${key, 'default'}`; `None` if one is missing, in which case nothing matches
/// (IAM User Guide, "Policy variables").
pub(super) fn substitute(value: &str, keys: &Keys) -> Option<String> {
    let mut out = String::new();
    let mut rest = value;
    while let Some((before, variable)) = rest.split_once("${") {
        let (name, after) = variable.split_once('}')?;
        let (name, default) = name
            .split_once(',')
            .map_or((name, None), |(name, default)| (name, Some(default.trim().trim_matches('\'').to_owned())));
        out.push_str(before);
        match name.trim() {
            special @ ("*" | "?" | "$") => out.push_str(special),
            name => out.push_str(&keys.single(name).map(str::to_owned).or(default)?),
        }
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks() {
        for (pattern, text, fits) in [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c*e", "abcde", true),
            ("a*c", "abcd", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("arn:aws:execute-api:*:*:api/*/GET/*", "arn:aws:execute-api:us-east-1:1:api/test/GET/", true),
            ("", "a", false),
        ] {
            assert_eq!(like(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn a_variable_without_value_and_default_matches_nothing() {
        let keys = Keys::default().with("aws:username", "ann");
        assert_eq!(substitute("home/${aws:username}/*", &keys).as_deref(), Some("home/ann/*"));
        assert_eq!(substitute("${aws:PrincipalTag/team, 'all'}", &keys).as_deref(), Some("all"));
        assert_eq!(substitute("${aws:userid}", &keys), None);
    }
}
