//! The decision: explicit deny before allow before implicit deny.

use std::collections::BTreeMap;

use super::document::Policy;
use super::principal::Principal;
use super::statement::{Effect, Statement};

/// Condition keys of a request with their values; names ignore case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys(BTreeMap<String, Vec<String>>);

impl Keys {
    /// The same keys and one more with one value.
    #[must_use]
    pub fn with(self, name: &str, value: impl Into<String>) -> Self {
        self.with_all(name, vec![value.into()])
    }

    /// The same keys and one more with several values.
    #[must_use]
    pub fn with_all(mut self, name: &str, values: Vec<String>) -> Self {
        self.0.insert(name.to_ascii_lowercase(), values);
        self
    }

    /// The values of a key, if the request has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&[String]> {
        self.0.get(&name.to_ascii_lowercase()).map(Vec::as_slice)
    }

    /// The value of a key that has only one.
    #[must_use]
    pub fn single(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some([value]) => Some(value),
            _ => None,
        }
    }
}

/// What is to be decided.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// Who asks.
    pub principal: &'a Principal,
    /// For what, such as `execute-api:Invoke`.
    pub action: &'a str,
    /// On what: an ARN.
    pub resource: &'a str,
    /// The circumstances.
    pub keys: &'a Keys,
}

/// What a policy says to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A statement allows it and none denies it.
    Allow,
    /// A statement denies it.
    ExplicitDeny,
    /// No statement speaks of it.
    ImplicitDeny,
}

impl Policy {
    /// What the policy says to a request.
    #[must_use]
    pub fn decide(&self, request: &Request<'_>) -> Decision {
        let mut decision = Decision::ImplicitDeny;
        for statement in self.statements.iter().filter(|statement| statement.applies(request)) {
            match statement.effect {
                Effect::Deny => return Decision::ExplicitDeny,
                Effect::Allow => decision = Decision::Allow,
            }
        }
        decision
    }
}

impl Statement {
    fn applies(&self, request: &Request<'_>) -> bool {
        self.principals.as_ref().is_none_or(|principals| principals.include(request.principal))
            && self.actions.includes(&request.action.to_ascii_lowercase(), request.keys)
            && self.resources.as_ref().is_none_or(|resources| resources.includes(request.resource, request.keys))
            && self.conditions.iter().all(|condition| condition.holds(request.keys))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::iam::Kind;

    fn policy(source: &str) -> Policy {
        let deny = json!({"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:r:1:api/*",
            "Condition": {"StringNotEquals": {"aws:sourceVpce": source}}});
        let allow = json!({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["EXECUTE-API:*"], "Resource": "arn:aws:execute-api:r:1:api/*"});
        Policy::parse(&json!({"Version": "2012-10-17", "Statement": [deny, allow]}).to_string(), Kind::Resource)
            .unwrap()
    }

    fn decide(keys: &Keys, resource: &str) -> Decision {
        let request = Request { principal: &Principal::Anonymous, action: "execute-api:Invoke", resource, keys };
        policy("vpce-1").decide(&request)
    }

    #[test]
    fn deny_wins_over_allow_and_silence_denies() {
        let here = Keys::default().with("aws:SourceVpce", "vpce-1");
        let there = Keys::default().with("aws:SourceVpce", "vpce-2");
        let resource = "arn:aws:execute-api:r:1:api/test/GET/";
        assert_eq!(decide(&here, resource), Decision::Allow);
        assert_eq!(decide(&there, resource), Decision::ExplicitDeny);
        assert_eq!(decide(&Keys::default(), resource), Decision::ExplicitDeny);
        assert_eq!(decide(&here, "arn:aws:execute-api:r:1:other/test/GET/"), Decision::ImplicitDeny);
    }
}
