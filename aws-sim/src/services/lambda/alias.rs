//! Aliases: names for versions (Developer Guide, "Create an alias for a Lambda function").

use serde::Deserialize;
use serde_json::{Value, json};

use super::function::Function;
use super::reference::{Reference, find_for};
use super::version::LATEST;
use super::{absent, arn, invalid};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::protocol::Reply;
use crate::world::Region;

/// An alias.
#[derive(Clone, Debug)]
pub struct Alias {
    /// The version it leads to.
    pub version: String,
    description: String,
    routing: Option<Value>,
    revision: String,
}

impl Alias {
    fn render(&self, function_arn: &str, name: &str) -> Value {
        let mut alias = json!({
            "AliasArn": format!("{function_arn}:{name}"), "Name": name, "FunctionVersion": self.version,
            "Description": self.description, "RevisionId": self.revision,
        });
        if let Some(routing) = &self.routing {
            alias["RoutingConfig"] = routing.clone();
        }
        alias
    }
}

/// An alias has letters in it: digits alone are a version (API Reference, `CreateAlias`).
fn check_name(name: &str) -> Answer<()> {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    let good =
        (1..=128).contains(&name.len()) && name.chars().all(is_letter) && !name.chars().all(|c| c.is_ascii_digit());
    if good {
        return Ok(());
    }
    let message = format!(
        "1 validation error detected: Value '{name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)"
    );
    Err(AwsError::new("ValidationException", message))
}

fn check_version(function: &Function, region: &Region, version: &str) -> Answer<()> {
    let published = version.parse().is_ok_and(|number: u64| function.versions.contains_key(&number));
    if version == LATEST || published {
        return Ok(());
    }
    Err(absent(format!("Function not found: {}:{version}", arn(region, &function.name))))
}

/// The function that a call about an alias names, as it is.
fn function(ctx: &mut Context<'_>, name: &str, action: &str) -> Answer<Function> {
    find_for(ctx, &Reference::parse(name), action).cloned()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateAliasRequest {
    function_name: String,
    name: String,
    function_version: String,
    #[serde(default)]
    description: String,
    routing_config: Option<Value>,
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateAliasRequest) -> Answer<Reply> {
    check_name(&request.name)?;
    let function = function(ctx, &request.function_name, "lambda:CreateAlias")?;
    check_version(&function, ctx.here, &request.function_version)?;
    let function_arn = arn(ctx.here, &function.name);
    if function.aliases.contains_key(&request.name) {
        let message = format!("Alias already exists: {function_arn}:{}", request.name);
        return Err(AwsError::new("ResourceConflictException", message).status(409).member("Type", "User"));
    }
    let alias = Alias {
        version: request.function_version,
        description: request.description,
        routing: request.routing_config,
        revision: ctx.ids.uuid(),
    };
    let answer = alias.render(&function_arn, &request.name);
    find_for(ctx, &Reference::parse(&function.name), "lambda:CreateAlias")?.aliases.insert(request.name, alias);
    Ok(Reply::with_status(201, answer))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct AliasRequest {
    function_name: String,
    name: String,
}

fn missing(function_arn: &str, name: &str) -> AwsError {
    absent(format!("Cannot find alias arn: {function_arn}:{name}"))
}

pub(super) fn get(ctx: &mut Context<'_>, request: AliasRequest) -> Answer<Value> {
    let function = function(ctx, &request.function_name, "lambda:GetAlias")?;
    let function_arn = arn(ctx.here, &function.name);
    let alias = function.aliases.get(&request.name).ok_or_else(|| missing(&function_arn, &request.name))?;
    Ok(alias.render(&function_arn, &request.name))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct UpdateAliasRequest {
    function_name: String,
    name: String,
    function_version: Option<String>,
    description: Option<String>,
    routing_config: Option<Value>,
    revision_id: Option<String>,
}

pub(super) fn update(ctx: &mut Context<'_>, request: UpdateAliasRequest) -> Answer<Value> {
    let seen = function(ctx, &request.function_name, "lambda:UpdateAlias")?;
    let function_arn = arn(ctx.here, &seen.name);
    if let Some(version) = &request.function_version {
        check_version(&seen, ctx.here, version)?;
    }
    let revision = ctx.ids.uuid();
    let function = find_for(ctx, &Reference::parse(&seen.name), "lambda:UpdateAlias")?;
    let alias = function.aliases.get_mut(&request.name).ok_or_else(|| missing(&function_arn, &request.name))?;
    if request.revision_id.is_some_and(|wanted| wanted != alias.revision) {
        let message = "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id";
        return Err(AwsError::new("PreconditionFailedException", message).status(412).member("Type", "User"));
    }
    alias.version = request.function_version.unwrap_or_else(|| alias.version.clone());
    alias.description = request.description.unwrap_or_else(|| alias.description.clone());
    alias.routing = request.routing_config.or_else(|| alias.routing.clone());
    alias.revision = revision;
    Ok(alias.render(&function_arn, &request.name))
}

/// An alias that is not there is deleted, too; its policy goes with it.
pub(super) fn delete(ctx: &mut Context<'_>, request: AliasRequest) -> Answer<Reply> {
    let function = find_for(ctx, &Reference::parse(&request.function_name), "lambda:DeleteAlias")?;
    function.aliases.remove(&request.name);
    function.qualified_policies.remove(&request.name);
    Ok(Reply::with_status(204, json!({})))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListAliasesRequest {
    function_name: String,
    function_version: Option<String>,
    marker: Option<String>,
    max_items: Option<usize>,
}

/// 50 at most in a page (API Reference, `ListAliases`: up to 10,000 may be asked for).
pub(super) fn list(ctx: &mut Context<'_>, request: ListAliasesRequest) -> Answer<Value> {
    let most = request.max_items.unwrap_or(50);
    if !(1..=10_000).contains(&most) {
        return Err(invalid("MaxItems must be between 1 and 10000"));
    }
    let function = function(ctx, &request.function_name, "lambda:ListAliases")?;
    let function_arn = arn(ctx.here, &function.name);
    let after = |name: &String| request.marker.as_ref().is_none_or(|marker| name > marker);
    let of = |alias: &Alias| request.function_version.as_ref().is_none_or(|version| alias.version == *version);
    let mut rest = function.aliases.iter().filter(|(name, alias)| after(name) && of(alias));
    let page: Vec<_> = rest.by_ref().take(most).collect();
    let mut answer =
        json!({ "Aliases": page.iter().map(|(name, alias)| alias.render(&function_arn, name)).collect::<Vec<_>>() });
    if let Some((name, _)) = page.last().filter(|_| rest.next().is_some()) {
        answer["NextMarker"] = json!(name);
    }
    Ok(answer)
}
