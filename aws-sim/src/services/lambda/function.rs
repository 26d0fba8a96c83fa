//! Functions.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::alias::Alias;
use super::package::{Code, Package};
use super::permission::{Grant, QualifiedPolicy};
use super::reference::{Reference, find, find_for};
use super::version::Version;
use super::{arn, invalid};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::protocol::Reply;
use crate::services::Tags;
use crate::world::Region;

/// A function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Name.
    pub name: String,
    /// Configuration, as it is answered; what depends on the region is added then.
    pub configuration: Value,
    /// The handler, without a file name: `hello` of `index.hello`.
    pub handler: String,
    /// Who may invoke it without naming a version or an alias, in the order of the statements.
    pub grants: Vec<Grant>,
    /// Changes with that policy.
    pub revision: String,
    /// Who may invoke a version or an alias, by qualifier: each has a policy of its own (Developer Guide, "Resource-based policies").
    pub qualified_policies: BTreeMap<String, QualifiedPolicy>,
    /// Published versions, by number.
    pub versions: BTreeMap<u64, Version>,
    /// The last number that was given to one.
    pub(super) published: u64,
    /// Aliases, by name.
    pub aliases: BTreeMap<String, Alias>,
    /// Tags.
    pub tags: Tags,
}

impl Function {
    /// A function with defaults for everything but these.
    #[must_use]
    pub fn new(name: &str, handler: &str, role: &str) -> Self {
        let mut configuration = json!({
            "FunctionName": name, "Runtime": "nodejs24.x", "Role": role, "Handler": format!("index.{handler}"), "Description": "",
            "Timeout": 3, "MemorySize": 128, "LastModified": "2026-01-01T00:00:00.000+0000",
            "Version": "$LATEST", "TracingConfig": {"Mode": "PassThrough"},
            "RevisionId": "0a1b2c3d-4e5f-4000-8000-00000000f001", "State": "Active", "LastUpdateStatus": "Successful", "PackageType": "Zip", "Architectures": ["x86_64"],
            "EphemeralStorage": {"Size": 512}, "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
            "LoggingConfig": {"LogFormat": "Text", "LogGroup": format!("/aws/lambda/{name}")},
        });
        Package::of_defaults(handler).describe(&mut configuration);
        Self {
            name: name.to_owned(),
            configuration,
            handler: handler.to_owned(),
            grants: Vec::new(),
            revision: "0a1b2c3d-4e5f-4000-8000-00000000f002".to_owned(),
            qualified_policies: BTreeMap::new(),
            versions: BTreeMap::new(),
            published: 0,
            aliases: BTreeMap::new(),
            tags: Tags::new(),
        }
    }

    pub(super) fn render(&self, region: &Region) -> Value {
        let mut configuration = self.configuration.clone();
        configuration["FunctionArn"] = json!(arn(region, &self.name));
        // Lambda Developer Guide, "Runtime version updates": functions of a managed runtime name its version.
        if let Some(runtime) = configuration["Runtime"].as_str().filter(|_| configuration["PackageType"] == "Zip") {
            let version = format!("{:064x}", crate::ids::derived(runtime));
            let arn = format!("arn:{}:lambda:{}::runtime:{version}", region.partition(), region.name);
            configuration["RuntimeVersionConfig"] = json!({ "RuntimeVersionArn": arn });
        }
        configuration
    }

