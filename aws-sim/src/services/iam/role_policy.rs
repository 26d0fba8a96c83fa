//! Inline policies of roles. Whoever assumed a role that has some may do what they allow and nothing else; a role without any may do
//! everything, as every other caller without a policy.

use serde::Deserialize;
use serde_json::{Value, json};

use super::policy::OfRoleRequest;
use super::role::absent;
use crate::context::{Caller, Context};
use crate::error::{Answer, AwsError};
use crate::iam::{Kind, Policy};
use crate::world::{Region, World};

/// IAM and STS character limits: the inline policies of a role together, white space left out.
const LONGEST: usize = 10_240;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct PutRolePolicyRequest {
    role_name: String,
    policy_name: String,
    policy_document: String,
}

/// API Reference, `PutRolePolicy`: adds the policy or takes the place of the one with its name.
pub(super) fn put(ctx: &mut Context<'_>, request: PutRolePolicyRequest) -> Answer<()> {
    let malformed = |why: String| AwsError::new("MalformedPolicyDocument", why);
    Policy::parse(&request.policy_document, Kind::Identity).map_err(|error| malformed(error.to_string()))?;
    let role = ctx.here.iam.roles.get_mut(&request.role_name).ok_or_else(|| absent(&request.role_name))?;
    let others = role.policies.iter().filter(|(name, _)| **name != request.policy_name).map(|(_, document)| document);
    let length = |document: &String| document.chars().filter(|letter| !letter.is_whitespace()).count();
    if others.map(length).sum::<usize>() + length(&request.policy_document) > LONGEST {
        let message = format!("Maximum policy size of {LONGEST} bytes exceeded for role {}", request.role_name);
        return Err(AwsError::new("LimitExceeded", message).status(409));
    }
    role.policies.insert(request.policy_name, request.policy_document);
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct RolePolicyRequest {
    role_name: String,
    policy_name: String,
}

fn no_policy(name: &str) -> AwsError {
    AwsError::new("NoSuchEntity", format!("The role policy with name {name} cannot be found.")).status(404)
}

/// API Reference, `GetRolePolicy`: the document is URL-encoded (RFC 3986).
pub(super) fn get(ctx: &mut Context<'_>, request: RolePolicyRequest) -> Answer<Value> {
    let role = ctx.here.iam.roles.get(&request.role_name).ok_or_else(|| absent(&request.role_name))?;
    let document = role.policies.get(&request.policy_name).ok_or_else(|| no_policy(&request.policy_name))?;
    let document = percent_encoding::utf8_percent_encode(document, percent_encoding::NON_ALPHANUMERIC).to_string();
    Ok(json!({ "RoleName": request.role_name, "PolicyName": request.policy_name, "PolicyDocument": document }))
}

/// API Reference, `DeleteRolePolicy`.
pub(super) fn delete(ctx: &mut Context<'_>, request: RolePolicyRequest) -> Answer<()> {
    let role = ctx.here.iam.roles.get_mut(&request.role_name).ok_or_else(|| absent(&request.role_name))?;
    role.policies.remove(&request.policy_name).map(drop).ok_or_else(|| no_policy(&request.policy_name))
}

/// API Reference, `ListRolePolicies`. One page: quotas keep the list short.
pub(super) fn list(ctx: &mut Context<'_>, request: OfRoleRequest) -> Answer<Value> {
    let role = ctx.here.iam.roles.get(&request.role_name).ok_or_else(|| absent(&request.role_name))?;
    Ok(json!({ "PolicyNames": role.policies.keys().collect::<Vec<_>>(), "IsTruncated": false }))
}

/// What the inline policies of the caller's role allow together; None for callers that are no role, and for roles without any.
#[must_use]
pub fn of_caller(world: &World, here: &Region, caller: &Caller) -> Option<Policy> {
    let name = caller.arn.split_once(":assumed-role/")?.1.split('/').next()?;
    let regions = world.regions.values().map(|region| &**region).chain([here]);
    let mut roles =
        regions.filter(|region| region.account == caller.account).filter_map(|region| region.iam.roles.get(name));
    let documents = &roles.next()?.policies;
    let statements = documents.values().filter_map(|document| Policy::parse(document, Kind::Identity).ok());
    (!documents.is_empty()).then(|| Policy { statements: statements.flat_map(|policy| policy.statements).collect() })
}
