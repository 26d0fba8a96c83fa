//! Policies that let no request pass.

use std::collections::BTreeSet;

use super::explanation::{Explained, denying, silent};
use super::operation::Authorization;
use super::{Invocation, Operation, Target};
use crate::model::policy::{Caller, Denial, Judgement, Policy, Request, Text, Verdict};

/// The action of every request to an API.
const INVOKE: &str = "execute-api:Invoke";

/// The policies that a request has to pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policies<'a> {
    /// The API's resource policy; none where it is not to be judged.
    pub resource: Option<&'a Policy>,
    /// The endpoint policy; none where it lets everything pass, or is not to be judged.
    pub endpoint: Option<&'a Policy>,
}

/// Why no request passes: what one of the policies does to it, or both together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refusal {
    /// What the resource policy does.
    pub resource: Vec<Reason>,
    /// What the endpoint policy does.
    pub endpoint: Vec<Reason>,
}

/// What a policy does to requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The statement that denies them, by its place; none where no statement allows them.
    pub statement: Option<usize>,
    /// What is wrong and what to do.
    pub message: String,
}

/// A policy's judgement of an operation that it denies.
type Denied<'a> = (Option<&'a Operation>, Denial, Judgement);

impl Invocation {
    /// Why no request passes. None where one does, or may.
    #[must_use]
    pub fn refusal(&self, target: &Target<'_>, policies: &Policies<'_>) -> Option<Refusal> {
        let all: Vec<Option<&Operation>> =
            if self.operations.is_empty() { vec![None] } else { self.operations.iter().map(Some).collect() };
        let (mut by_resource, mut by_endpoint) = (Vec::new(), Vec::new());
        for operation in &all {
            let resource = policies.resource.and_then(|policy| self.denied(policy, target, *operation));
            let endpoint = policies.endpoint.and_then(|policy| self.denied_by_endpoint(policy, target, *operation));
            // One request that may pass is enough.
            if resource.is_none() && endpoint.is_none() {
                return None;
            }
            by_resource.extend(resource);
            by_endpoint.extend(endpoint);
        }
        let alone = [&by_resource, &by_endpoint].map(|denied| denied.len() == all.len());
        let [resource, endpoint] = if alone == [false, false] { [true, true] } else { alone };
        let reasons = |policy: Option<&Policy>, denied: &[Denied<'_>], endpoint: bool| {
            policy.map(|policy| self.reasons(policy, denied, target, endpoint)).unwrap_or_default()
        };
        Some(Refusal {
            resource: reasons(policies.resource.filter(|_| resource), &by_resource, false),
            endpoint: reasons(policies.endpoint.filter(|_| endpoint), &by_endpoint, true),
        })
    }

    /// Source: API Gateway Developer Guide, "How API Gateway resource policies affect authorization workflow".
    fn denied<'a>(&self, policy: &Policy, target: &Target<'_>, operation: Option<&'a Operation>) -> Option<Denied<'a>> {
        let authorization = operation.map_or(Authorization::Unknown, |operation| operation.authorization);
        let own = Text::of(&self.api(target));
        let judgement = self.judge(policy, target, operation, Some(&own), authorization.is_anonymous());
        match judgement.verdict {
            Verdict::Denied(denial @ Denial::Explicit(_)) => Some((operation, denial, judgement)),
            Verdict::Denied(denial) if !authorization.may_allow() => Some((operation, denial, judgement)),
            _ => None,
        }
    }

    /// The endpoint policy is evaluated first; callers are whom the signature names, if there is one, whatever the method asks for.
    ///
    /// Source: API Gateway Developer Guide, "Use VPC endpoint policies for private APIs in API Gateway".
    fn denied_by_endpoint<'a>(
        &self,
        policy: &Policy,
        target: &Target<'_>,
        operation: Option<&'a Operation>,
    ) -> Option<Denied<'a>> {
        let judgement = self.judge(policy, target, operation, None, false);
        match judgement.verdict {
            Verdict::Denied(denial) => Some((operation, denial, judgement)),
            _ => None,
        }
    }

    fn judge(
        &self,
        policy: &Policy,
        target: &Target<'_>,
        operation: Option<&Operation>,
        own: Option<&Text>,
        anonymous: bool,
    ) -> Judgement {
        let caller = if anonymous { Caller::Anonymous } else { Caller::Unknown };
        let context = self.context(target, anonymous);
        let resource = self.resource(target, operation);
        policy.judge(&Request { caller: &caller, action: INVOKE, resource: &resource, own, context: &context })
    }

    /// One reason for each statement that denies, and one for the requests that none allows.
    fn reasons(&self, policy: &Policy, denied: &[Denied<'_>], target: &Target<'_>, is_endpoint: bool) -> Vec<Reason> {
        let deniers: BTreeSet<usize> = denied
            .iter()
            .filter_map(|(_, denial, _)| match denial {
                Denial::Explicit(by) => Some(*by),
                Denial::Implicit | Denial::NotAllowed => None,
            })
            .collect();
        let reason = |statement: Option<usize>| {
            let of_this = denied.iter().filter(|(_, denial, _)| match denial {
                Denial::Explicit(by) => Some(*by) == statement,
                Denial::Implicit | Denial::NotAllowed => statement.is_none(),
            });
            let of_this: Vec<&Denied<'_>> = of_this.collect();
            let (operation, _, judgement) = of_this.first()?;
            let anonymous = !is_endpoint && operation.is_some_and(|it| it.authorization.is_anonymous());
            let context = self.context(target, anonymous);
            let explained = Explained { invocation: self, policy, context: &context, is_endpoint };
            let every = of_this.len() == self.operations.len().max(1);
            let which: Vec<&Operation> = of_this.iter().filter(|_| !every).filter_map(|(it, ..)| *it).collect();
            let message = match statement {
                Some(place) => denying(&explained, policy.statements.get(place)?, &which),
                None => silent(&explained, judgement, &which),
            };
            Some(Reason { statement, message })
        };
        deniers.into_iter().map(Some).chain([None]).filter_map(reason).collect()
    }
}
