//! The policy document.

use serde_json::{Map, Value};

use super::condition::Condition;
use super::pattern::{Syntax, Template};
use super::principal::Principals;

/// A policy that is attached to a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its statements, in their order.
    pub statements: Vec<Statement>,
}

/// A statement. What of it cannot be read is kept with the reason: whether it applies cannot be told then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// `Sid`, where it has one.
    pub sid: Option<String>,
    /// What it does to the requests it applies to; none where this cannot be read.
    pub effect: Option<Effect>,
    /// All of them have to hold.
    pub conditions: Vec<Condition>,
    pub(super) principals: Readable<Principals>,
    pub(super) actions: Readable<Scope>,
    pub(super) resources: Readable<Scope>,
    /// What cannot be read of the statement as a whole.
    pub(super) unreadable: Option<String>,
}

/// A part of a statement, or why it cannot be read.
pub(super) type Readable<T> = Result<T, String>;

/// What a statement does to the requests it applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Allows them.
    Allow,
    /// Denies them.
    Deny,
}

/// Actions or resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scope {
    pub(super) patterns: Vec<Template>,
    /// `NotAction`, `NotResource`: all but these.
    pub(super) excluded: bool,
}

const MEMBERS: [&str; 9] =
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

/// The version of the policy language that has variables.
const WITH_VARIABLES: &str = "2012-10-17";

impl Policy {
    /// Reads a policy. It cannot fail: see [`Statement`].
    #[must_use]
    pub fn parse(document: &Value) -> Self {
        let variables = document.get("Version").and_then(Value::as_str) == Some(WITH_VARIABLES);
        let statements = match document.get("Statement") {
            Some(Value::Array(all)) => all.iter().map(|statement| Statement::parse(statement, variables)).collect(),
            Some(single @ Value::Object(_)) => vec![Statement::parse(single, variables)],
            _ => vec![Statement::unreadable("the policy has no statements".to_owned())],
        };
        Self { statements }
    }
}

impl Statement {
    fn unreadable(reason: String) -> Self {
        Self {
            sid: None,
            effect: None,
            conditions: Vec::new(),
            principals: Err(reason.clone()),
            actions: Err(reason.clone()),
            resources: Err(reason.clone()),
            unreadable: Some(reason),
        }
    }

    fn parse(value: &Value, variables: bool) -> Self {
        let Some(members) = value.as_object() else {
            return Self::unreadable("a statement is not an object".to_owned());
        };
        let unknown = members.keys().find(|name| !MEMBERS.contains(&name.as_str()));
        let conditions = members.get("Condition").map(|block| Condition::parse_all(block, variables)).transpose();
        let (conditions, bad_block) = match conditions {
            Ok(conditions) => (conditions.unwrap_or_default(), None),
            Err(reason) => (Vec::new(), Some(reason)),
        };
        let sid = members.get("Sid").and_then(Value::as_str).filter(|sid| !sid.is_empty());
        Self {
            sid: sid.map(str::to_owned),
            effect: match members.get("Effect").and_then(Value::as_str) {
                Some("Allow") => Some(Effect::Allow),
                Some("Deny") => Some(Effect::Deny),
                _ => None,
            },
            conditions,
            principals: one_of(members, ["Principal", "NotPrincipal"]).and_then(|(it, not)| Principals::parse(it, not)),
            actions: one_of(members, ["Action", "NotAction"]).and_then(|(value, excluded)| actions(value, excluded)),
            resources: one_of(members, ["Resource", "NotResource"])
                .and_then(|(value, excluded)| resources(value, excluded, variables)),
            unreadable: unknown.map(|name| format!("{name} is not an element of a statement")).or(bad_block),
        }
    }

    /// Whether it names certain principals only.
    #[must_use]
    pub fn names_principals(&self) -> bool {
        self.principals.as_ref().is_ok_and(Principals::is_narrow)
    }
}

/// The one of two elements that a statement has, and whether it is the second.
fn one_of<'a>(members: &'a Map<String, Value>, names: [&str; 2]) -> Readable<(&'a Value, bool)> {
    match names.map(|name| members.get(name)) {
        [Some(value), None] => Ok((value, false)),
        [None, Some(value)] => Ok((value, true)),
        _ => Err(format!("a statement has exactly one of {} and {}", names[0], names[1])),
    }
}

/// Actions ignore case and have no variables.
///
/// Source: IAM User Guide, "IAM JSON policy elements: Action".
fn actions(value: &Value, excluded: bool) -> Readable<Scope> {
    let syntax = Syntax { wildcards: true, variables: false };
    let patterns = texts(value)?;
    let patterns = patterns.iter().map(|action| Template::parse(&action.to_ascii_lowercase(), syntax));
    Ok(Scope { patterns: patterns.collect(), excluded })
}

/// `execute-api:/…` stands for the API that the policy is attached to.
///
/// Source: API Gateway Developer Guide, "API Gateway resource policy examples".
fn resources(value: &Value, excluded: bool, variables: bool) -> Readable<Scope> {
    let syntax = Syntax { wildcards: true, variables };
    let template = |resource: &String| match resource.strip_prefix("execute-api:").filter(|it| it.starts_with('/')) {
        Some(path) => Template::parse(path, syntax).behind_own(),
        None => Template::parse(resource, syntax),
    };
    Ok(Scope { patterns: texts(value)?.iter().map(template).collect(), excluded })
}

/// One text or a list of texts; numbers and booleans count as text.
///
/// Source: IAM User Guide, "Grammar of the IAM JSON policy language".
pub(super) fn texts(value: &Value) -> Readable<Vec<String>> {
    let text = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        other => Err(format!("{other} is not a text")),
    };
    let all: Vec<String> = match value {
        Value::Array(values) => values.iter().map(text).collect::<Readable<_>>()?,
        one => vec![text(one)?],
    };
    if all.is_empty() { Err("a list is empty".to_owned()) } else { Ok(all) }
}
