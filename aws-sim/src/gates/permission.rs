//! What callers may do: identity-based policies, evaluated for the actions and resources of a call
//! (Service Authorization Reference for EC2, Elastic Load Balancing, API Gateway and Lambda).

use std::collections::{BTreeMap, BTreeSet};

use super::refusal;
use super::wanted::{Wanted, linked_role, passed_roles, wanted, wanted_of_role};
use crate::context::Caller;
use crate::error::Answer;
use crate::iam::{Decision, Policy, Principal, Request};
use crate::protocol::route::Routed;
use crate::world::Region;

/// What callers may do. A caller that has no policy may do everything.
#[derive(Clone, Debug, Default)]
pub struct Permissions {
    /// By access key ID or by account number.
    policies: BTreeMap<String, Policy>,
    /// Accounts and services that have the service's role there.
    linked: BTreeSet<(String, &'static str)>,
}

impl Permissions {
    /// Gives a caller a policy, or takes it away.
    pub fn set(&mut self, caller: &str, policy: Option<Policy>) {
        match policy {
            Some(policy) => drop(self.policies.insert(caller.to_owned(), policy)),
            None => drop(self.policies.remove(caller)),
        }
    }

    /// Takes all policies away.
    pub fn clear(&mut self) {
        self.policies.clear();
    }

    /// What a caller's own policy says to a request.
    pub(crate) fn decide(&self, caller: &Caller, of_role: Option<&Policy>, request: &Request<'_>) -> Decision {
        self.of(caller, of_role).map_or(Decision::Allow, |policy| policy.decide(request))
    }

    /// The policy that is closest to the caller: of its access key, its role, its account.
    fn of<'a>(&'a self, caller: &Caller, of_role: Option<&'a Policy>) -> Option<&'a Policy> {
        self.policies.get(&caller.access_key).or(of_role).or_else(|| self.policies.get(&caller.account))
    }

    /// Whether the caller may do what the request asks for, and on what.
    /// `of_role` is what the caller's role has of its own.
    pub(crate) fn check(
        &mut self,
        routed: &Routed,
        caller: &Caller,
        of_role: Option<&Policy>,
        region: &Region,
    ) -> Answer<()> {
        let role = linked_role(routed);
        let passed = passed_roles(routed);
        let policy = self.of(caller, of_role);
        // API Reference of STS: nobody can be kept from asking who they are.
        if let Some(policy) = policy.filter(|_| routed.operation.name != "GetCallerIdentity") {
            let role = role.filter(|role| !self.linked.contains(&(caller.account.clone(), role.service)));
            let passed = passed.iter().map(|role| wanted_of_role(role));
            for wanted in wanted(routed, region).into_iter().chain(passed).chain(role.map(|role| role.wanted(region))) {
                allow(policy, routed, caller, &wanted)?;
            }
        }
        if let Some(role) = role {
            self.linked.insert((caller.account.clone(), role.service));
        }
        Ok(())
    }
}

fn allow(policy: &Policy, routed: &Routed, caller: &Caller, wanted: &Wanted) -> Answer<()> {
    let Wanted { action, resource, keys } = wanted;
    let request = Request { principal: &Principal::Anonymous, action, resource, keys };
    match policy.decide(&request) {
        Decision::Allow => Ok(()),
        decision => {
            let explicit = decision == Decision::ExplicitDeny;
            Err(refusal::denied(routed.service, &caller.arn, action, resource, explicit))
        }
    }
}
