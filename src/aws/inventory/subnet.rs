//! Subnets.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{self as sdk, Filter};
use futures::future::try_join_all;

use super::{EC2_PAGE, filter};
use crate::api::SubnetSelector;
use crate::aws::{Aws, AwsError};
use crate::intent::Subnet;
use crate::model::Operation;

impl Aws {
    /// The subnets that exist, by ID. Asks for those only that it does not know yet, and where IPv6 ranges matter for those that had none.
    pub(in crate::aws) async fn subnets(
        &self,
        ids: &BTreeSet<String>,
        ipv6: bool,
    ) -> Result<BTreeMap<String, Subnet>, AwsError> {
        let cache = &self.cache().subnets;
        let known = |id: &String| cache.get(id).filter(|subnet| subnet.has_ipv6 || !ipv6);
        let unknown: Vec<&String> = ids.iter().filter(|id| known(id).is_none()).collect();
        if !unknown.is_empty() {
            for (id, subnet) in self.subnets_with(vec![filter("subnet-id", unknown)]).await? {
                cache.insert(id, subnet);
            }
        }
        Ok(ids.iter().filter_map(|id| Some((id.clone(), cache.get(id)?))).collect())
    }

    /// The subnets that each selector chooses.
    pub(in crate::aws) async fn selected_subnets(
        &self,
        selectors: &BTreeSet<SubnetSelector>,
    ) -> Result<BTreeMap<SubnetSelector, BTreeMap<String, Subnet>>, AwsError> {
        let all =
            selectors.iter().map(|selector| async { Ok((selector.clone(), self.select_subnets(selector).await?)) });
        Ok(try_join_all(all).await?.into_iter().collect())
    }

    /// Some minutes old is new enough, but for a choice that found nothing.
    async fn select_subnets(&self, selector: &SubnetSelector) -> Result<BTreeMap<String, Subnet>, AwsError> {
        if let Some(known) = self.cache().selections.get(selector) {
            return Ok(known);
        }
        let tags = selector.match_tags.iter().map(|(key, value)| filter(&format!("tag:{key}"), [value]));
        let vpc = selector.vpc_id.iter().map(|vpc_id| filter("vpc-id", [vpc_id]));
        let found = self.subnets_with(tags.chain(vpc).collect()).await?;
        if !found.is_empty() {
            self.cache().selections.insert(selector.clone(), found.clone());
        }
        Ok(found)
    }

    async fn subnets_with(&self, filters: Vec<Filter>) -> Result<BTreeMap<String, Subnet>, AwsError> {
        let request = self.ec2().describe_subnets().set_filters(Some(filters)).max_results(EC2_PAGE);
        let subnets: Vec<_> =
            self.call(Operation::DescribeSubnets, request.into_paginator().items().send().try_collect()).await?;
        Ok(subnets.into_iter().map(observed).collect())
    }
}

fn observed(subnet: sdk::Subnet) -> (String, Subnet) {
    let associated = |range: &sdk::SubnetIpv6CidrBlockAssociation| {
        let state = range.ipv6_cidr_block_state.as_ref().and_then(|state| state.state.as_ref());
        state == Some(&sdk::SubnetCidrBlockStateCode::Associated)
    };
    let has_ipv6 = subnet.ipv6_cidr_block_association_set().iter().any(associated);
    let found = Subnet {
        vpc_id: subnet.vpc_id.unwrap_or_default(),
        zone_id: subnet.availability_zone_id.unwrap_or_default(),
        cidr: subnet.cidr_block.unwrap_or_default(),
        has_ipv6,
    };
    (subnet.subnet_id.unwrap_or_default(), found)
}
