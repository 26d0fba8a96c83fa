//! A statement of a policy.

use serde_json::{Map, Value};

use super::condition::Condition;
use super::document::{Malformed, strings};
use super::evaluate::Keys;
use super::pattern::{like, substitute};
use super::principal::Principals;

/// What a statement does to the requests it applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Allows them.
    Allow,
    /// Denies them.
    Deny,
}

/// What a policy hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A resource: statements name a principal.
    Resource,
    /// A user or role, who is the principal.
    Identity,
}

/// Patterns of actions or resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// `Action`, `Resource`.
    Only(Vec<String>),
    /// `NotAction`, `NotResource`.
    AllBut(Vec<String>),
}

impl Scope {
    pub(super) fn includes(&self, what: &str, keys: &Keys) -> bool {
        let fits = |patterns: &[String]| {
            patterns.iter().any(|pattern| substitute(pattern, keys).is_some_and(|pattern| like(&pattern, what)))
        };
        match self {
            Self::Only(patterns) => fits(patterns),
            Self::AllBut(patterns) => !fits(patterns),
        }
    }
}

/// A statement of a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Its name.
    pub sid: Option<String>,
    /// What it does.
    pub effect: Effect,
    /// Whom it is about; absent in identity policies.
    pub principals: Option<Principals>,
    /// Actions, in lower case: they ignore case.
    pub actions: Scope,
    /// Resources; absent in trust policies.
    pub resources: Option<Scope>,
    /// All must hold.
    pub conditions: Vec<Condition>,
}

const MEMBERS: [&str; 9] =
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

impl Statement {
    pub(super) fn parse(value: &Value, kind: Kind) -> Result<Self, Malformed> {
        let members = value.as_object().ok_or_else(|| Malformed::new("A statement is not an object"))?;
        if let Some(unknown) = members.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
            return Err(Malformed::new(format!("Unknown field {unknown}")));
        }
        let actions =
            scope(members, "Action", "NotAction")?.ok_or_else(|| Malformed::new("Missing required field Action"))?;
        Ok(Self {
            sid: members.get("Sid").and_then(Value::as_str).map(str::to_owned),
            effect: effect(members)?,
            principals: principals(members, kind)?,
            actions: lower(checked_actions(actions)?),
            resources: scope(members, "Resource", "NotResource")?,
            conditions: Condition::parse_all(members.get("Condition"))?,
        })
    }
}

fn effect(members: &Map<String, Value>) -> Result<Effect, Malformed> {
    match members.get("Effect").and_then(Value::as_str) {
        Some("Allow") => Ok(Effect::Allow),
        Some("Deny") => Ok(Effect::Deny),
        Some(other) => Err(Malformed::new(format!("Invalid effect: {other}"))),
        None => Err(Malformed::new("Missing required field Effect")),
    }
}

fn principals(members: &Map<String, Value>, kind: Kind) -> Result<Option<Principals>, Malformed> {
    match (kind, members.get("Principal"), members.get("NotPrincipal")) {
        (_, Some(_), Some(_)) => Err(Malformed::new("Principal and NotPrincipal exclude each other")),
        (Kind::Identity, None, None) => Ok(None),
        (Kind::Identity, ..) => Err(Malformed::new("Policy document should not specify a principal.")),
        (Kind::Resource, Some(value), None) => Principals::parse(value, false).map(Some),
        (Kind::Resource, None, Some(value)) => Principals::parse(value, true).map(Some),
        (Kind::Resource, None, None) => Err(Malformed::new("Missing required field Principal")),
    }
}

fn scope(members: &Map<String, Value>, only: &str, all_but: &str) -> Result<Option<Scope>, Malformed> {
    let patterns = |value: &Value| match strings(value)? {
        patterns if patterns.is_empty() => Err(Malformed::new(format!("{only} cannot be empty"))),
        patterns => Ok(patterns),
    };
    match (members.get(only), members.get(all_but)) {
        (Some(_), Some(_)) => Err(Malformed::new(format!("{only} and {all_but} exclude each other"))),
        (Some(value), None) => patterns(value).map(Scope::Only).map(Some),
        (None, Some(value)) => patterns(value).map(Scope::AllBut).map(Some),
        (None, None) => Ok(None),
    }
}

/// IAM User Guide, "Action": `service:action`, or `*`.
fn checked_actions(scope: Scope) -> Result<Scope, Malformed> {
    let (Scope::Only(actions) | Scope::AllBut(actions)) = &scope;
    match actions.iter().find(|action| *action != "*" && !action.contains(':')) {
        Some(bad) => Err(Malformed::new(format!("Actions/Conditions must be prefaced by a vendor: {bad}"))),
        None => Ok(scope),
    }
}

fn lower(scope: Scope) -> Scope {
    let all = |patterns: Vec<String>| patterns.iter().map(|pattern| pattern.to_ascii_lowercase()).collect();
    match scope {
        Scope::Only(patterns) => Scope::Only(all(patterns)),
        Scope::AllBut(patterns) => Scope::AllBut(all(patterns)),
    }
}
