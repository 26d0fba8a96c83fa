//! Subnets.

use std::collections::{BTreeMap, BTreeSet};

use super::{EC2_PAGE, filter};
use crate::aws::{Aws, AwsError};
use crate::intent::Subnet;

impl Aws {
    /// The subnets that exist, by ID. Asks for those only that it does not know yet.
    pub(in crate::aws) async fn subnets(&self, ids: &BTreeSet<String>) -> Result<BTreeMap<String, Subnet>, AwsError> {
        let cache = &self.cache().subnets;
        let unknown: Vec<&String> = ids.iter().filter(|id| cache.get(*id).is_none()).collect();
        if !unknown.is_empty() {
            let request = self.ec2().describe_subnets().filters(filter("subnet-id", unknown)).max_results(EC2_PAGE);
            let subnets: Vec<_> =
                self.call("ec2:DescribeSubnets", request.into_paginator().items().send().try_collect()).await?;
            for subnet in subnets {
                let (vpc_id, zone_id) =
                    (subnet.vpc_id.unwrap_or_default(), subnet.availability_zone_id.unwrap_or_default());
                cache.insert(subnet.subnet_id.unwrap_or_default(), Subnet { vpc_id, zone_id });
            }
        }
        Ok(ids.iter().filter_map(|id| Some((id.clone(), cache.get(id)?))).collect())
    }
}
