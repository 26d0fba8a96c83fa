//! Methods of REST APIs that specs name.

use aws_sdk_apigateway::types::Resource;

use crate::aws::{Aws, AwsError};
use crate::model::Operation;

/// Most that a page holds.
const PAGE: i32 = 500;

impl Aws {
    /// Methods whose callers sign their requests, for example `GET /orders`, as the API is defined, deployed or not. Somebody else's to change, so some
    /// minutes old is new enough.
    ///
    /// Source: API Gateway API Reference, `GetResources`: `embed=methods` answers with the methods of each resource.
    pub(in crate::aws) async fn signed_methods(&self, api_id: &str) -> Result<Vec<String>, AwsError> {
        if let Some(known) = self.cache().signed_methods.get(api_id) {
            return Ok(known);
        }
        let request = self.apigateway().get_resources().rest_api_id(api_id).embed("methods").limit(PAGE);
        let resources: Vec<Resource> =
            self.call(Operation::GetResources, request.into_paginator().items().send().try_collect()).await?;
        let mut signed: Vec<String> = resources.iter().flat_map(signed).collect();
        signed.sort();
        self.cache().signed_methods.insert(api_id.to_owned(), signed.clone());
        Ok(signed)
    }
}

fn signed(resource: &Resource) -> impl Iterator<Item = String> {
    let methods = resource.resource_methods().into_iter().flatten();
    let signed = methods.filter(|(_, method)| method.authorization_type() == Some("AWS_IAM"));
    signed.map(|(name, _)| format!("{name} {}", resource.path().unwrap_or_default()))
}
