//! APIs from `OpenAPI` 3 and Swagger 2 documents (API Gateway Developer Guide, "`OpenAPI`" and "x-amazon-apigateway extensions").

mod document;
mod integration;
mod method;
mod path;
mod security;
mod settings;
mod warning;

use serde_json::Value;

use super::api_status::to_change;
use super::common::bad_request;
use super::definition::Definition;
use super::endpoint_configuration::EndpointConfiguration;
use super::rest_api::{RestApi, check, check_quota, execute_api_arn};
use super::security_policy;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::protocol::Reply;
use crate::protocol::input::Input;
use document::Document;

/// Quota "Size of API definition file" (Developer Guide, quotas).
const LARGEST: usize = 6 * 1024 * 1024;

/// What stands beside the document.
struct Parameters {
    fail_on_warnings: bool,
    endpoint_type: Option<String>,
    base_path: Option<String>,
    overwrite: bool,
    rest_api: String,
}

impl Parameters {
    /// `restapi_id` and `mode` are in URL and query; everything else a client gives as `parameters` stands in the query too.
    fn of(input: &Input) -> Answer<Self> {
        let text = |name: &str| input.tree.get(name).and_then(Value::as_str);
        let overwrite = match text("mode").unwrap_or("merge") {
            "merge" | "import" => false,
            "overwrite" => true,
            other => {
                return Err(bad_request(format!(
                    "Invalid mode specified: {other}. Valid options are merge, overwrite"
                )));
            }
        };
        if let Some(other) = text("basepath").filter(|mode| !["ignore", "prepend", "split"].contains(mode)) {
            return Err(bad_request(format!("Invalid basepath mode specified: {other}")));
        }
        Ok(Self {
            fail_on_warnings: text("failonwarnings") == Some("true"),
            endpoint_type: text("endpointConfigurationTypes").map(str::to_owned),
            base_path: text("basepath").map(str::to_owned),
            overwrite,
            rest_api: text("restapi_id").unwrap_or_default().to_owned(),
        })
    }
}

/// What an import has to say.
#[derive(Debug, Default)]
struct Findings {
    errors: Vec<String>,
    warnings: Vec<String>,
}

impl Findings {
    /// The warnings; errors are answered all at once (ustayready/fireprox#37), with the warnings after them.
    fn judged(self) -> Answer<Vec<String>> {
        if self.errors.is_empty() {
            return Ok(self.warnings);
        }
        let mut message = format!("Errors found during import:\n\t{}", self.errors.join("\n\t"));
        if !self.warnings.is_empty() {
            message.push_str("\nAdditionally, these warnings were found:\n\t");
            message.push_str(&self.warnings.join("\n\t"));
        }
        Err(bad_request(message))
    }
}

/// Where the document's paths go.
struct Place<'a> {
    /// Path before all of them.
    base: &'a str,
    account: &'a str,
}

fn read(input: &Input) -> Answer<Document> {
    if input.body.len() > LARGEST {
        return Err(AwsError::new("RequestEntityTooLargeException", "Request size exceeded 6291456 bytes").status(413));
    }
    Document::parse(&input.body)
}

/// Refuses what came with warnings, if that is wanted.
fn judge(parameters: &Parameters, warnings: &[String]) -> Answer<()> {
    if parameters.fail_on_warnings && !warnings.is_empty() {
        return Err(bad_request(format!("Warnings found during import:\n\t{}", warnings.join("\n\t"))));
    }
    Ok(())
}

pub(super) fn import(ctx: &mut Context<'_>, input: &Input) -> Answer<Reply> {
    let parameters = Parameters::of(input)?;
    let document = read(input)?;
    let id = ctx.ids.alphanumeric(10);
    let types = parameters.endpoint_type.iter().cloned().collect();
    let endpoint = EndpointConfiguration { types, ..EndpointConfiguration::default() }.checked(ctx)?;
    let kind = endpoint.types.first().cloned().unwrap_or_default();
    let definition = Definition {
        name: document.title().ok_or_else(|| bad_request("Invalid OpenAPI input: attribute info.title is missing"))?,
        api_key_source: "HEADER".to_owned(),
        security_policy: security_policy::default_for(&kind).to_owned(),
        endpoint,
        ..Definition::default()
    };
    let root = ctx.ids.alphanumeric(10);
    let mut api = RestApi::empty(id.clone(), root, definition, ctx.now);
    apply(ctx, &document, &parameters, &mut api, &id)?;
    check_quota(ctx, &kind)?;
    judge(&parameters, &api.warnings)?;
    api.apply_default_endpoint();
    let told = api.begin_creation(ctx.config, ctx.now);
    let answer = api.answer(ctx.now, told);
    ctx.here.apigateway.apis.insert(id, api);
    Ok(Reply::with_status(201, answer))
}

pub(super) fn put(ctx: &mut Context<'_>, input: &Input) -> Answer<Value> {
    let parameters = Parameters::of(input)?;
    let mut api = to_change(ctx, &parameters.rest_api)?.clone();
    let document = read(input)?;
    let before = api.definition.clone();
    if parameters.overwrite {
        let id = api.id.clone();
        settings::wipe(api.edit(), &id);
    }
    let id = api.id.clone();
    apply(ctx, &document, &parameters, &mut api, &id)?;
    judge(&parameters, &api.warnings)?;
    let touched = parameters.overwrite || document.touches_access();
    let told = api.begin_change(&before, touched, ctx.config, ctx.now);
    let answer = api.answer(ctx.now, told);
    // Warnings belong to the import, not to the API.
    api.warnings.clear();
    ctx.here.apigateway.apis.insert(id, api);
    Ok(answer)
}

/// Puts the document into the API: what it holds wins, what it does not hold stays.
fn apply(
    ctx: &mut Context<'_>,
    document: &Document,
    parameters: &Parameters,
    api: &mut RestApi,
    id: &str,
) -> Answer<()> {
    let arn = execute_api_arn(ctx.here, id);
    let definition = api.edit();
    let mut warnings = warning::of_document(document);
    settings::apply(document, definition, &arn)?;
    if let Some(kind) = &parameters.endpoint_type {
        definition.endpoint.types = vec![kind.clone()];
    }
    if !definition.endpoint.is_private() && !definition.endpoint.vpc_endpoint_ids.is_empty() {
        definition.endpoint.vpc_endpoint_ids.clear();
        warnings.push("Ignoring VPC endpoint IDs: they are only supported for PRIVATE endpoint types".to_owned());
    }
    definition.endpoint = std::mem::take(&mut definition.endpoint).checked(ctx)?;
    let mut errors = settings::models(document, definition, ctx.ids);
    settings::validators(document, definition, ctx.ids);
    errors.extend(security::authorizers(document, definition, ctx.ids, &ctx.here.account));
    let base = match parameters.base_path.as_deref() {
        Some("prepend") => document.base_path(),
        // `split` makes the first part the stage's name and prepends the rest.
        Some("split") => document
            .base_path()
            .trim_start_matches('/')
            .split_once('/')
            .map_or_else(String::new, |(_, rest)| format!("/{rest}")),
        _ => String::new(),
    };
    let mut findings = Findings { errors, warnings };
    path::all(document, definition, &Place { base: &base, account: &ctx.here.account }, ctx.ids, &mut findings)?;
    let warnings = findings.judged()?;
    check(definition)?;
    api.warnings = warnings;
    Ok(())
}