    fn changed(&mut self, now: Timestamp, revision: String) {
        // Lambda writes the offset without a colon.
        self.configuration["LastModified"] = json!(now.iso().replace('Z', "+0000"));
        self.configuration["RevisionId"] = json!(revision);
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateFunctionRequest {
    function_name: String,
    runtime: Option<String>,
    role: String,
    handler: Option<String>,
    code: Code,
    description: Option<String>,
    timeout: Option<u32>,
    memory_size: Option<u32>,
    #[serde(default)]
    publish: bool,
    vpc_config: Option<Value>,
    package_type: Option<String>,
    dead_letter_config: Option<Value>,
    environment: Option<Value>,
    #[serde(rename = "KMSKeyArn")]
    kms_key_arn: Option<String>,
    tracing_config: Option<Value>,
    #[serde(default)]
    tags: Tags,
    layers: Option<Value>,
    architectures: Option<Value>,
    ephemeral_storage: Option<Value>,
    logging_config: Option<Value>,
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateFunctionRequest) -> Answer<Reply> {
    let name = Reference::parse(&request.function_name).name;
    if !(1..=64).contains(&name.len()) || !name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)) {
        return Err(invalid(format!("Invalid function name: {name}")));
    }
    if !request.role.starts_with("arn:") || !request.role.contains(":role/") {
        return Err(invalid("The role defined for the function cannot be assumed by Lambda."));
    }
    if ctx.here.lambda.functions.contains_key(&name) {
        return Err(AwsError::new("ResourceConflictException", format!("Function already exist: {name}"))
            .status(409)
            .member("Type", "User"));
    }
    let package = request.code.package(ctx)?;
    let handler = request.handler.clone().unwrap_or_else(|| "index.hello".to_owned());
    let mut function = Function::new(&name, handler.rsplit('.').next().unwrap_or_default(), &request.role);
    function.tags = request.tags;
    package.describe(&mut function.configuration);
    for (member, value) in [
        ("Runtime", request.runtime.map(Value::from)),
        ("Handler", Some(handler.into())),
        ("Description", request.description.map(Value::from)),
        ("Timeout", request.timeout.map(Value::from)),
        ("MemorySize", request.memory_size.map(Value::from)),
        ("VpcConfig", request.vpc_config),
        ("PackageType", request.package_type.map(Value::from)),
        ("DeadLetterConfig", request.dead_letter_config),
        ("Environment", request.environment),
        ("KMSKeyArn", request.kms_key_arn.map(Value::from)),
        ("TracingConfig", request.tracing_config),
        ("Layers", request.layers.map(layers)),
        ("Architectures", request.architectures),
        ("EphemeralStorage", request.ephemeral_storage),
        ("LoggingConfig", request.logging_config),
    ] {
        if let Some(value) = value {
            function.configuration[member] = value;
        }
    }
    function.changed(ctx.now, ctx.ids.uuid());
    function.revision = ctx.ids.uuid();
    let mut answer = function.render(ctx.here);
    if request.publish {
        answer["Version"] = json!(function.publish(None).to_string());
    }
    ctx.here.lambda.functions.insert(name, function);
    Ok(Reply::with_status(201, answer))
}

