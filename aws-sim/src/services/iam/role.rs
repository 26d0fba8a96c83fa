//! Roles.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::services::Tags;

/// A role.
#[derive(Clone, Debug)]
pub struct Role {
    id: String,
    arn: String,
    name: String,
    path: String,
    description: Option<String>,
    trust: String,
    created: String,
    tags: Tags,
    /// Inline policies by name, as they were given.
    pub(super) policies: BTreeMap<String, String>,
}

impl Role {
    fn render(&self) -> Value {
        let tags: Value = self.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
        let trust = percent_encoding::utf8_percent_encode(&self.trust, percent_encoding::NON_ALPHANUMERIC).to_string();
        json!({
            "RoleId": self.id, "Arn": self.arn, "RoleName": self.name, "Path": self.path, "CreateDate": self.created,
            "Description": self.description, "AssumeRolePolicyDocument": trust, "MaxSessionDuration": 3600, "Tags": tags,
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Tag {
    key: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateRoleRequest {
    role_name: String,
    assume_role_policy_document: String,
    #[serde(default = "root")]
    path: String,
    description: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

fn root() -> String {
    "/".to_owned()
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateRoleRequest) -> Answer<Value> {
    if serde_json::from_str::<Value>(&request.assume_role_policy_document).is_err() {
        return Err(AwsError::new("MalformedPolicyDocument", "This policy contains invalid Json"));
    }
    if ctx.here.iam.roles.contains_key(&request.role_name) {
        let message = format!("Role with name {} already exists.", request.role_name);
        return Err(AwsError::new("EntityAlreadyExists", message).status(409));
    }
    let role = Role {
        id: format!("AROA{}", ctx.ids.upper(17)),
        arn: format!(
            "arn:{}:iam::{}:role{}{}",
            ctx.here.partition(),
            ctx.here.account,
            request.path,
            request.role_name
        ),
        name: request.role_name.clone(),
        path: request.path,
        description: request.description,
        trust: request.assume_role_policy_document,
        created: ctx.now.iso(),
        tags: request.tags.into_iter().map(|tag| (tag.key, tag.value)).collect(),
        policies: BTreeMap::new(),
    };
    let answer = json!({ "Role": role.render() });
    ctx.here.iam.roles.insert(request.role_name, role);
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct RoleNameRequest {
    pub(super) role_name: String,
}

pub(super) fn absent(name: &str) -> AwsError {
    AwsError::new("NoSuchEntity", format!("The role with name {name} cannot be found.")).status(404)
}

/// The role of this name.
pub(super) fn find<'a>(ctx: &'a Context<'_>, name: &str) -> Answer<&'a Role> {
    ctx.here.iam.roles.get(name).ok_or_else(|| absent(name))
}

pub(super) fn get(ctx: &mut Context<'_>, request: RoleNameRequest) -> Answer<Value> {
    let mut role = find(ctx, &request.role_name)?.render();
    // API Reference, `Role`: empty for a role that was not used.
    role["RoleLastUsed"] = json!({});
    Ok(json!({ "Role": role }))
}

/// API Reference, `DeleteRole`: the role must have no policies.
pub(super) fn delete(ctx: &mut Context<'_>, request: RoleNameRequest) -> Answer<()> {
    if ctx.here.iam.roles.get(&request.role_name).is_some_and(|role| !role.policies.is_empty()) {
        let message = "Cannot delete entity, must delete policies first.";
        return Err(AwsError::new("DeleteConflict", message).status(409));
    }
    ctx.here.iam.roles.remove(&request.role_name).map(drop).ok_or_else(|| absent(&request.role_name))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListRolesRequest {
    path_prefix: Option<String>,
    marker: Option<String>,
    max_items: Option<usize>,
}

/// API Reference, `ListRoles`: 100 a page unless told; tags are not among what it answers.
pub(super) fn list(ctx: &mut Context<'_>, request: ListRolesRequest) -> Answer<Value> {
    let size = request.max_items.unwrap_or(100);
    if !(1..=1000).contains(&size) {
        return Err(AwsError::new("ValidationError", "MaxItems must be between 1 and 1000"));
    }
    let (prefix, after) = (request.path_prefix.unwrap_or_default(), request.marker.unwrap_or_default());
    let roles = ctx.here.iam.roles.values();
    let mut rest = roles.filter(|role| role.path.starts_with(&prefix) && role.name > after);
    let page: Vec<&Role> = rest.by_ref().take(size).collect();
    let marker = page.last().filter(|_| rest.next().is_some()).map(|role| role.name.clone());
    let summary = |role: &&Role| {
        let mut role = role.render();
        role["Tags"] = Value::Null;
        role
    };
    let roles: Vec<Value> = page.iter().map(summary).collect();
    Ok(json!({ "Roles": roles, "IsTruncated": marker.is_some(), "Marker": marker }))
}
