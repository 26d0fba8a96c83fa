//! Mapping templates and mapping expressions, as far as they are used to give constant answers and to pass values on (API Gateway Developer
//! Guide, "Mapping template reference"). Directives are not understood: a template with one fails, as one with an error would.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;

/// What templates can refer to.
#[derive(Clone, Debug, Default)]
pub(super) struct Values {
    /// `$input.body`.
    pub(super) body: String,
    /// Where `$input.params()` looks, in this order.
    pub(super) path: Vec<(String, String)>,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: Vec<(String, String)>,
    /// `$context`, by dotted name.
    pub(super) context: BTreeMap<String, String>,
    /// `$stageVariables`.
    pub(super) stage: BTreeMap<String, String>,
}

/// A template that this simulator cannot fill in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unsupported;

/// `$name` or `${name}`, with an optional `!`.
static REFERENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"\$!?(?:\{([^{}]*)\}|(input\.body|input\.(?:json|path|params)\(['"][^'"]*['"]\)|context(?:\.[A-Za-z]+)+|stageVariables\.\w+))"#,
    )
    .ok()
});

/// The template with its references filled in.
pub(super) fn render(template: &str, values: &Values) -> Result<String, Unsupported> {
    let lines = template.lines().filter(|line| !line.trim_start().starts_with("##"));
    let text = lines.collect::<Vec<_>>().join("\n");
    let directives = ["#set", "#if", "#foreach", "#end", "#macro", "$util.", "$input.params()"];
    if directives.iter().any(|directive| text.contains(directive)) {
        return Err(Unsupported);
    }
    let filled = |found: &Captures<'_>| {
        let name = found.get(1).or(found.get(2)).map_or("", |name| name.as_str());
        // What is no reference stays as it is.
        values.reference(name).unwrap_or_else(|| found[0].to_owned())
    };
    Ok(match &*REFERENCE {
        Some(reference) => reference.replace_all(&text, filled).into_owned(),
        None => text,
    })
}

/// `$.a.b[0]` in a JSON body.
fn json_path(body: &str, path: &str) -> String {
    let parsed: Value = serde_json::from_str(body).unwrap_or_default();
    let pointer = path.trim_start_matches('$').replace('[', ".").replace(']', "").replace('.', "/");
    parsed.pointer(&pointer).map(Value::to_string).unwrap_or_default()
}

/// The value of a mapping expression such as `method.request.path.id`, `stageVariables.x` or `'constant'` (Developer Guide, "Parameter
/// mapping reference").
pub(super) fn parameter(expression: &str, values: &Values) -> Option<String> {
    if let Some(constant) = expression.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return Some(constant.to_owned());
    }
    let (place, name) =
        match expression.strip_prefix("method.request.").or_else(|| expression.strip_prefix("integration.response.")) {
            Some("body") => return Some(values.body.clone()),
            Some(rest) => rest.split_once('.')?,
            None => expression.split_once('.')?,
        };
    match place {
        "path" => get(&values.path, name, false),
        "querystring" | "multivaluequerystring" => get(&values.query, name, false),
        "header" | "multivalueheader" => get(&values.headers, name, true),
        "context" => values.context.get(name).cloned(),
        "stageVariables" => values.stage.get(name).cloned(),
        _ => None,
    }
}

fn get(pairs: &[(String, String)], name: &str, ignore_case: bool) -> Option<String> {
    let same = |other: &str| if ignore_case { other.eq_ignore_ascii_case(name) } else { other == name };
    pairs.iter().find(|(other, _)| same(other)).map(|(_, value)| value.clone())
}

impl Values {
    /// The value of a reference; empty if there is none, `None` if it is not one.
    fn reference(&self, name: &str) -> Option<String> {
        let argument = || name.split(['\'', '"']).nth(1).unwrap_or_default();
        let place = name.split(['.', '(']).take(2).collect::<Vec<_>>();
        Some(match place[..] {
            ["input", "body"] => self.body.clone(),
            ["input", "json" | "path"] => json_path(&self.body, argument()),
            ["input", "params"] => self.param(argument()),
            ["context", _] => self.context.get(&name["context.".len()..]).cloned().unwrap_or_default(),
            ["stageVariables", variable] => self.stage.get(variable).cloned().unwrap_or_default(),
            _ => return None,
        })
    }

    fn param(&self, name: &str) -> String {
        let found = get(&self.path, name, false).or_else(|| get(&self.query, name, false));
        found.or_else(|| get(&self.headers, name, true)).unwrap_or_default()
    }

    /// A text with `${stageVariables.…}` filled in, as in integration URIs.
    pub(super) fn with_stage_variables<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut out = Cow::Borrowed(text);
        for (name, value) in &self.stage {
            let reference = format!("${{stageVariables.{name}}}");
            if out.contains(&reference) {
                out = Cow::Owned(out.replace(&reference, value));
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_filled_in_and_directives_refused() {
        let values = Values {
            body: r#"{"a": {"b": [1, 2]}}"#.into(),
            query: vec![("q".into(), "x".into())],
            context: [("requestId".to_owned(), "r".to_owned())].into(),
            stage: [("env".to_owned(), "prod".to_owned())].into(),
            ..Values::default()
        };
        let text = "## comment\n{\"id\": \"$context.requestId\", \"q\": \"$input.params('q')\", \"b\": $input.json('$.a.b[1]'), \"e\": \"${stageVariables.env}\"}";
        assert_eq!(render(text, &values).as_deref(), Ok(r#"{"id": "r", "q": "x", "b": 2, "e": "prod"}"#));
        assert_eq!(render("#set($a = 1)", &values), Err(Unsupported));
        assert_eq!(parameter("'*'", &values).as_deref(), Some("*"));
        assert_eq!(parameter("method.request.querystring.q", &values).as_deref(), Some("x"));
        assert_eq!(values.with_stage_variables("http://${stageVariables.env}/"), "http://prod/");
    }
}
