//! Versions: what a function was when it was published (Developer Guide, "Manage Lambda function versions").

use serde::Deserialize;
use serde_json::{Value, json};

use super::arn;
use super::function::Function;
use super::reference::{Reference, find, find_for};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::protocol::Reply;
use crate::world::Region;

/// The version that changes with the function.
pub(super) const LATEST: &str = "$LATEST";

/// A published version.
#[derive(Clone, Debug)]
pub struct Version {
    /// The function's configuration at that time.
    pub(super) configuration: Value,
    /// Its handler.
    pub(super) handler: String,
    /// Revision of the function that was published.
    of: Value,
}

impl Function {
    /// The version that a qualifier stands for: an alias leads to one.
    fn version_of<'a>(&'a self, qualifier: Option<&'a str>) -> Option<&'a str> {
        let qualifier = qualifier.unwrap_or(LATEST);
        let target = self.aliases.get(qualifier).map_or(qualifier, |alias| alias.version.as_str());
        (target == LATEST || self.versions.contains_key(&target.parse().ok()?)).then_some(target)
    }

    /// The handler behind a qualifier; none where there is no such version or alias.
    #[must_use]
    pub fn handler_of(&self, qualifier: Option<&str>) -> Option<&str> {
        match self.version_of(qualifier)? {
            LATEST => Some(&self.handler),
            version => self.versions.get(&version.parse().ok()?).map(|version| version.handler.as_str()),
        }
    }

    /// The configuration behind a qualifier, under the ARN that it was asked for by.
    pub(super) fn configuration_of(&self, region: &Region, qualifier: Option<&str>) -> Answer<Value> {
        let Some(qualifier) = qualifier else { return Ok(self.render(region)) };
        let function = arn(region, &self.name);
        let missing = || super::absent(format!("Function not found: {function}:{qualifier}"));
        let version = self.version_of(Some(qualifier)).ok_or_else(missing)?;
        let mut configuration = match version.parse::<u64>().ok().and_then(|number| self.versions.get(&number)) {
            Some(published) => published.configuration.clone(),
            None => self.configuration.clone(),
        };
        configuration["FunctionArn"] = json!(format!("{function}:{qualifier}"));
        Ok(configuration)
    }

    /// Publishes a version; one that is like the last is that one (API Reference, `PublishVersion`).
    pub(super) fn publish(&mut self, description: Option<String>) -> u64 {
        let now = self.configuration["RevisionId"].clone();
        if let Some((number, _)) = self.versions.last_key_value().filter(|(_, version)| version.of == now) {
            return *number;
        }
        self.published += 1;
        let mut configuration = self.configuration.clone();
        configuration["Version"] = json!(self.published.to_string());
        if let Some(description) = description {
            configuration["Description"] = json!(description);
        }
        let version = Version { configuration, handler: self.handler.clone(), of: now };
        self.versions.insert(self.published, version);
        self.published
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct PublishVersionRequest {
    function_name: String,
    #[serde(rename = "CodeSha256")]
    code_sha256: Option<String>,
    description: Option<String>,
    revision_id: Option<String>,
}

pub(super) fn publish(ctx: &mut Context<'_>, request: PublishVersionRequest) -> Answer<Reply> {
    let function = find_for(ctx, &Reference::parse(&request.function_name), "lambda:PublishVersion")?;
    let differs =
        |wanted: Option<&String>, name: &str| wanted.is_some_and(|wanted| function.configuration[name] != **wanted);
    if differs(request.code_sha256.as_ref(), "CodeSha256") {
        return Err(super::invalid(
            "CodeSHA256 is different from current CodeSHA256 in $LATEST. Please try again with the CodeSHA256 in $LATEST.",
        ));
    }
    if differs(request.revision_id.as_ref(), "RevisionId") {
        let message = "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id";
        return Err(AwsError::new("PreconditionFailedException", message).status(412).member("Type", "User"));
    }
    let number = function.publish(request.description).to_string();
    let function = function.clone();
    Ok(Reply::with_status(201, function.configuration_of(ctx.here, Some(&number))?))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListVersionsRequest {
    function_name: String,
    #[serde(rename = "Marker")]
    _marker: Option<String>,
    #[serde(rename = "MaxItems")]
    _max_items: Option<usize>,
}

/// `$LATEST` first.
pub(super) fn list(ctx: &mut Context<'_>, request: ListVersionsRequest) -> Answer<Value> {
    let function = find(ctx, &request.function_name)?.clone();
    let numbers = function.versions.keys().map(u64::to_string);
    let all = std::iter::once(LATEST.to_owned()).chain(numbers);
    let versions: Vec<Value> =
        all.map(|version| function.configuration_of(ctx.here, Some(&version))).collect::<Answer<_>>()?;
    Ok(json!({ "Versions": versions }))
}
