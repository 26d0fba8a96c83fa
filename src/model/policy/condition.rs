//! One operator on one key of a statement's `Condition`.

use ipnet::IpNet;
use serde_json::Value;

use super::context::{Context, KeyValue};
use super::document::texts;
use super::operator::{Operator, Set, Test, range};
use super::pattern::{Piece, Syntax, Template, Text};
use super::truth::{Doubt, Doubts, Truth};

/// One operator on one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Name of the operator as it is written, for example `StringNotEquals`.
    pub operator: String,
    /// Name of the key as it is written.
    pub key: String,
    /// Values as they are written.
    pub values: Vec<String>,
    test: Result<(Operator, Vec<Template>), String>,
}

/// One value of a request as it is compared.
#[derive(Clone, Copy)]
enum Found<'a> {
    Is(&'a str),
    Within(&'a [IpNet]),
    Own { placeholder: &'a str, not_created: bool },
    Present,
}

/// What a comparison needs beside the two values.
struct Comparison<'a> {
    test: Test,
    context: &'a Context,
}

impl Condition {
    /// Reads a `Condition` element.
    pub(super) fn parse_all(block: &Value, variables: bool) -> Result<Vec<Self>, String> {
        let operators = block.as_object().ok_or("Condition is not an object")?;
        let mut all = Vec::new();
        for (operator, keys) in operators {
            let keys = keys.as_object().ok_or_else(|| format!("{operator} is not an object"))?;
            all.extend(keys.iter().map(|(key, values)| Self::parse(operator, key, values, variables)));
        }
        Ok(all)
    }

    fn parse(operator: &str, key: &str, values: &Value, variables: bool) -> Self {
        let (values, readable) = match texts(values) {
            Ok(values) => (values, Ok(())),
            Err(error) => (Vec::new(), Err(format!("{operator} {key}: {error}"))),
        };
        let test = readable.and_then(|()| tested(operator, &values, variables));
        Self { operator: operator.to_owned(), key: key.to_owned(), values, test }
    }

    /// Whether it compares with "is not", so that a request without the key meets it.
    #[must_use]
    pub fn is_negated(&self) -> bool {
        self.test.as_ref().is_ok_and(|(operator, _)| operator.negated)
    }

    /// Whether it holds for a request.
    pub(super) fn holds(&self, context: &Context, doubts: &mut Doubts) -> Truth {
        let (operator, templates) = match &self.test {
            Ok(test) => test,
            Err(reason) => {
                doubts.insert(Doubt::Unreadable(reason.clone()));
                return Truth::Unknown;
            }
        };
        let found = context.get(&self.key);
        let truth = match found {
            KeyValue::Unknown => Truth::Unknown,
            _ if operator.test == Test::Null => self.is_null(*found == KeyValue::Absent),
            KeyValue::Absent => return absent(*operator, doubts),
            KeyValue::Known(values) if values.is_empty() => return absent(*operator, doubts),
            _ => Comparison { test: operator.test, context }.all(*operator, templates, found, doubts),
        };
        if truth == Truth::Unknown && doubts.is_empty() {
            doubts.insert(Doubt::Key(self.key.clone()));
        }
        truth
    }

    fn is_null(&self, is_absent: bool) -> Truth {
        let wanted = is_absent.to_string();
        Truth::from(self.values.iter().any(|value| value.eq_ignore_ascii_case(&wanted)))
    }
}

fn tested(name: &str, values: &[String], variables: bool) -> Result<(Operator, Vec<Template>), String> {
    let operator = Operator::parse(name).ok_or_else(|| format!("{name} is not a condition operator"))?;
    let refused = values.iter().find_map(|value| Some((value, operator.test.refuses(value)?)));
    if let Some((value, wanted)) = refused {
        return Err(format!("{name}: {value:?} is not {wanted}"));
    }
    let test = operator.test;
    let syntax = Syntax { wildcards: test.takes_wildcards(), variables: variables && test.takes_variables() };
    Ok((operator, values.iter().map(|value| Template::parse(value, syntax)).collect()))
}

/// What an operator says to a request without the key.
fn absent(operator: Operator, doubts: &mut Doubts) -> Truth {
    match operator.set {
        _ if operator.if_exists => Truth::True,
        Some(Set::ForAllValues) if operator.negated => {
            // "Condition operators" has a table with "No match" for it, "Single-valued vs. multivalued context keys" a match.
            doubts.insert(Doubt::Undocumented("what ForAllValues with a negated operator means without the key"));
            Truth::Unknown
        }
        Some(Set::ForAllValues) => Truth::True,
        Some(Set::ForAnyValue) => Truth::False,
        None => Truth::from(operator.negated),
    }
}

impl Comparison<'_> {
    /// Several values of the policy are alternatives; negated, none of them may match. Several values of the request are for set operators; without one, one
    /// match is enough.
    fn all(&self, operator: Operator, wanted: &[Template], found: &KeyValue, doubts: &mut Doubts) -> Truth {
        let any_wanted = |found: Found<'_>, doubts: &mut Doubts| {
            Truth::any(wanted.iter().map(|wanted| self.one(wanted, found, doubts)).collect::<Vec<_>>())
        };
        let matches: Vec<Truth> = match found {
            KeyValue::Known(values) => values.iter().map(|value| any_wanted(Found::Is(value), doubts)).collect(),
            KeyValue::Within(ranges) => vec![any_wanted(Found::Within(ranges), doubts)],
            KeyValue::Own { placeholder, not_created } => {
                vec![any_wanted(Found::Own { placeholder, not_created: *not_created }, doubts)]
            }
            KeyValue::Present | KeyValue::Absent | KeyValue::Unknown => vec![any_wanted(Found::Present, doubts)],
        };
        let negated = matches.iter().map(|truth| truth.negated_if(operator.negated));
        match operator.set {
            Some(Set::ForAllValues) => Truth::all(negated),
            Some(Set::ForAnyValue) => Truth::any(negated),
            None => Truth::any(matches).negated_if(operator.negated),
        }
    }

    fn one(&self, wanted: &Template, found: Found<'_>, doubts: &mut Doubts) -> Truth {
        let Some(pattern) = wanted.pattern(self.context, None, doubts) else { return Truth::False };
        match found {
            Found::Is(text) if self.test == Test::Arn => pattern.matches_arn(text),
            Found::Is(text) if matches!(self.test, Test::Like | Test::Equals) => pattern.matches(&Text::from(text)),
            Found::Is(text) => pattern.plain().map_or(Truth::Unknown, |wanted| self.test.matches(&wanted, text).into()),
            Found::Within(ranges) if self.test == Test::Address => pattern
                .plain()
                .and_then(|wanted| range(&wanted))
                .map_or(Truth::Unknown, |wanted| within(ranges, wanted)),
            Found::Own { placeholder, not_created } => match pattern.plain() {
                Some(wanted) if self.test.matches(&wanted, placeholder) => Truth::True,
                Some(_) if not_created => Truth::False,
                _ => pattern.matches(&Text::of(&[Piece::Own])),
            },
            Found::Within(_) | Found::Present => pattern.matches(&Text::of(&[Piece::Any])),
        }
    }
}

/// Whether an address of these ranges is in that range.
fn within(ranges: &[IpNet], wanted: IpNet) -> Truth {
    let apart = |range: &IpNet| !wanted.contains(range) && !range.contains(&wanted);
    if ranges.iter().all(|range| wanted.contains(range)) {
        Truth::True
    } else if ranges.iter().all(apart) {
        Truth::False
    } else {
        Truth::Unknown
    }
}
