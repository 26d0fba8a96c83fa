//! Changes: one file per AWS resource, each change exactly one call. Creates carry their tags, so that nothing exists that cannot be found again.

mod function_permission;
mod listener;
mod load_balancer;
mod rest_api;
mod rule;
mod security_group;
mod stage;
mod tags;
mod target_group;
mod vpc_endpoint;

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{ResourceType, TagSpecification};

use super::error::existing;
use super::{Aws, AwsError};
use crate::change::{Change, Output};
use crate::model::Operation;
use crate::tags::Tags;

impl Aws {
    /// Does it. Taking away what is gone already succeeds.
    pub async fn execute(&self, change: &Change) -> Result<Output, AwsError> {
        let operation = change.operation();
        match change {
            Change::SecurityGroup(change) => self.change_security_group(operation, change).await,
            Change::VpcEndpoint(change) => self.change_vpc_endpoint(operation, change).await,
            Change::RestApi(change) => self.change_rest_api(operation, change).await,
            Change::FunctionPermission(change) => self.change_function_permission(operation, change).await,
            Change::Stage(change) => self.change_stage(operation, change).await,
            Change::TargetGroup(change) => self.change_target_group(operation, change).await,
            Change::LoadBalancer(change) => self.change_load_balancer(operation, change).await,
            Change::Listener(change) => self.change_listener(operation, change).await,
            Change::Rule(change) => self.change_rule(operation, change).await,
            Change::Tags(change) => self.change_tags(operation, change).await,
        }
    }
}

/// The outcome of a change that answers nothing.
fn done<T>(result: Result<T, AwsError>) -> Result<Output, AwsError> {
    result.map(|_| Output::Done)
}

/// The outcome of taking something away: that it is gone is what was wanted.
fn gone<T>(result: Result<T, AwsError>) -> Result<Output, AwsError> {
    existing(result).map(|_| Output::Done)
}

/// The outcome of a create.
fn created(operation: Operation, id: Option<String>) -> Result<Output, AwsError> {
    id.map(Output::Id).ok_or_else(|| AwsError::incomplete(operation, "the ID of what was created"))
}

fn ec2_tags(resource: ResourceType, tags: &Tags) -> TagSpecification {
    let tag = |(key, value): (&String, &String)| aws_sdk_ec2::types::Tag::builder().key(key).value(value).build();
    TagSpecification::builder().resource_type(resource).set_tags(Some(tags.iter().map(tag).collect())).build()
}

fn list(values: &BTreeSet<String>) -> Option<Vec<String>> {
    (!values.is_empty()).then(|| values.iter().cloned().collect())
}
