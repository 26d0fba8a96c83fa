//! Patterns with wildcards and policy variables, matched against texts of which parts may not be known.

use super::context::{Context, KeyValue};
use super::truth::{Doubt, Doubts, Truth};

/// A text of which parts are not known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text(Vec<Unit>);

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// These characters.
    Is(String),
    /// One or more characters other than `/`, which are not known.
    Word,
    /// Any characters, or none.
    Any,
    /// The ID of the resource that the policy is attached to, which is not known: one or more characters other than `/`.
    Own,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Char(char),
    Word,
    Any,
    Own,
}

impl Text {
    /// A text of these parts.
    #[must_use]
    pub fn of(pieces: &[Piece]) -> Self {
        let units = pieces.iter().flat_map(|piece| match piece {
            Piece::Is(text) => text.chars().map(Unit::Char).collect(),
            Piece::Word => vec![Unit::Word],
            Piece::Any => vec![Unit::Any],
            Piece::Own => vec![Unit::Own],
        });
        Self(units.collect())
    }

    fn is_known(&self) -> bool {
        self.0.iter().all(|unit| matches!(unit, Unit::Char(_)))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.chars().map(Unit::Char).collect())
    }
}

/// A value of a policy as it is written: wildcards and variables are found once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Char(char),
    /// `?`.
    One,
    /// `*`.
    Many,
    /// `${key}` or `${key, 'default'}`.
    Variable(String, Option<String>),
    /// The ARN of the resource that the policy is attached to.
    Own,
}

/// What a template says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Syntax {
    pub(super) wildcards: bool,
    /// Variables came with version 2012-10-17 of the policy language: before, `${` is text.
    pub(super) variables: bool,
}

impl Template {
    pub(super) fn parse(value: &str, syntax: Syntax) -> Self {
        let mut parts = Vec::new();
        let mut rest = value;
        while let Some(next) = rest.chars().next() {
            let variable = if syntax.variables { variable(rest) } else { None };
            if let Some((part, length)) = variable {
                parts.push(part);
                rest = &rest[length..];
                continue;
            }
            parts.push(match next {
                '*' if syntax.wildcards => Part::Many,
                '?' if syntax.wildcards => Part::One,
                other => Part::Char(other),
            });
            rest = &rest[next.len_utf8()..];
        }
        Self(parts)
    }

    /// The same behind the ARN of the resource that the policy is attached to.
    pub(super) fn behind_own(mut self) -> Self {
        self.0.insert(0, Part::Own);
        self
    }

    /// The same with anything after it.
    pub(super) fn and_anything(mut self) -> Self {
        self.0.push(Part::Many);
        self
    }

    /// Whether the first `/` of an ARN is its end, as in `arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/`.
    pub(super) fn ends_behind_api(&self) -> bool {
        let slashes = self.0.iter().filter(|part| **part == Part::Char('/')).count();
        slashes == 1 && self.0.last() == Some(&Part::Char('/'))
    }

    /// With the values of the variables in their places; none where one has no value: then it is equal to nothing.
    ///
    /// Source: IAM User Guide, "Variables and tags", "Policy variables with no value".
    pub(super) fn pattern(&self, context: &Context, own: Option<&Text>, doubts: &mut Doubts) -> Option<Pattern> {
        let mut tokens = Vec::new();
        for part in &self.0 {
            match part {
                Part::Char(c) => tokens.push(Token::Char(*c)),
                Part::One => tokens.push(Token::One),
                Part::Many => tokens.push(Token::Many),
                Part::Own => tokens.extend(own?.0.iter().map(|unit| match unit {
                    Unit::Char(c) => Token::Char(*c),
                    Unit::Own => Token::Own,
                    Unit::Word | Unit::Any => Token::Unknown,
                })),
                Part::Variable(key, default) => tokens.extend(value(key, default.as_deref(), context, doubts)?),
            }
        }
        Some(Pattern(tokens))
    }
}

