//! Changes of security groups.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{IpPermission, IpRange, Ipv6Range, PrefixListId, ResourceType, UserIdGroupPair};

use super::{created, done, ec2_tags, gone};
use crate::aws::cache::SECURITY_GROUP;
use crate::aws::{Aws, AwsError};
use crate::change::{Output, SecurityGroupChange};
use crate::model::Operation;
use crate::observed::{Direction, Peer, Permission};
use crate::tags::Tags;

impl Aws {
    pub(super) async fn change_security_group(
        &self,
        operation: Operation,
        change: &SecurityGroupChange,
    ) -> Result<Output, AwsError> {
        match change {
            SecurityGroupChange::Create { name, description, vpc_id, tags } => {
                self.create_security_group(operation, [name, description, vpc_id], tags).await
            }
            SecurityGroupChange::Authorize { id, direction: Direction::Ingress, permissions } => {
                let request = self.ec2().authorize_security_group_ingress().group_id(id);
                done(self.call(operation, request.set_ip_permissions(Some(sdk(permissions))).send()).await)
            }
            SecurityGroupChange::Authorize { id, direction: Direction::Egress, permissions } => {
                let request = self.ec2().authorize_security_group_egress().group_id(id);
                done(self.call(operation, request.set_ip_permissions(Some(sdk(permissions))).send()).await)
            }
            SecurityGroupChange::Revoke { id, direction: Direction::Ingress, permissions } => {
                let request = self.ec2().revoke_security_group_ingress().group_id(id);
                done(self.call(operation, request.set_ip_permissions(Some(sdk(permissions))).send()).await)
            }
            SecurityGroupChange::Revoke { id, direction: Direction::Egress, permissions } => {
                let request = self.ec2().revoke_security_group_egress().group_id(id);
                done(self.call(operation, request.set_ip_permissions(Some(sdk(permissions))).send()).await)
            }
            SecurityGroupChange::Delete { id } => {
                gone(self.call(operation, self.ec2().delete_security_group().group_id(id).send()).await)
            }
        }
    }

    async fn create_security_group(
        &self,
        operation: Operation,
        [name, description, vpc_id]: [&String; 3],
        tags: &Tags,
    ) -> Result<Output, AwsError> {
        self.cache().created(tags, SECURITY_GROUP);
        let request = self.ec2().create_security_group().group_name(name).description(description).vpc_id(vpc_id);
        let request = request.tag_specifications(ec2_tags(ResourceType::SecurityGroup, tags));
        created(operation, self.call(operation, request.send()).await?.group_id)
    }
}

fn sdk(permissions: &BTreeSet<Permission>) -> Vec<IpPermission> {
    permissions.iter().map(permission).collect()
}

fn permission(permission: &Permission) -> IpPermission {
    let builder = IpPermission::builder()
        .ip_protocol(&permission.protocol)
        .set_from_port(permission.from_port)
        .set_to_port(permission.to_port);
    match &permission.peer {
        Peer::Cidr(cidr) => builder.ip_ranges(IpRange::builder().cidr_ip(cidr).build()),
        Peer::Cidr6(cidr) => builder.ipv6_ranges(Ipv6Range::builder().cidr_ipv6(cidr).build()),
        Peer::Group(id) => builder.user_id_group_pairs(UserIdGroupPair::builder().group_id(id).build()),
        Peer::PrefixList(id) => builder.prefix_list_ids(PrefixListId::builder().prefix_list_id(id).build()),
    }
    .build()
}
