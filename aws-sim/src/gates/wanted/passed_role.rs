//! Roles that a call hands to API Gateway: whoever makes it has to be allowed to pass each of them (IAM User Guide, "Grant a user permissions to pass a role to an
//! AWS service"). That none is of another account is checked where the role is set.

use serde_json::Value;

use super::Wanted;
use crate::iam::Keys;
use crate::protocol::route::Routed;

/// The roles. Inferred (role-by-stage-variable): one that a stage variable is part of is not known yet, and is not asked for.
pub(in crate::gates) fn passed_roles(routed: &Routed) -> Vec<String> {
    if routed.service.name != "apigateway" {
        return Vec::new();
    }
    let mut roles = Vec::new();
    match routed.operation.name {
        "PutRestApi" | "ImportRestApi" => {
            let text = String::from_utf8_lossy(&routed.input.body);
            let document: Option<Value> =
                serde_json::from_str(&text).ok().or_else(|| serde_saphyr::from_str(&text).ok());
            if let Some(document) = &document {
                of_document(document, &mut roles);
            }
        }
        _ => {
            let tree = &routed.input.tree;
            let members = ["credentials", "authorizerCredentials"].into_iter().filter_map(|name| tree.get(name));
            let paths = ["/credentials", "/authorizerCredentials", "/cloudwatchRoleArn"];
            let operations = tree.get("patchOperations").and_then(Value::as_array).into_iter().flatten();
            let operations = operations.filter(|it| paths.iter().any(|path| it["path"] == *path));
            let values = members.chain(operations.map(|operation| &operation["value"]));
            roles.extend(values.filter_map(Value::as_str).map(str::to_owned));
        }
    }
    roles.retain(|role| role.starts_with("arn:") && role.contains(":role/") && !role.contains("${"));
    roles
}

fn of_document(value: &Value, roles: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (extension, name) in [
                ("x-amazon-apigateway-integration", "credentials"),
                ("x-amazon-apigateway-authorizer", "authorizerCredentials"),
            ] {
                let role = members.get(extension).and_then(|it| it.get(name)).and_then(Value::as_str);
                roles.extend(role.map(str::to_owned));
            }
            for member in members.values() {
                of_document(member, roles);
            }
        }
        Value::Array(items) => {
            for item in items {
                of_document(item, roles);
            }
        }
        _ => {}
    }
}

/// The permission that passing a role takes.
pub(in crate::gates) fn wanted(role: &str) -> Wanted {
    Wanted {
        action: "iam:PassRole".to_owned(),
        resource: role.to_owned(),
        keys: Keys::default().with("iam:PassedToService", "apigateway.amazonaws.com"),
    }
}
