//! Resources by tag.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::services::{SERVICES, Tagged};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct TagFilter {
    key: String,
    #[serde(default)]
    values: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct GetResourcesRequest {
    pagination_token: Option<String>,
    #[serde(default)]
    tag_filters: Vec<TagFilter>,
    resources_per_page: Option<usize>,
    tags_per_page: Option<usize>,
    #[serde(default)]
    resource_type_filters: Vec<String>,
    #[serde(default, rename = "ResourceARNList")]
    arns: Vec<String>,
    #[serde(default)]
    include_compliance_details: bool,
    #[serde(default)]
    exclude_compliant_resources: bool,
}

fn all(ctx: &Context<'_>) -> Vec<Tagged> {
    let mut found: Vec<Tagged> = SERVICES.iter().flat_map(|service| (service.tagged)(ctx.here, ctx.now)).collect();
    found.sort_by(|a, b| a.arn.cmp(&b.arn));
    found
}

impl GetResourcesRequest {
    /// `elasticloadbalancing` stands for all its types; `elasticloadbalancing:loadbalancer` for those and the types below it.
    fn wants(&self, resource: &Tagged) -> bool {
        let kind = |wanted: &String| {
            resource.kind == wanted
                || resource.kind.starts_with(&format!("{wanted}:"))
                || wanted.starts_with(&format!("{}/", resource.kind))
        };
        let tag = |filter: &TagFilter| {
            let value = resource.tags.get(&filter.key);
            value.is_some_and(|value| filter.values.is_empty() || filter.values.contains(value))
        };
        // Without tag policies every resource is compliant.
        !self.exclude_compliant_resources
            && (self.resource_type_filters.is_empty() || self.resource_type_filters.iter().any(kind))
            && (self.arns.is_empty() || self.arns.contains(&resource.arn))
            && self.tag_filters.iter().all(tag)
    }
}

pub(super) fn get(ctx: &mut Context<'_>, request: GetResourcesRequest) -> Answer<Value> {
    let size = request.resources_per_page.unwrap_or(50);
    if !(1..=100).contains(&size) {
        return Err(AwsError::new("InvalidParameterException", "ResourcesPerPage must be between 1 and 100"));
    }
    if request.tags_per_page.is_some_and(|tags| !(100..=500).contains(&tags) || tags % 100 != 0) {
        return Err(AwsError::new(
            "InvalidParameterException",
            "TagsPerPage must be a multiple of 100 from 100 to 500",
        ));
    }
    let others =
        !request.tag_filters.is_empty() || request.resources_per_page.is_some() || request.pagination_token.is_some();
    if !request.arns.is_empty() && others {
        let message = "ResourceARNList cannot be combined with filters or pagination";
        return Err(AwsError::new("InvalidParameterException", message));
    }
    if request.exclude_compliant_resources && !request.include_compliance_details {
        let message = "ExcludeCompliantResources can only be used with IncludeComplianceDetails";
        return Err(AwsError::new("InvalidParameterException", message));
    }
    let after = request.pagination_token.clone().unwrap_or_default();
    let found: Vec<Tagged> =
        all(ctx).into_iter().filter(|resource| resource.arn > after && request.wants(resource)).collect();
    let size = request.tags_per_page.map_or(size, |most| size.min(with_tags(&found, most)));
    // API Reference: the last page's token is an empty string.
    let next = if found.len() > size { found[size - 1].arn.clone() } else { String::new() };
    let render = |resource: &Tagged| {
        let tags: Value = resource.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
        let mut out = json!({ "ResourceARN": resource.arn, "Tags": tags });
        if request.include_compliance_details {
            out["ComplianceDetails"] =
                json!({ "NoncompliantKeys": [], "KeysWithNoncompliantValues": [], "ComplianceStatus": true });
        }
        out
    };
    let page: Vec<Value> = found.iter().take(size).map(render).collect();
    Ok(json!({ "PaginationToken": next, "ResourceTagMappingList": page }))
}

/// How many of the resources have so many tags together at the most. A resource's tags are never split between pages.
fn with_tags(found: &[Tagged], most: usize) -> usize {
    let mut total = 0;
    let fits = found.iter().take_while(|resource| {
        total += resource.tags.len();
        total <= most
    });
    fits.count().max(1)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct GetTagKeysRequest {
    #[serde(rename = "PaginationToken")]
    _token: Option<String>,
}

pub(super) fn keys(ctx: &mut Context<'_>, _: GetTagKeysRequest) -> Answer<Value> {
    let keys: BTreeSet<String> = all(ctx).into_iter().flat_map(|resource| resource.tags.into_keys()).collect();
    Ok(json!({ "PaginationToken": "", "TagKeys": keys }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct GetTagValuesRequest {
    #[serde(rename = "PaginationToken")]
    _token: Option<String>,
    key: String,
}

pub(super) fn values(ctx: &mut Context<'_>, request: GetTagValuesRequest) -> Answer<Value> {
    let values: BTreeSet<String> =
        all(ctx).into_iter().filter_map(|mut resource| resource.tags.remove(&request.key)).collect();
    Ok(json!({ "PaginationToken": "", "TagValues": values }))
}
