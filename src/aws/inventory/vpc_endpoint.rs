//! Interface VPC endpoints.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{self as sdk, Filter, VpcEndpointType};
use serde_json::Value;

use super::{EC2_PAGE, ec2_tags, filter};
use crate::aws::{Aws, AwsError, Pass};
use crate::desired::service_name;
use crate::model::Operation;
use crate::observed::{EndpointState, VpcEndpoint};

impl Aws {
    /// Every `execute-api` endpoint of the region, without the addresses. What is deleted is left out, though EC2 lists it for a while.
    pub(in crate::aws) async fn all_vpc_endpoints<'a>(&self, pass: &'a Pass) -> Result<&'a [VpcEndpoint], AwsError> {
        let read = || async {
            let service = service_name(&self.caller().await?);
            let kind = VpcEndpointType::Interface.as_str().to_owned();
            self.vpc_endpoints(vec![filter("service-name", [&service]), filter("vpc-endpoint-type", [&kind])]).await
        };
        pass.lists.vpc_endpoints.get_or_try_init(read).await.map(Vec::as_slice)
    }

    /// The endpoints with these IDs, of whatever service.
    pub(in crate::aws) async fn vpc_endpoints_by_id(
        &self,
        ids: &BTreeSet<String>,
    ) -> Result<Vec<VpcEndpoint>, AwsError> {
        self.vpc_endpoints(vec![filter("vpc-endpoint-id", ids)]).await
    }

    async fn vpc_endpoints(&self, filters: Vec<Filter>) -> Result<Vec<VpcEndpoint>, AwsError> {
        let request = self.ec2().describe_vpc_endpoints().set_filters(Some(filters)).max_results(EC2_PAGE);
        let endpoints: Vec<_> =
            self.call(Operation::DescribeVpcEndpoints, request.into_paginator().items().send().try_collect()).await?;
        let mut endpoints: Vec<_> =
            endpoints.into_iter().map(observed).filter(|endpoint| endpoint.state != EndpointState::Deleted).collect();
        endpoints.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(endpoints)
    }
}

/// An endpoint as EC2 tells it, the addresses not yet known.
pub(in crate::aws) fn observed(endpoint: sdk::VpcEndpoint) -> VpcEndpoint {
    let id = endpoint.vpc_endpoint_id.unwrap_or_default();
    let failure = endpoint.failure_reason.or_else(|| endpoint.last_error.and_then(|error| error.message));
    let names = endpoint.dns_entries.into_iter().flatten().filter_map(|entry| entry.dns_name);
    VpcEndpoint {
        vpc_id: endpoint.vpc_id.unwrap_or_default(),
        service_name: endpoint.service_name.unwrap_or_default(),
        state: EndpointState::from(endpoint.state.as_ref().map_or("", sdk::State::as_str)),
        failure,
        subnet_ids: endpoint.subnet_ids.into_iter().flatten().collect(),
        security_group_ids: endpoint.groups.into_iter().flatten().filter_map(|group| group.group_id).collect(),
        private_dns: endpoint.private_dns_enabled.unwrap_or_default(),
        ip_address_type: endpoint.ip_address_type.map_or_else(|| "ipv4".to_owned(), |kind| kind.as_str().to_owned()),
        policy: policy(endpoint.policy_document.as_deref()),
        dns_names: own_names(&id, names.collect()),
        network_interface_ids: endpoint.network_interface_ids.into_iter().flatten().collect(),
        addresses: BTreeMap::new(),
        placements: BTreeMap::new(),
        tags: ec2_tags(endpoint.tags),
        id,
    }
}

/// What is no JSON is shown as it is.
fn policy(document: Option<&str>) -> Value {
    let document = document.unwrap_or_default();
    serde_json::from_str(document).unwrap_or_else(|_| Value::from(document))
}

/// The endpoint's own names, the regional one first: it is the zonal ones without the zone. With private DNS on, EC2 lists the service's public
/// names, too.
fn own_names(id: &str, mut names: Vec<String>) -> Vec<String> {
    names.retain(|name| name.starts_with(id));
    names.sort_by_key(|name| (name.len(), name.clone()));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_come_in_any_case_and_names_without_those_of_the_service() {
        let entry = |name: &str| sdk::DnsEntry::builder().dns_name(name).build();
        let endpoint = sdk::VpcEndpoint::builder()
            .vpc_endpoint_id("vpce-1")
            .state(sdk::State::from("available"))
            .dns_entries(entry("vpce-1-abc-eu-west-1a.execute-api.eu-west-1.vpce.amazonaws.com"))
            .dns_entries(entry("execute-api.eu-west-1.amazonaws.com"))
            .dns_entries(entry("vpce-1-abc.execute-api.eu-west-1.vpce.amazonaws.com"))
            .build();
        let observed = observed(endpoint);
        assert_eq!(observed.state, EndpointState::Available);
        assert_eq!(
            observed.dns_names,
            [
                "vpce-1-abc.execute-api.eu-west-1.vpce.amazonaws.com",
                "vpce-1-abc-eu-west-1a.execute-api.eu-west-1.vpce.amazonaws.com"
            ]
        );
    }
}
