//! Network interfaces of endpoints.

use std::collections::BTreeMap;

use super::{EC2_PAGE, FILTER_VALUES, filter};
use crate::aws::{Aws, AwsError};
use crate::observed::VpcEndpoint;

impl Aws {
    /// Puts the addresses of their network interfaces into the endpoints, one call for all. A filter, since a call with an ID that is gone
    /// fails as a whole.
    pub(in crate::aws) async fn read_addresses(&self, endpoints: &mut [VpcEndpoint]) -> Result<(), AwsError> {
        let ids: Vec<String> = endpoints.iter().flat_map(|endpoint| &endpoint.network_interface_ids).cloned().collect();
        let mut addresses = BTreeMap::new();
        for some in ids.chunks(FILTER_VALUES) {
            addresses.extend(self.private_addresses(some).await?);
        }
        for endpoint in endpoints {
            let known = |id: &String| Some((id.clone(), addresses.get(id)?.clone()));
            endpoint.addresses = endpoint.network_interface_ids.iter().filter_map(known).collect();
        }
        Ok(())
    }

    async fn private_addresses(&self, ids: &[String]) -> Result<BTreeMap<String, String>, AwsError> {
        let request =
            self.ec2().describe_network_interfaces().filters(filter("network-interface-id", ids)).max_results(EC2_PAGE);
        let interfaces: Vec<_> =
            self.call("ec2:DescribeNetworkInterfaces", request.into_paginator().items().send().try_collect()).await?;
        Ok(interfaces.into_iter().filter_map(|it| Some((it.network_interface_id?, it.private_ip_address?))).collect())
    }
}
