//! Changes of VPC endpoints.

use std::collections::BTreeMap;

use aws_config::retry::RetryConfig;
use aws_sdk_ec2::config::Config;
use aws_sdk_ec2::types::{IpAddressType, ResourceType, SubnetConfiguration, UnsuccessfulItem, VpcEndpointType};
use serde_json::Value;

use super::{done, ec2_tags, gone, list};
use crate::aws::inventory::vpc_endpoint::observed;
use crate::aws::{Aws, AwsError};
use crate::change::{Output, VpcEndpointChange};
use crate::model::Operation;

impl Aws {
    pub(super) async fn change_vpc_endpoint(
        &self,
        operation: Operation,
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

    async fn create_vpc_endpoint(&self, operation: Operation, change: &VpcEndpointChange) -> Result<Output, AwsError> {
        let VpcEndpointChange::Create {
            vpc_id,
            service_name,
            subnet_ids,
            security_group_ids,
            subnet_configurations,
            private_dns,
            ip_address_type,
            policy,
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
            .set_subnet_configurations(addresses(subnet_configurations))
            .private_dns_enabled(*private_dns)
            .ip_address_type(IpAddressType::from(*ip_address_type))
            .set_policy_document(policy.as_ref().map(Value::to_string))
            .client_token(client_token)
            .tag_specifications(ec2_tags(ResourceType::VpcEndpoint, tags));
        let endpoint = self.call(operation, request.send()).await?.vpc_endpoint.map(observed);
        let mut endpoint = endpoint.ok_or_else(|| AwsError::incomplete(operation, "the endpoint"))?;
        // The answer to a create need not hold the tags that went with it.
        endpoint.tags.clone_from(tags);
        Ok(Output::VpcEndpoint(Box::new(endpoint)))
    }

    async fn modify_vpc_endpoint(&self, operation: Operation, change: &VpcEndpointChange) -> Result<Output, AwsError> {
        let VpcEndpointChange::Modify {
            id,
            add_subnet_ids,
            remove_subnet_ids,
            add_security_group_ids,
            remove_security_group_ids,
            subnet_configurations,
            private_dns,
            ip_address_type,
            policy,
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
            .set_subnet_configurations(addresses(subnet_configurations))
            .set_private_dns_enabled(*private_dns)
            .set_ip_address_type(ip_address_type.as_deref().map(IpAddressType::from))
            .set_policy_document(policy.as_ref().map(Value::to_string));
        // A retry after a lost answer would be refused: what it removes is not there any more. The next pass looks.
        let once = Config::builder().retry_config(RetryConfig::disabled());
        done(self.call(operation, request.customize().config_override(once).send()).await)
    }
}

/// Addresses by subnet, none where AWS chooses them.
fn addresses(by_subnet: &BTreeMap<String, String>) -> Option<Vec<SubnetConfiguration>> {
    let configuration = |(subnet, address)| SubnetConfiguration::builder().subnet_id(subnet).ipv4(address).build();
    (!by_subnet.is_empty()).then(|| by_subnet.iter().map(configuration).collect())
}

/// The call succeeds whatever became of the endpoints.
///
/// Source: EC2 API Reference, `DeleteVpcEndpoints`.
fn all_deleted(operation: Operation, unsuccessful: &[UnsuccessfulItem]) -> Result<(), AwsError> {
    let error = unsuccessful.iter().find_map(UnsuccessfulItem::error);
    error.map_or(Ok(()), |error| {
        Err(AwsError::reported(operation, error.code().unwrap_or_default(), error.message().unwrap_or_default()))
    })
}
