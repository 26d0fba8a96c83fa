//! Who the caller is, and temporary credentials.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::context::{Caller, Context};
use crate::error::{Answer, AwsError};
use crate::world::Session;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GetCallerIdentityRequest {}

pub(super) fn identity(ctx: &mut Context<'_>, _: GetCallerIdentityRequest) -> Answer<Value> {
    let Caller { account, arn, user_id, .. } = ctx.caller;
    Ok(json!({ "Account": account, "Arn": arn, "UserId": user_id }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct AssumeRoleRequest {
    role_arn: String,
    role_session_name: String,
    #[serde(default = "an_hour")]
    duration_seconds: u32,
    /// A role whose trust policy asks for one would check it; the simulator's roles trust everyone.
    #[serde(rename = "ExternalId")]
    _external_id: Option<String>,
    policy: Option<String>,
}

fn an_hour() -> u32 {
    3600
}

pub(super) fn assume_role(ctx: &mut Context<'_>, request: AssumeRoleRequest) -> Answer<Value> {
    // STS API Reference, AssumeRole: 900 seconds to 12 hours.
    if !(900..=43_200).contains(&request.duration_seconds) {
        return Err(AwsError::new("ValidationError", "DurationSeconds must be between 900 and 43200"));
    }
    if request.policy.is_some() {
        return Err(AwsError::new("ValidationError", "Session policies are not supported by this simulator"));
    }
    let (account, role) = role_of(&request.role_arn)
        .ok_or_else(|| AwsError::new("ValidationError", format!("{} is invalid", request.role_arn)))?;
    let (account, role) = (account.to_owned(), role.rsplit('/').next().unwrap_or_default().to_owned());
    if !crate::services::iam::role_exists(ctx, &account, &role) {
        let message = format!(
            "User: {} is not authorized to perform: sts:AssumeRole on resource: {}",
            ctx.caller.arn, request.role_arn
        );
        return Err(AwsError::new("AccessDenied", message).status(403));
    }
    let access_key = format!("ASIA{}", ctx.ids.upper(16));
    let role_id = format!("AROA{}", ctx.ids.upper(17));
    let arn = format!("arn:{}:sts::{account}:assumed-role/{role}/{}", ctx.here.partition(), request.role_session_name);
    let user_id = format!("{role_id}:{}", request.role_session_name);
    // Base64, with the characters that queries and forms encode.
    let token = format!("{}/{}+{}==", ctx.ids.alphanumeric(60), ctx.ids.alphanumeric(60), ctx.ids.alphanumeric(58));
    let secret = ctx.ids.alphanumeric(40);
    let expires = ctx.now + Duration::from_secs(request.duration_seconds.into());
    let caller = Caller { access_key: access_key.clone(), account, arn: arn.clone(), user_id: user_id.clone() };
    ctx.open_session(access_key.clone(), Session { caller, token: token.clone(), expires });
    Ok(json!({
        "Credentials": {"AccessKeyId": access_key, "SecretAccessKey": secret, "SessionToken": token, "Expiration": expires.iso()},
        "AssumedRoleUser": {"AssumedRoleId": user_id, "Arn": arn},
    }))
}

/// Account and name (with its path) of `arn:aws:iam::111122223333:role/path/name`.
fn role_of(arn: &str) -> Option<(&str, &str)> {
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    match fields[..] {
        ["arn", _, "iam", "", account, resource] => Some((account, resource.strip_prefix("role/")?)),
        _ => None,
    }
}
