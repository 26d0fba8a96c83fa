//! Changes on their way to all name servers (API Reference, `GetChange`: `PENDING`, then `INSYNC`, usually within 60 seconds).

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::{Answer, AwsError};

const SPREADS_IN: Duration = Duration::from_secs(30);

/// Notes a change made now.
pub(super) fn begin(ctx: &mut Context<'_>) -> Value {
    let id = format!("C{}", ctx.ids.upper(20));
    ctx.here.route53.changes.insert(id.clone(), ctx.now + SPREADS_IN);
    json!({ "Id": format!("/change/{id}"), "Status": "PENDING", "SubmittedAt": ctx.now.iso() })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct GetChangeRequest {
    id: String,
}

pub(super) fn get(ctx: &mut Context<'_>, request: GetChangeRequest) -> Answer<Value> {
    let in_sync = ctx.here.route53.changes.get(&request.id).copied();
    let in_sync = in_sync.ok_or_else(|| {
        AwsError::new("NoSuchChange", format!("A change with the specified change ID {} does not exist.", request.id))
            .status(404)
    })?;
    let status = if ctx.now < in_sync { "PENDING" } else { "INSYNC" };
    let submitted = (in_sync - SPREADS_IN).iso();
    let info = json!({ "Id": format!("/change/{}", request.id), "Status": status, "SubmittedAt": submitted });
    Ok(json!({ "GetChangeResponse": { "ChangeInfo": info } }))
}
