//! Changes of tags.

use aws_sdk_ec2::types::Tag;

use super::load_balancer::elb_tags;
use super::{done, list};
use crate::aws::{Aws, AwsError};
use crate::change::{Output, TagService, TagsChange};
use crate::model::Operation;

impl Aws {
    pub(super) async fn change_tags(&self, operation: Operation, change: &TagsChange) -> Result<Output, AwsError> {
        match change {
            TagsChange::Add { service: TagService::Ec2, resources, tags } => {
                let tags = tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
                let request = self.ec2().create_tags().set_resources(list(resources)).set_tags(Some(tags));
                done(self.call(operation, request.send()).await)
            }
            TagsChange::Remove { service: TagService::Ec2, resources, keys } => {
                // Without a value a tag goes whatever its value.
                let tags = keys.iter().map(|key| Tag::builder().key(key).build()).collect();
                let request = self.ec2().delete_tags().set_resources(list(resources)).set_tags(Some(tags));
                done(self.call(operation, request.send()).await)
            }
            TagsChange::Add { service: TagService::LoadBalancing, resources, tags } => {
                let request = self.elb().add_tags().set_resource_arns(list(resources)).set_tags(Some(elb_tags(tags)));
                done(self.call(operation, request.send()).await)
            }
            TagsChange::Remove { service: TagService::LoadBalancing, resources, keys } => {
                let request = self.elb().remove_tags().set_resource_arns(list(resources)).set_tag_keys(list(keys));
                done(self.call(operation, request.send()).await)
            }
            TagsChange::Add { service: TagService::ApiGateway, resources, tags } => {
                for id in resources {
                    let request = self.apigateway().tag_resource().resource_arn(self.rest_api_arn(id).await?);
                    let tags = tags.clone().into_iter().collect();
                    self.call(operation, request.set_tags(Some(tags)).send()).await?;
                }
                Ok(Output::Done)
            }
            TagsChange::Remove { service: TagService::ApiGateway, resources, keys } => {
                for id in resources {
                    let request = self.apigateway().untag_resource().resource_arn(self.rest_api_arn(id).await?);
                    self.call(operation, request.set_tag_keys(list(keys)).send()).await?;
                }
                Ok(Output::Done)
            }
        }
    }

    /// Source: API Gateway Developer Guide, "Amazon API Gateway ARN reference".
    async fn rest_api_arn(&self, id: &str) -> Result<String, AwsError> {
        let caller = self.caller().await?;
        Ok(format!("arn:{}:apigateway:{}::/restapis/{id}", caller.partition, caller.region))
    }
}
