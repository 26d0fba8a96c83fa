//! Changes of VPC endpoints.

use aws_sdk_ec2::types::{ResourceType, UnsuccessfulItem, VpcEndpointType};

use super::{done, ec2_tags, gone, list};
use crate::aws::inventory::vpc_endpoint::observed;
use crate::aws::{Aws, AwsError};
use crate::change::{Output, VpcEndpointChange};

impl Aws {
    pub(super) async fn change_vpc_endpoint(
        &self,
        operation: &'static str,
        change: &VpcEndpointChange,
    ) -> Result<Output, AwsError> {
        match change {
            VpcEndpointChange::Create { .. } => self.create_vpc_endpoint(operation, change).await,
            VpcEndpointChange::Modify { .. } => self.modify_vpc_endpoint(operation, change).await,
            VpcEndpointChange::Delete { id } => {
                let request = self.ec2().delete_vpc_endpoints().vpc_endpoint_ids(id);
                let answer = self.call(operation, request.send()).await;
                gone(answer.and_then(|answer| all_deleted(operation, answer.unsuccessful())))
            }
        }
    }

    async fn create_vpc_endpoint(
        &self,
        operation: &'static str,
        change: &VpcEndpointChange,
    ) -> Result<Output, AwsError> {
        let VpcEndpointChange::Create {
            vpc_id,
            service_name,
            subnet_ids,
            security_group_ids,
            private_dns,
            client_token,
            tags,
        } = change
        else {
            return Ok(Output::Done);
        };
        let request = self
            .ec2()
            .create_vpc_endpoint()
            .vpc_endpoint_type(VpcEndpointType::Interface)
            .vpc_id(vpc_id)
            .service_name(service_name)
            .set_subnet_ids(list(subnet_ids))
            .set_security_group_ids(list(security_group_ids))
            .private_dns_enabled(*private_dns)
            .client_token(client_token)
            .tag_specifications(ec2_tags(ResourceType::VpcEndpoint, tags));
        let endpoint = self.call(operation, request.send()).await?.vpc_endpoint.map(observed);
        let mut endpoint = endpoint.ok_or_else(|| AwsError::incomplete(operation, "the endpoint"))?;
        // The answer to a create need not hold the tags that went with it.
        endpoint.tags.clone_from(tags);
        Ok(Output::VpcEndpoint(Box::new(endpoint)))
    }

    async fn modify_vpc_endpoint(
        &self,
        operation: &'static str,
        change: &VpcEndpointChange,
    ) -> Result<Output, AwsError> {
        let VpcEndpointChange::Modify {
            id,
            add_subnet_ids,
            remove_subnet_ids,
            add_security_group_ids,
            remove_security_group_ids,
            private_dns,
        } = change
        else {
            return Ok(Output::Done);
        };
        let request = self
            .ec2()
            .modify_vpc_endpoint()
            .vpc_endpoint_id(id)
            .set_add_subnet_ids(list(add_subnet_ids))
            .set_remove_subnet_ids(list(remove_subnet_ids))
            .set_add_security_group_ids(list(add_security_group_ids))
            .set_remove_security_group_ids(list(remove_security_group_ids))
            .set_private_dns_enabled(*private_dns);
        done(self.call(operation, request.send()).await)
    }
}

/// The call succeeds whatever became of the endpoints.
///
/// Source: EC2 API Reference, `DeleteVpcEndpoints`.
fn all_deleted(operation: &'static str, unsuccessful: &[UnsuccessfulItem]) -> Result<(), AwsError> {
    let error = unsuccessful.iter().find_map(UnsuccessfulItem::error);
    error.map_or(Ok(()), |error| {
        Err(AwsError::reported(operation, error.code().unwrap_or_default(), error.message().unwrap_or_default()))
    })
}
