//! Who may have endpoints to an endpoint service (API Reference, `ModifyVpcEndpointServicePermissions`).

use serde::Deserialize;
use serde_json::{Value, json};

use super::configuration::own;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::services::ec2::select::{Table, describe_request, select};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct ModifyRequest {
    service_id: String,
    #[serde(default)]
    add_allowed_principals: Vec<String>,
    #[serde(default)]
    remove_allowed_principals: Vec<String>,
}

/// What kind of principal an ARN names.
fn kind(principal: &str) -> &'static str {
    match principal.splitn(6, ':').nth(5) {
        Some("root") => "Account",
        Some(resource) if resource.starts_with("user/") => "User",
        Some(resource) if resource.starts_with("role/") => "Role",
        Some(_) => "Service",
        None => "All",
    }
}

/// A role with a path is not supported (API Reference, same page).
fn check(principal: &str) -> Answer<()> {
    let is_plain_role = |role: &str| !role.contains('/');
    let resource = principal.strip_prefix("arn:").and_then(|arn| arn.splitn(5, ':').nth(4));
    let fine =
        principal == "*" || resource.is_some_and(|resource| resource.strip_prefix("role/").is_none_or(is_plain_role));
    if fine { Ok(()) } else { Err(AwsError::new("InvalidPrincipal", format!("Invalid Principal: '{principal}'"))) }
}

pub(crate) fn modify(ctx: &mut Context<'_>, request: ModifyRequest) -> Answer<Value> {
    request.add_allowed_principals.iter().try_for_each(|principal| check(principal))?;
    let new: Vec<(String, String)> =
        request.add_allowed_principals.into_iter().map(|principal| (ctx.ids.ec2("vpce-svc-perm"), principal)).collect();
    let service = own(ctx, &request.service_id)?;
    service.principals.retain(|_, principal| !request.remove_allowed_principals.contains(principal));
    let mut added = Vec::new();
    for (id, principal) in new {
        if !service.principals.values().any(|present| *present == principal) {
            let mut entry = render(&request.service_id, &id, &principal);
            // Entries of this answer have no tags, those of the description have (service model).
            entry["tagSet"] = Value::Null;
            added.push(entry);
            service.principals.insert(id, principal);
        }
    }
    Ok(json!({ "return": true, "addedPrincipalSet": added }))
}

fn render(service: &str, id: &str, principal: &str) -> Value {
    json!({ "principal": principal, "principalType": kind(principal), "servicePermissionId": id, "serviceId": service, "tagSet": [] })
}

static TABLE: Table<String> = Table {
    columns: &[
        ("principal", |_, principal| vec![principal.clone()]),
        ("principal-type", |_, principal| vec![kind(principal).to_owned()]),
    ],
    prefix: "vpce-svc-perm-",
    error: "InvalidServicePermissionId",
    noun: "service permission ID",
    smallest_page: 1,
};

describe_request!(DescribeRequest, "ServiceId");

pub(crate) fn describe(ctx: &mut Context<'_>, request: DescribeRequest) -> Answer<Value> {
    let [id] = &request.ids[..] else {
        return Err(AwsError::new("MissingParameter", "The request must contain the parameter ServiceId"));
    };
    let all = own(ctx, id)?.principals.clone();
    let selection = crate::services::ec2::select::Selection { ids: &[], ..request.selection() };
    let page = select(ctx, &all, selection, &TABLE, |_, permission, principal| render(id, permission, principal))?;
    Ok(json!({ "allowedPrincipals": page.items, "nextToken": page.next_token }))
}
