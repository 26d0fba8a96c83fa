//! `EventBridge` (its API Reference): every region has the default event bus, and no rules are made here.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Service, operation};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::protocol::Protocol;

/// The bus of requests that name none.
const DEFAULT: &str = "default";

/// The service.
pub static SERVICE: Service = Service::without_resources(
    "events",
    Protocol::Json,
    "AWSEvents",
    &[
        operation!("ListEventBuses", buses, Read),
        operation!("ListRuleNamesByTarget", rule_names, Read),
        operation!("ListRules", rules, Read),
        operation!("ListTargetsByRule", targets, Read),
    ],
);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ListBusesRequest {
    name_prefix: Option<String>,
    #[serde(rename = "NextToken")]
    _next_token: Option<String>,
    #[serde(rename = "Limit")]
    _limit: Option<u32>,
}

fn buses(ctx: &mut Context<'_>, request: ListBusesRequest) -> Answer<Value> {
    let here = &ctx.here;
    let arn = format!("arn:{}:events:{}:{}:event-bus/{DEFAULT}", here.partition(), here.name, here.account);
    let bus = json!({ "Name": DEFAULT, "Arn": arn });
    let wanted = DEFAULT.starts_with(&request.name_prefix.unwrap_or_default());
    Ok(json!({ "EventBuses": wanted.then_some(bus).into_iter().collect::<Vec<_>>() }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ListRulesRequest {
    #[serde(rename = "NamePrefix")]
    _name_prefix: Option<String>,
    event_bus_name: Option<String>,
    #[serde(rename = "NextToken")]
    _next_token: Option<String>,
    #[serde(rename = "Limit")]
    _limit: Option<u32>,
}

fn rules(_: &mut Context<'_>, request: ListRulesRequest) -> Answer<Value> {
    existing_bus(request.event_bus_name.as_deref())?;
    Ok(json!({ "Rules": [] }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ListRuleNamesRequest {
    #[serde(rename = "TargetArn")]
    _target_arn: String,
    event_bus_name: Option<String>,
    #[serde(rename = "NextToken")]
    _next_token: Option<String>,
    #[serde(rename = "Limit")]
    _limit: Option<u32>,
}

fn rule_names(_: &mut Context<'_>, request: ListRuleNamesRequest) -> Answer<Value> {
    existing_bus(request.event_bus_name.as_deref())?;
    Ok(json!({ "RuleNames": [] }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ListTargetsRequest {
    rule: String,
    event_bus_name: Option<String>,
    #[serde(rename = "NextToken")]
    _next_token: Option<String>,
    #[serde(rename = "Limit")]
    _limit: Option<u32>,
}

fn targets(_: &mut Context<'_>, request: ListTargetsRequest) -> Answer<Value> {
    let bus = existing_bus(request.event_bus_name.as_deref())?;
    Err(missing(format!("Rule {} does not exist on EventBus {bus}.", request.rule)))
}

/// The name of a bus that is named by its name or its ARN, or not at all.
fn existing_bus(named: Option<&str>) -> Answer<&str> {
    let name = named.map_or(DEFAULT, |named| named.rsplit('/').next().unwrap_or(named));
    if name == DEFAULT { Ok(name) } else { Err(missing(format!("Event bus {name} does not exist."))) }
}

fn missing(message: String) -> AwsError {
    AwsError::new("ResourceNotFoundException", message)
}
