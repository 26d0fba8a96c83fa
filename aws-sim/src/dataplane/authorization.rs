//! Who may call a method (API Gateway Developer Guide, "How API Gateway resource policies affect authorization workflow", "Use VPC endpoint
//! policies for private APIs").
//!
//! | method's authorization | order |
//! | --- | --- |
//! | `NONE` | endpoint policy, resource policy: each must allow |
//! | `CUSTOM` | endpoint policy; explicit denials of the resource policy; the authorizer; then it or the resource policy must allow |
//! | `COGNITO_USER_POOLS` | the token; endpoint policy, resource policy: each must allow |
//! | `AWS_IAM` | the signature; endpoint policy; then identity-based policies or the resource policy must allow, both across accounts |
//!
//! Inferred (endpoint-policy-place): the page does not say where endpoint policies stand. They are judged with the resource policy, as their
//! refusals cannot be told apart, and before an authorizer, which costs a call.

use super::gateway::Refusal;
use super::invocation::Invocation;
use super::{authorizer, user_pool};
use crate::auth;
use crate::context::Caller;
use crate::gates::permission::Permissions;
use crate::iam::{Decision, Keys, Kind, Policy, Principal, Request};
use crate::services::iam::role_policy;

const INVOKE: &str = "execute-api:Invoke";

/// Whether one of two policies of the same account lets a request pass (Table A of the page): an explicit denial of either wins, then an
/// allow of either.
fn either(one: Decision, other: Decision) -> Decision {
    match (one, other) {
        (Decision::ExplicitDeny, _) | (_, Decision::ExplicitDeny) => Decision::ExplicitDeny,
        (Decision::Allow, _) | (_, Decision::Allow) => Decision::Allow,
        _ => Decision::ImplicitDeny,
    }
}

/// Whether both of two accounts' policies let a request pass (Table B of the page).
fn both(one: Decision, other: Decision) -> Decision {
    match (one, other) {
        (Decision::ExplicitDeny, _) | (_, Decision::ExplicitDeny) => Decision::ExplicitDeny,
        (Decision::Allow, Decision::Allow) => Decision::Allow,
        _ => Decision::ImplicitDeny,
    }
}

