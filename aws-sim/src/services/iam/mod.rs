//! Identity and Access Management: roles, as far as assuming one and invoking a function with one needs them (IAM API Reference).

mod policy;
pub mod role;
pub mod role_policy;

use std::collections::BTreeMap;

use super::{Operation, Service, operation};
use crate::context::Context;
use crate::protocol::Protocol;

const OPERATIONS: &[Operation] = &[
    operation!("CreateRole", role::create, Write),
    operation!("DeleteRole", role::delete, Write),
    operation!("GetRole", role::get, Read),
    operation!("ListAccountAliases", policy::account_aliases, Read),
    operation!("ListAttachedRolePolicies", policy::attached, Read),
    operation!("ListInstanceProfilesForRole", policy::instance_profiles, Read),
    operation!("ListRoles", role::list, Read),
    operation!("PutRolePolicy", role_policy::put, Write),
    operation!("GetRolePolicy", role_policy::get, Read),
    operation!("DeleteRolePolicy", role_policy::delete, Write),
    operation!("ListRolePolicies", role_policy::list, Read),
];

/// The service. IAM is global: SDKs sign its calls for one region, so its state sits there.
pub static SERVICE: Service = Service {
    name: "iam",
    protocol: Protocol::Query,
    namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
    operations: OPERATIONS,
    inventory: |region, _| [("iam:role", region.iam.roles.keys().cloned().collect())].into(),
    tagged: |_, _| Vec::new(),
};

/// Roles of an account.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// By name.
    pub roles: BTreeMap<String, role::Role>,
}

/// Whether a role can be assumed. In accounts that never created a role every role can: a test need not set one up.
pub fn role_exists(ctx: &mut Context<'_>, account: &str, role: &str) -> bool {
    let mut regions = ctx
        .world
        .regions
        .iter()
        .filter(|((owner, _), _)| owner == account)
        .map(|(_, region)| &**region)
        .collect::<Vec<_>>();
    if ctx.here.account == account {
        regions.push(ctx.here);
    }
    let mut roles = regions.iter().flat_map(|region| region.iam.roles.keys()).peekable();
    roles.peek().is_none() || roles.any(|name| name == role)
}
