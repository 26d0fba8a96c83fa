//! Event source mappings: there are none.

use serde::Deserialize;
use serde_json::{Value, json};

use super::reference::find;
use crate::context::Context;
use crate::error::Answer;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListEventSourceMappingsRequest {
    function_name: Option<String>,
    #[serde(rename = "EventSourceArn")]
    _event_source_arn: Option<String>,
    #[serde(rename = "Marker")]
    _marker: Option<String>,
    #[serde(rename = "MaxItems")]
    _max_items: Option<u32>,
}

pub(super) fn list(ctx: &mut Context<'_>, request: ListEventSourceMappingsRequest) -> Answer<Value> {
    if let Some(name) = &request.function_name {
        find(ctx, name)?;
    }
    Ok(json!({ "EventSourceMappings": [] }))
}