impl Invocation<'_> {
    pub(super) fn authorize(&mut self) -> Result<(), Refusal> {
        match self.method.authorization_type.as_str() {
            "AWS_IAM" => self.by_signature(),
            "CUSTOM" => self.by_authorizer(),
            // The page's text asks for an explicit allow; its Table A, which names user pools too, would let silence pass.
            // Inferred (user-pools-need-allow): the text is right.
            "COGNITO_USER_POOLS" => user_pool::check(self).and_then(|()| self.by_policies()),
            _ => self.by_policies(),
        }
    }

    /// Without an authorizer both policies must allow the anonymous caller.
    fn by_policies(&self) -> Result<(), Refusal> {
        let caller = Principal::Anonymous;
        self.obey(self.endpoint_decision(&caller), &caller)?;
        self.obey(self.resource_decision(&caller), &caller)
    }

    fn by_authorizer(&mut self) -> Result<(), Refusal> {
        let caller = Principal::Anonymous;
        self.obey(self.endpoint_decision(&caller), &caller)?;
        let resource = self.resource_decision(&caller);
        if resource == Decision::ExplicitDeny {
            return self.obey(resource, &caller);
        }
        let authorized = authorizer::decide(self)?;
        match either(authorized, resource) {
            Decision::Allow => Ok(()),
            Decision::ExplicitDeny => Err(Refusal::not_authorized(true)),
            Decision::ImplicitDeny => Err(Refusal::not_authorized(false)),
        }
    }

    fn by_signature(&self) -> Result<(), Refusal> {
        let caller = self.caller()?;
        let principal = Principal::Aws(caller.arn.clone());
        self.obey(self.endpoint_decision(&principal), &principal)?;
        let identity = self.identity_decision(&caller);
        let resource = self.resource_decision(&principal);
        let same_account = caller.account == self.owner.account;
        let decision = if same_account { either(identity, resource) } else { both(identity, resource) };
        self.obey(decision, &principal)
    }

    /// Who signed the request; signatures are not verified.
    fn caller(&self) -> Result<Caller, Refusal> {
        let signed = self.request.header("authorization").and_then(|value| value.split_once("Credential="));
        let (_, scope) = signed.ok_or_else(Refusal::missing_authentication_token)?;
        let key = scope.split('/').next().unwrap_or_default();
        let session = self.scene.world.and_then(|world| world.sessions.get(key));
        Ok(session.map_or_else(|| auth::long_term(key), |session| session.caller.clone()))
    }

    fn keys(&self) -> Keys {
        let mut keys = Keys::default()
            .with("aws:SourceVpce", &self.endpoint.id)
            .with("aws:SourceVpc", &self.endpoint.vpc)
            .with("aws:VpcSourceIp", self.request.from.to_string())
            .with("aws:SecureTransport", "true")
            .with("aws:CurrentTime", self.scene.now.iso())
            .with("aws:EpochTime", (self.scene.now.as_millis() / 1000).to_string());
        for (key, header) in [("aws:UserAgent", "user-agent"), ("aws:Referer", "referer")] {
            if let Some(value) = self.request.header(header) {
                keys = keys.with(key, value);
            }
        }
        keys
    }

    fn endpoint_decision(&self, principal: &Principal) -> Decision {
        self.decision(&self.endpoint.policy, Kind::Resource, principal)
    }

    /// A private API without a policy lets nobody in (Developer Guide, "Private REST APIs").
    fn resource_decision(&self, principal: &Principal) -> Decision {
        self.decision(self.deployment.snapshot.policy.as_deref().unwrap_or_default(), Kind::Resource, principal)
    }

    /// What the caller's own policies say; a caller without one may do everything.
    fn identity_decision(&self, caller: &Caller) -> Decision {
        let (resource, keys) = (self.arn(), self.keys());
        let request = Request { principal: &Principal::Anonymous, action: INVOKE, resource: &resource, keys: &keys };
        let role = self.scene.world.and_then(|world| role_policy::of_caller(world, self.scene.here, caller));
        let decide = |permissions: &Permissions| permissions.decide(caller, role.as_ref(), &request);
        self.scene.permissions.map_or(Decision::Allow, decide)
    }

    /// What a policy document says to this request; one that cannot be read says nothing.
    pub(super) fn decision(&self, policy: &str, kind: Kind, principal: &Principal) -> Decision {
        let (resource, keys) = (self.arn(), self.keys());
        let request = Request { principal, action: INVOKE, resource: &resource, keys: &keys };
        Policy::parse(policy, kind).map_or(Decision::ImplicitDeny, |policy| policy.decide(&request))
    }

    fn obey(&self, decision: Decision, principal: &Principal) -> Result<(), Refusal> {
        let ending = match decision {
            Decision::Allow => return Ok(()),
            Decision::ExplicitDeny => " with an explicit deny",
            Decision::ImplicitDeny => "",
        };
        let who = match principal {
            Principal::Aws(arn) => arn.as_str(),
            _ => "anonymous",
        };
        // All but the last four digits of the account are hidden.
        let hidden = format!("********{}", &self.owner.account[self.owner.account.len().saturating_sub(4)..]);
        let shown = self.arn().replacen(&self.owner.account, &hidden, 1);
        Err(Refusal::access_denied(format!(
            "User: {who} is not authorized to perform: execute-api:Invoke on resource: {shown}{ending}"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Decision::{Allow, ExplicitDeny, ImplicitDeny};

    /// Tables A and B of the page: identity-based policy or authorizer, resource policy, outcome in one account, outcome across accounts.
    #[test]
    fn outcomes_are_those_of_the_documentation() {
        for (identity, resource, same, across) in [
            (Allow, Allow, Allow, Allow),
            (Allow, ImplicitDeny, Allow, ImplicitDeny),
            (Allow, ExplicitDeny, ExplicitDeny, ExplicitDeny),
            (ImplicitDeny, Allow, Allow, ImplicitDeny),
            (ImplicitDeny, ImplicitDeny, ImplicitDeny, ImplicitDeny),
            (ImplicitDeny, ExplicitDeny, ExplicitDeny, ExplicitDeny),
            (ExplicitDeny, Allow, ExplicitDeny, ExplicitDeny),
            (ExplicitDeny, ImplicitDeny, ExplicitDeny, ExplicitDeny),
            (ExplicitDeny, ExplicitDeny, ExplicitDeny, ExplicitDeny),
        ] {
            assert_eq!(either(identity, resource), same, "one account: {identity:?} {resource:?}");
            assert_eq!(both(identity, resource), across, "two accounts: {identity:?} {resource:?}");
        }
    }
}