/// A variable at the start of a text, with its length. `${*}`, `${?}` and `${$}` are these characters.
fn variable(text: &str) -> Option<(Part, usize)> {
    let (inner, _) = text.strip_prefix("${")?.split_once('}')?;
    let length = inner.len() + 3;
    let special = ["*", "?", "$"].contains(&inner).then(|| inner.chars().next()).flatten();
    if let Some(special) = special {
        return Some((Part::Char(special), length));
    }
    let (key, default) = inner.split_once(',').map_or((inner, None), |(key, default)| (key, Some(default)));
    let default = default.map(|default| default.trim().trim_matches('\'').to_owned());
    Some((Part::Variable(key.trim().to_owned(), default), length))
}

fn value(key: &str, default: Option<&str>, context: &Context, doubts: &mut Doubts) -> Option<Vec<Token>> {
    let literal = |text: &str| text.chars().map(Token::Char).collect();
    match context.get(key) {
        KeyValue::Known(values) if values.len() == 1 => values.first().map(|value| literal(value)),
        KeyValue::Absent => default.map(literal),
        _ => {
            doubts.insert(Doubt::Key(key.to_owned()));
            Some(vec![Token::Unknown])
        }
    }
}

/// A template with the values of its variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Token>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Char(char),
    One,
    Many,
    Own,
    /// Characters that are not known.
    Unknown,
}

impl Pattern {
    /// The text that it is; none where a part of it is not known, or is a wildcard.
    pub(super) fn plain(&self) -> Option<String> {
        let text = self.0.iter().map(|token| match token {
            Token::Char(c) => Some(*c),
            Token::One | Token::Many | Token::Own | Token::Unknown => None,
        });
        text.collect()
    }

    /// Whether the text matches.
    pub(super) fn matches(&self, text: &Text) -> Truth {
        let always = self.fits(&text.0, must);
        if always || (text.is_known() && !self.0.contains(&Token::Unknown)) {
            return Truth::from(always);
        }
        if self.fits(&text.0, may) { Truth::Unknown } else { Truth::False }
    }

    /// Whether an ARN matches: each of its six components by itself.
    ///
    /// Source: IAM User Guide, "Amazon Resource Name (ARN) condition operators".
    pub(super) fn matches_arn(&self, arn: &str) -> Truth {
        let patterns: Vec<&[Token]> = self.0.splitn(6, |token| *token == Token::Char(':')).collect();
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        if self.0.contains(&Token::Unknown) {
            // What is not known may hold colons.
            return self.matches(&Text::from(arn)).and(Truth::Unknown);
        }
        if patterns.len() != parts.len() {
            return Truth::False;
        }
        let pairs = patterns.iter().zip(parts);
        Truth::all(pairs.map(|(pattern, part)| Self(pattern.to_vec()).matches(&Text::from(part))))
    }

    /// Fills the table of "the rest of the pattern fits the rest of the text" from the end.
    fn fits(&self, text: &[Unit], step: Step) -> bool {
        let (tokens, width) = (&self.0, text.len());
        let mut below = vec![false; width + 1];
        for row in (0..=tokens.len()).rev() {
            let mut line = vec![false; width + 1];
            for column in (0..=width).rev() {
                let (token, unit) = (tokens.get(row).copied(), text.get(column).copied());
                let at = |cells: &[bool], column: usize| cells.get(column).copied().unwrap_or(false);
                line[column] = match (token, unit) {
                    (None, None) => true,
                    (token, unit) => {
                        step(token, unit, at(&below, column), at(&line, column + 1), at(&below, column + 1))
                    }
                };
            }
            below = line;
        }
        below.first().copied().unwrap_or(false)
    }
}

/// One cell of the table, from the ones where the token, the unit, or both are behind.
type Step = fn(Option<Token>, Option<Unit>, bool, bool, bool) -> bool;

/// Whether every completion of the text fits: an unknown part is taken by `*` only.
fn must(token: Option<Token>, unit: Option<Unit>, token_done: bool, unit_done: bool, both: bool) -> bool {
    match (token, unit) {
        (Some(Token::Many), _) => token_done || unit_done,
        (Some(Token::Char(wanted)), Some(Unit::Char(c))) => wanted == c && both,
        (Some(Token::One), Some(Unit::Char(_))) | (Some(Token::Own), Some(Unit::Own)) => both,
        _ => false,
    }
}