/// Layers are given as ARNs and answered as structures.
fn layers(given: Value) -> Value {
    let arns = given.as_array().cloned().unwrap_or_default();
    arns.into_iter().map(|arn| json!({"Arn": arn, "CodeSize": 1024})).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct FunctionRequest {
    pub(super) function_name: String,
    pub(super) qualifier: Option<String>,
}

impl FunctionRequest {
    pub(super) fn reference(&self) -> Answer<Reference> {
        Reference::of(&self.function_name, self.qualifier.as_deref())
    }
}

pub(super) fn get(ctx: &mut Context<'_>, request: FunctionRequest) -> Answer<Value> {
    let reference = request.reference()?;
    let function = find_for(ctx, &reference, "lambda:GetFunction")?.clone();
    let region = &ctx.here;
    let location = format!(
        "https://awslambda-{0}-tasks.s3.{0}.{1}/snapshots/{2}/{3}",
        region.name,
        region.dns_suffix(),
        region.account,
        function.name
    );
    let configuration = function.configuration_of(region, reference.qualifier.as_deref())?;
    let mut answer = json!({"Configuration": configuration, "Code": {"RepositoryType": "S3", "Location": location}});
    if !function.tags.is_empty() {
        answer["Tags"] = json!(function.tags);
    }
    Ok(answer)
}

pub(super) fn configuration(ctx: &mut Context<'_>, request: FunctionRequest) -> Answer<Value> {
    let reference = request.reference()?;
    let function = find_for(ctx, &reference, "lambda:GetFunctionConfiguration")?.clone();
    function.configuration_of(ctx.here, reference.qualifier.as_deref())
}

pub(super) fn delete(ctx: &mut Context<'_>, request: FunctionRequest) -> Answer<Reply> {
    let reference = request.reference()?;
    let function = find_for(ctx, &reference, "lambda:DeleteFunction")?;
    let Some(qualifier) = &reference.qualifier else {
        ctx.here.lambda.functions.remove(&reference.name);
        return Ok(Reply::with_status(204, json!({})));
    };
    // Only versions are deleted by a qualifier, and only while no alias leads to them (API Reference, `DeleteFunction`).
    let Ok(version) = qualifier.parse() else {
        return Err(invalid("$LATEST version cannot be deleted without deleting the function."));
    };
    if let Some((alias, _)) = function.aliases.iter().find(|(_, alias)| alias.version == *qualifier) {
        let message = format!("Version {qualifier} is referenced by the alias {alias}");
        return Err(AwsError::new("ResourceConflictException", message).status(409).member("Type", "User"));
    }
    function.versions.remove(&version);
    function.qualified_policies.remove(qualifier);
    Ok(Reply::with_status(204, json!({})))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListFunctionsRequest {
    #[serde(rename = "MasterRegion")]
    _master_region: Option<String>,
    #[serde(rename = "FunctionVersion")]
    _function_version: Option<String>,
    marker: Option<String>,
    max_items: Option<usize>,
}

/// 50 at most in a page, whatever was asked for (API Reference, `ListFunctions`).
pub(super) fn list(ctx: &mut Context<'_>, request: ListFunctionsRequest) -> Answer<Value> {
    let most = request.max_items.unwrap_or(50).clamp(1, 50);
    let after = |name: &&String| request.marker.as_ref().is_none_or(|marker| *name > marker);
    let mut names = ctx.here.lambda.functions.keys().filter(after);
    let page: Vec<String> = names.by_ref().take(most).cloned().collect();
    let next = names.next().and_then(|_| page.last().cloned());
    let functions: Vec<Value> = page
        .iter()
        .filter_map(|name| ctx.here.lambda.functions.get(name))
        .map(|function| function.render(ctx.here))
        .collect();
    let mut answer = json!({ "Functions": functions });
    if let Some(next) = next {
        answer["NextMarker"] = next.into();
    }
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct UpdateFunctionCodeRequest {
    function_name: String,
    zip_file: Option<String>,
    #[serde(rename = "S3Bucket")]
    s3_bucket: Option<String>,
    #[serde(rename = "S3Key")]
    s3_key: Option<String>,
    #[serde(rename = "S3ObjectVersion")]
    s3_object_version: Option<String>,
    image_uri: Option<String>,
    #[serde(default)]
    publish: bool,
    architectures: Option<Value>,
}

pub(super) fn update_code(ctx: &mut Context<'_>, request: UpdateFunctionCodeRequest) -> Answer<Value> {
    let (now, revision) = (ctx.now, ctx.ids.uuid());
    find(ctx, &request.function_name)?;
    let code = Code {
        zip_file: request.zip_file,
        bucket: request.s3_bucket,
        key: request.s3_key,
        _version: request.s3_object_version,
        image_uri: request.image_uri,
    };
    let package = code.package(ctx)?;
    let function = find(ctx, &request.function_name)?;
    package.describe(&mut function.configuration);
    if let Some(architectures) = request.architectures {
        function.configuration["Architectures"] = architectures;
    }
    function.changed(now, revision);
    let version = request.publish.then(|| function.publish(None).to_string());
    let function = function.clone();
    function.configuration_of(ctx.here, version.as_deref())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct UpdateFunctionConfigurationRequest {
    function_name: String,
    role: Option<String>,
    handler: Option<String>,
    description: Option<String>,
    timeout: Option<u32>,
    memory_size: Option<u32>,
    environment: Option<Value>,
    runtime: Option<String>,
}

pub(super) fn update_configuration(
    ctx: &mut Context<'_>,
    request: UpdateFunctionConfigurationRequest,
) -> Answer<Value> {
    let (now, revision) = (ctx.now, ctx.ids.uuid());
    let function = find(ctx, &request.function_name)?;
    if let Some(handler) = &request.handler {
        handler.rsplit('.').next().unwrap_or_default().clone_into(&mut function.handler);
    }
    for (member, value) in [
        ("Role", request.role.map(Value::from)),
        ("Handler", request.handler.map(Value::from)),
        ("Description", request.description.map(Value::from)),
        ("Timeout", request.timeout.map(Value::from)),
        ("MemorySize", request.memory_size.map(Value::from)),
        ("Environment", request.environment),
        ("Runtime", request.runtime.map(Value::from)),
    ] {
        if let Some(value) = value {
            function.configuration[member] = value;
        }
    }
    function.changed(now, revision);
    let function = function.clone();
    Ok(function.render(ctx.here))
}
