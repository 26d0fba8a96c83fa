//! `TagResources` and `UntagResources`: each resource's own service keeps its tags.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::services::{Tags, apigateway, ec2, lambda};
use crate::world::Region;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct TagResourcesRequest {
    #[serde(rename = "ResourceARNList")]
    arns: Vec<String>,
    tags: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct UntagResourcesRequest {
    #[serde(rename = "ResourceARNList")]
    arns: Vec<String>,
    tag_keys: Vec<String>,
}

fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("InvalidParameterException", message)
}

/// API Reference, `TagResources`: 1 to 20 ARNs, up to 50 tags.
fn check(arns: &[String], count: usize) -> Answer<()> {
    if !(1..=20).contains(&arns.len()) {
        return Err(invalid("ResourceARNList must hold between 1 and 20 ARNs"));
    }
    if !(1..=50).contains(&count) {
        return Err(invalid("The number of tags must be between 1 and 50"));
    }
    match arns.iter().find(|arn| !arn.starts_with("arn:") || arn.split(':').count() < 6) {
        Some(arn) => Err(invalid(format!("Invalid ARN: {arn}"))),
        None => Ok(()),
    }
}

pub(super) fn tag(ctx: &mut Context<'_>, request: TagResourcesRequest) -> Answer<Value> {
    check(&request.arns, request.tags.len())?;
    let bad = |(key, value): (&String, &String)| {
        key.is_empty() || key.starts_with("aws:") || key.chars().count() > 128 || value.chars().count() > 256
    };
    if request.tags.iter().any(bad) {
        return Err(invalid("Tag keys must have 1 to 128 characters and not start with aws:, values at most 256"));
    }
    Ok(each(ctx.here, &request.arns, |tags| {
        let mut wanted = tags.clone();
        wanted.extend(request.tags.clone());
        if wanted.len() > 50 {
            return Err(invalid("A resource can have at most 50 tags"));
        }
        *tags = wanted;
        Ok(())
    }))
}

pub(super) fn untag(ctx: &mut Context<'_>, request: UntagResourcesRequest) -> Answer<Value> {
    check(&request.arns, request.tag_keys.len())?;
    Ok(each(ctx.here, &request.arns, |tags| {
        tags.retain(|key, _| !request.tag_keys.contains(key));
        Ok(())
    }))
}

/// API Reference, `FailureInfo`: what failed for one resource stops none of the others.
fn each(region: &mut Region, arns: &[String], change: impl Fn(&mut Tags) -> Answer<()>) -> Value {
    let mut failed = Map::new();
    for arn in arns {
        let result = match tags_of(region, arn) {
            Some(tags) => change(tags),
            None => Err(invalid(format!("The resource {arn} does not exist or cannot be tagged"))),
        };
        if let Err(error) = result {
            let info = json!({ "StatusCode": 400, "ErrorCode": error.code, "ErrorMessage": error.message });
            failed.insert(arn.clone(), info);
        }
    }
    json!({ "FailedResourcesMap": failed })
}

/// The tags of the resource that an ARN names, if there is such a resource.
fn tags_of<'a>(region: &'a mut Region, arn: &str) -> Option<&'a mut Tags> {
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", _, service, _, _, resource] = fields[..] else { return None };
    let id = resource.rsplit('/').next().unwrap_or_default();
    match service {
        "ec2" => {
            let (_, kind) = ec2::tag::kind_of(id)?;
            (resource == format!("{kind}/{id}")).then(|| region.ec2.tags_of(id))?
        }
        "elasticloadbalancing" => region.elbv2.tags_of(arn),
        "acm" => region.acm.certificates.contains_key(arn).then(|| region.acm.tags.entry(arn.to_owned()).or_default()),
        "lambda" => {
            let name = lambda::reference::Reference::parse(arn).name;
            region.lambda.functions.get_mut(&name).map(|function| &mut function.tags)
        }
        "route53" => {
            let there = resource.starts_with("hostedzone/") && region.route53.zones.contains_key(id);
            there.then(|| region.route53.tags.entry(id.to_owned()).or_default())
        }
        "apigateway" => apigateway::tag::of(&mut region.apigateway, arn, resource),
        _ => None,
    }
}