/// Whether some completion of the text, and of the pattern, fits.
fn may(token: Option<Token>, unit: Option<Unit>, token_done: bool, unit_done: bool, both: bool) -> bool {
    match (token, unit) {
        (Some(Token::Many | Token::Unknown), _) | (Some(_), Some(Unit::Any)) => token_done || unit_done,
        (None, Some(Unit::Any)) => unit_done,
        (Some(Token::Own), Some(Unit::Own | Unit::Word)) => both || token_done || unit_done,
        (Some(Token::Own), Some(Unit::Char(c))) => c != '/' && (both || unit_done),
        (Some(Token::Char(wanted)), Some(Unit::Word | Unit::Own)) => wanted != '/' && (token_done || both),
        (Some(Token::One), Some(Unit::Word | Unit::Own)) => token_done || both,
        (Some(Token::Char(wanted)), Some(Unit::Char(c))) => wanted == c && both,
        (Some(Token::One), Some(Unit::Char(_))) => both,
        (None, _) | (_, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERYTHING: Syntax = Syntax { wildcards: true, variables: true };

    fn matches(pattern: &str, text: &Text) -> Truth {
        let context =
            Context::complete().with("aws:username", KeyValue::one("a*b")).with("aws:userid", KeyValue::Unknown);
        let pattern = Template::parse(pattern, EVERYTHING).pattern(&context, None, &mut Doubts::new());
        pattern.map_or(Truth::False, |pattern| pattern.matches(text))
    }

    #[test]
    fn known_texts() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c*e", "abcde", true),
            ("a*c", "abcd", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("", "a", false),
            ("", "", true),
            ("arn:aws:execute-api:*:*:api/*/GET/*", "arn:aws:execute-api:us-east-1:1:api/test/GET/", true),
            ("A", "a", false),
            ("${*}", "*", true),
            ("${*}", "a", false),
            ("${?}${$}", "?$", true),
            ("x${aws:username}", "xa*b", true),
            ("x${aws:username}", "xaab", false),
            ("x${aws:absent}", "x", false),
            ("x${aws:absent, 'd'}", "xd", true),
            ("${", "${", true),
        ] {
            assert_eq!(matches(pattern, &Text::from(text)), Truth::from(expected), "{pattern} {text}");
        }
    }

    #[test]
    fn texts_of_which_parts_are_not_known() {
        let is = |text: &str| Piece::Is(text.to_owned());
        let word = Text::of(&[is("api/prod/"), Piece::Word, is("/orders")]);
        let any = Text::of(&[is("api/prod/GET/orders/"), Piece::Any]);
        let own = Text::of(&[is("arn:"), Piece::Own, is("/x")]);
        for (pattern, text, expected) in [
            ("*", &word, Truth::True),
            ("api/*/orders", &word, Truth::True),
            ("api/prod/*", &word, Truth::True),
            ("api/prod/GET/orders", &word, Truth::Unknown),
            ("api/prod/G?T/orders", &word, Truth::Unknown),
            ("api/prod//orders", &word, Truth::False),
            ("api/prod/a/b/orders", &word, Truth::False),
            ("api/test/*", &word, Truth::False),
            ("api/prod/GET/orders/", &any, Truth::Unknown),
            ("api/prod/GET/orders", &any, Truth::False),
            ("api/prod/GET/orders/a/b", &any, Truth::Unknown),
            ("api/prod/*/orders/*", &any, Truth::True),
            ("api/prod/GET/${aws:userid}", &any, Truth::Unknown),
            ("api/test/${aws:userid}", &any, Truth::False),
            ("arn:abc/x", &own, Truth::Unknown),
            ("arn:abc/y", &own, Truth::False),
            ("arn:*/x", &own, Truth::True),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text:?}");
        }
    }

    #[test]
    fn the_resource_itself_is_known_by_its_place() {
        let own = Text::of(&[Piece::Is("arn:".to_owned()), Piece::Own]);
        let text = Text::of(&[Piece::Is("arn:".to_owned()), Piece::Own, Piece::Is("/a".to_owned())]);
        let matches = |rest: &str, own: Option<&Text>| {
            let template = Template::parse(rest, EVERYTHING).behind_own();
            template.pattern(&Context::complete(), own, &mut Doubts::new()).map(|it| it.matches(&text))
        };
        assert_eq!(matches("/*", Some(&own)), Some(Truth::True));
        assert_eq!(matches("/b", Some(&own)), Some(Truth::False));
        assert_eq!(matches("/*", None), None);
    }
}
