//! Stage variables in URIs.

use std::collections::BTreeMap;

use super::Problem;

/// What a reference begins with.
const START: &str = "${stageVariables.";

/// A text with its references replaced by the stage's values, or the variables that are not set.
///
/// Source: API Gateway Developer Guide, "API Gateway stage variables reference for REST APIs".
pub(super) fn substitute(text: &str, variables: &BTreeMap<String, String>) -> Result<String, Vec<String>> {
    let (mut result, mut missing) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(START) {
        result.push_str(before);
        let Some((name, end)) = after.split_once('}') else {
            // Not a reference: whoever reads the result finds it in there.
            result.push_str(START);
            rest = after;
            continue;
        };
        match variables.get(name) {
            Some(value) => result.push_str(value),
            None => missing.push(name.to_owned()),
        }
        rest = end;
    }
    result.push_str(rest);
    if missing.is_empty() { Ok(result) } else { Err(missing) }
}

/// Whether a text refers to a stage variable.
pub(super) fn refers(text: &str) -> bool {
    text.contains(START)
}

/// The same as [`substitute`]; each variable that is not set is a problem of the field.
pub(super) fn resolved(
    field: &str,
    text: &str,
    variables: &BTreeMap<String, String>,
    problems: &mut Vec<Problem>,
) -> Option<String> {
    let missing = match substitute(text, variables) {
        Ok(resolved) => return Some(resolved),
        Err(missing) => missing,
    };
    for name in missing {
        let message = format!("the stage variable {name} is not set: set it in spec.api.stage.variables");
        problems.push(Problem::new(field, message));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_become_values_and_nothing_else_changes() {
        let variables = [("fn", "hello"), ("ver", "blue"), ("dollar_1", "x")];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        for (text, expected) in [
            ("function:${stageVariables.fn}", Ok("function:hello")),
            ("a-${stageVariables.fn}-${stageVariables.dollar_1}:${stageVariables.ver}/", Ok("a-hello-x:blue/")),
            ("${stageVariables.fn}${stageVariables.ver}", Ok("helloblue")),
            ("https://b/{id}/${other}/$stageVariables.fn", Ok("https://b/{id}/${other}/$stageVariables.fn")),
            ("${stageVariables.fn", Ok("${stageVariables.fn")),
            ("${stageVariables.a}${stageVariables.fn}${stageVariables.}", Err(vec!["a", ""])),
            ("${stageVariables.a-b}", Err(vec!["a-b"])),
        ] {
            let expected = expected.map(str::to_owned);
            let expected = expected.map_err(|names| names.into_iter().map(str::to_owned).collect());
            assert_eq!(substitute(text, &variables), expected, "{text}");
        }
    }
}
