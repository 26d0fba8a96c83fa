//! Network interfaces of endpoints.

use std::collections::BTreeMap;

use super::{EC2_PAGE, FILTER_VALUES, filter};
use crate::aws::{Aws, AwsError};
use crate::model::Operation;
use crate::observed::{Placement, VpcEndpoint};

impl Aws {
    /// Puts the addresses and places of their network interfaces into the endpoints, as far as they can be read: one call for all that are not known yet.
    /// A filter, since a call with an ID that is gone fails as a whole.
    pub(in crate::aws) async fn read_addresses(&self, endpoints: &mut [VpcEndpoint]) -> Result<(), AwsError> {
        let ids: Vec<String> = endpoints.iter().flat_map(|endpoint| &endpoint.network_interface_ids).cloned().collect();
        let cache = &self.cache().interfaces;
        let unknown: Vec<String> = ids.into_iter().filter(|id| cache.get(id).is_none()).collect();
        let read = self.remember_interfaces(&unknown).await;
        for endpoint in endpoints {
            let known = endpoint.network_interface_ids.iter().filter_map(|id| Some((id.clone(), cache.get(id)?)));
            let known: Vec<(String, (String, Placement))> = known.collect();
            endpoint.addresses = known.iter().map(|(id, (address, _))| (id.clone(), address.clone())).collect();
            endpoint.placements = known.into_iter().map(|(id, (_, placement))| (id, placement)).collect();
        }
        read
    }

    async fn remember_interfaces(&self, ids: &[String]) -> Result<(), AwsError> {
        for some in ids.chunks(FILTER_VALUES) {
            for (id, interface) in self.network_interfaces(some).await? {
                self.cache().interfaces.insert(id, interface);
            }
        }
        Ok(())
    }

    /// Address and place by ID.
    async fn network_interfaces(&self, ids: &[String]) -> Result<BTreeMap<String, (String, Placement)>, AwsError> {
        let request =
            self.ec2().describe_network_interfaces().filters(filter("network-interface-id", ids)).max_results(EC2_PAGE);
        let interfaces: Vec<_> = self
            .call(Operation::DescribeNetworkInterfaces, request.into_paginator().items().send().try_collect())
            .await?;
        let known = interfaces.into_iter().filter_map(|it| {
            let placement = Placement { subnet_id: it.subnet_id?, zone_id: it.availability_zone_id };
            Some((it.network_interface_id?, (it.private_ip_address?, placement)))
        });
        Ok(known.collect())
    }
}
