//! Security groups.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{self as sdk, Filter, IpPermission};

use super::{EC2_PAGE, ec2_tags, filter};
use crate::aws::{Aws, AwsError};
use crate::model::Operation;
use crate::observed::{Peer, Permission, SecurityGroup};
use crate::tags::{CLUSTER, OWNER, Owner};

impl Aws {
    /// The object's groups.
    pub(in crate::aws) async fn security_groups_of(&self, owner: &Owner) -> Result<Vec<SecurityGroup>, AwsError> {
        let tag = |key: &str, value: &String| filter(&format!("tag:{key}"), [value]);
        self.security_groups(vec![tag(OWNER, &owner.key()), tag(CLUSTER, &owner.cluster)]).await
    }

    /// The groups with these IDs; a filter, since a call with an ID that is gone fails as a whole.
    pub(in crate::aws) async fn security_groups_by_id(
        &self,
        ids: &BTreeSet<String>,
    ) -> Result<Vec<SecurityGroup>, AwsError> {
        self.security_groups(vec![filter("group-id", ids)]).await
    }

    /// VPCs of the groups that exist, by the groups' IDs. Asks for those only that it does not know yet.
    pub(in crate::aws) async fn security_group_vpcs(
        &self,
        ids: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, String>, AwsError> {
        let cache = &self.cache().security_groups;
        let unknown: BTreeSet<String> = ids.iter().filter(|id| cache.get(*id).is_none()).cloned().collect();
        if !unknown.is_empty() {
            for group in self.security_groups_by_id(&unknown).await? {
                cache.insert(group.id, group.vpc_id);
            }
        }
        Ok(ids.iter().filter_map(|id| Some((id.clone(), cache.get(id)?))).collect())
    }

    async fn security_groups(&self, filters: Vec<Filter>) -> Result<Vec<SecurityGroup>, AwsError> {
        let request = self.ec2().describe_security_groups().set_filters(Some(filters)).max_results(EC2_PAGE);
        let groups: Vec<_> =
            self.call(Operation::DescribeSecurityGroups, request.into_paginator().items().send().try_collect()).await?;
        Ok(groups.into_iter().map(observed).collect())
    }
}

fn observed(group: sdk::SecurityGroup) -> SecurityGroup {
    let each = |permissions: Option<Vec<IpPermission>>| permissions.into_iter().flatten().flat_map(single).collect();
    SecurityGroup {
        id: group.group_id.unwrap_or_default(),
        name: group.group_name.unwrap_or_default(),
        vpc_id: group.vpc_id.unwrap_or_default(),
        ingress: each(group.ip_permissions),
        egress: each(group.ip_permissions_egress),
        tags: ec2_tags(group.tags),
    }
}

/// EC2 joins permissions of the same ports: one for each peer again.
fn single(permission: IpPermission) -> Vec<Permission> {
    let protocol = permission.ip_protocol.unwrap_or_default();
    let ports = |port: Option<i32>| port.filter(|_| protocol != "-1");
    let (from_port, to_port) = (ports(permission.from_port), ports(permission.to_port));
    let ranges = permission.ip_ranges.into_iter().flatten().filter_map(|range| range.cidr_ip).map(Peer::Cidr);
    let ranges6 = permission.ipv6_ranges.into_iter().flatten().filter_map(|range| range.cidr_ipv6).map(Peer::Cidr6);
    let groups = permission.user_id_group_pairs.into_iter().flatten().filter_map(|pair| pair.group_id).map(Peer::Group);
    let lists =
        permission.prefix_list_ids.into_iter().flatten().filter_map(|list| list.prefix_list_id).map(Peer::PrefixList);
    let peers = ranges.chain(ranges6).chain(groups).chain(lists);
    peers.map(|peer| Permission { protocol: protocol.clone(), from_port, to_port, peer }).collect()
}
