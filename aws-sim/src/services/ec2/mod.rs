//! Elastic Compute Cloud: what of VPC the way to a private API needs.
//! Sources: EC2 API Reference (its error codes: "Error codes for the Amazon EC2 API"), AWS `PrivateLink` Guide, VPC User Guide.

pub mod address;
pub mod availability_zone;
pub mod defaults;
mod dhcp_options;
pub mod endpoint_service;
mod instance;
pub mod internet_gateway;
mod network_acl;
pub mod network_interface;
mod network_interface_change;
pub mod policy;
pub mod prefix_list;
pub mod reachability;
pub mod region;
mod route;
pub mod route_table;
pub mod security_group;
pub mod security_group_change;
pub mod security_group_description;
pub mod security_group_permission;
pub mod security_group_rule;
pub mod security_group_rule_change;
pub mod select;
pub mod subnet;
pub mod subnet_cidr_block;
pub mod tag;
pub mod token;
pub mod vpc;
pub mod vpc_attribute;
pub mod vpc_cidr_block;
pub mod vpc_endpoint;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Inventory, Operation, Service, Tagged, Tags, operation};
use crate::clock::Timestamp;
use crate::protocol::Protocol;
use crate::world::Region;

const OPERATIONS: &[Operation] = &[
    operation!("AcceptVpcEndpointConnections", endpoint_service::connection::accept, Write),
    operation!("AssociateRouteTable", route::associate, Write),
    operation!("AssociateSubnetCidrBlock", subnet_cidr_block::associate, Write),
    operation!("AssociateVpcCidrBlock", vpc_cidr_block::associate, Write),
    operation!("AttachInternetGateway", internet_gateway::attach, Write),
    operation!("AuthorizeSecurityGroupEgress", security_group_change::authorize_egress, Write),
    operation!("AuthorizeSecurityGroupIngress", security_group_change::authorize_ingress, Write),
    operation!("CreateInternetGateway", internet_gateway::create, Write),
    operation!("CreateNetworkInterface", network_interface_change::create, Write),
    operation!("CreateRoute", route::create, Write),
    operation!("CreateRouteTable", route_table::create, Write),
    operation!("CreateSecurityGroup", security_group::create, Write),
    operation!("CreateSubnet", subnet::create, Write),
    operation!("CreateTags", tag::create, Write),
    operation!("CreateVpc", vpc::create, Write),
    operation!("CreateVpcEndpoint", vpc_endpoint::create::create, Write),
    operation!("CreateVpcEndpointServiceConfiguration", endpoint_service::configuration::create, Write),
    operation!("DeleteInternetGateway", internet_gateway::delete, Write),
    operation!("DeleteNetworkInterface", network_interface_change::delete, Write),
    operation!("DeleteRoute", route::delete, Write),
    operation!("DeleteRouteTable", route_table::delete, Write),
    operation!("DeleteSecurityGroup", security_group::delete, Write),
    operation!("DeleteSubnet", subnet::delete, Write),
    operation!("DeleteTags", tag::delete, Write),
    operation!("DeleteVpc", vpc::delete, Write),
    operation!("DeleteVpcEndpoints", vpc_endpoint::delete, Write),
    operation!("DeleteVpcEndpointServiceConfigurations", endpoint_service::configuration::delete, Write),
    operation!("DescribeAvailabilityZones", availability_zone::describe, Read),
    operation!("DescribeDhcpOptions", dhcp_options::describe, Read),
    operation!("DescribeInstances", instance::describe, Read),
    operation!("DescribeInternetGateways", internet_gateway::describe, Read),
    operation!("DescribeNatGateways", instance::describe_nat_gateways, Read),
    operation!("DescribeNetworkAcls", network_acl::describe, Read),
    operation!("DescribeNetworkInterfaces", network_interface::describe, Read),
    operation!("DescribePrefixLists", prefix_list::describe, Read),
    operation!("DescribeRegions", region::describe, Read),
    operation!("DescribeRouteTables", route_table::describe, Read),
    operation!("DescribeSecurityGroupReferences", security_group::references, Read),
    operation!("DescribeSecurityGroupRules", security_group_rule::describe, Read),
    operation!("DescribeSecurityGroups", security_group::describe, Read),
    operation!("DescribeSubnets", subnet::describe, Read),
    operation!("DescribeTags", tag::describe, Read),
    operation!("DescribeVpcAttribute", vpc_attribute::describe, Read),
    operation!("DescribeVpcEndpointConnections", endpoint_service::connection::describe, Read),
    operation!("DescribeVpcEndpoints", vpc_endpoint::describe, Read),
    operation!("DescribeVpcEndpointServiceConfigurations", endpoint_service::configuration::describe, Read),
    operation!("DescribeVpcEndpointServicePermissions", endpoint_service::permission::describe, Read),
    operation!("DescribeVpcEndpointServices", endpoint_service::describe, Read),
    operation!("DescribeVpcs", vpc::describe, Read),
    operation!("DetachInternetGateway", internet_gateway::detach, Write),
    operation!("DisassociateRouteTable", route::disassociate, Write),
    operation!("DisassociateSubnetCidrBlock", subnet_cidr_block::disassociate, Write),
    operation!("DisassociateVpcCidrBlock", vpc_cidr_block::disassociate, Write),
    operation!("ModifyNetworkInterfaceAttribute", network_interface_change::modify, Write),
    operation!("ModifySecurityGroupRules", security_group_rule_change::modify, Write),
    operation!("ModifyVpcAttribute", vpc_attribute::modify, Write),
    operation!("ModifyVpcEndpoint", vpc_endpoint::modify::modify, Write),
    operation!("ModifyVpcEndpointServiceConfiguration", endpoint_service::configuration::modify, Write),
    operation!("ModifyVpcEndpointServicePermissions", endpoint_service::permission::modify, Write),
    operation!("RejectVpcEndpointConnections", endpoint_service::connection::reject, Write),
    operation!("ReplaceRoute", route::replace, Write),
    operation!("RevokeSecurityGroupEgress", security_group_change::revoke_egress, Write),
    operation!("RevokeSecurityGroupIngress", security_group_change::revoke_ingress, Write),
    operation!(
        "StartVpcEndpointServicePrivateDnsVerification",
        endpoint_service::configuration::start_verification,
        Write
    ),
    operation!("UpdateSecurityGroupRuleDescriptionsEgress", security_group_description::update_egress, Write),
    operation!("UpdateSecurityGroupRuleDescriptionsIngress", security_group_description::update_ingress, Write),
];

/// The service.
pub static SERVICE: Service = Service {
    name: "ec2",
    protocol: Protocol::Ec2,
    namespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
    operations: OPERATIONS,
    inventory,
    tagged,
};

/// EC2's resources of one account in one region, each by its ID.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// VPCs.
    pub vpcs: BTreeMap<String, vpc::Vpc>,
    /// Subnets.
    pub subnets: BTreeMap<String, subnet::Subnet>,
    /// Security groups.
    pub groups: BTreeMap<String, security_group::SecurityGroup>,
    /// Network interfaces.
    pub interfaces: BTreeMap<String, network_interface::NetworkInterface>,
    /// VPC endpoints.
    pub endpoints: BTreeMap<String, vpc_endpoint::VpcEndpoint>,
    /// Endpoint services.
    pub services: BTreeMap<String, endpoint_service::EndpointService>,
    /// What client tokens were used with, and what came of it.
    pub tokens: BTreeMap<String, (String, String)>,
    /// Internet gateways, with the VPC each is attached to.
    pub gateways: BTreeMap<String, Option<String>>,
    /// Route tables that users made.
    pub route_tables: BTreeMap<String, route_table::RouteTable>,
    /// Tags of all of them.
    pub tags: BTreeMap<String, Tags>,
    /// Addresses taken, by subnet.
    pub addresses: BTreeMap<String, BTreeSet<Ipv4Addr>>,
    /// IPv6 addresses taken, by subnet.
    pub ipv6_addresses: BTreeMap<String, BTreeSet<Ipv6Addr>>,
    /// Network interfaces and endpoints on their way out, and when they are gone.
    pub leaving: Vec<(Timestamp, String)>,
}

impl State {
    /// Ends deletions that are through.
    pub fn settle(&mut self, now: Timestamp) {
        if self.leaving.iter().all(|(when, _)| *when > now) {
            return;
        }
        let (gone, left) = std::mem::take(&mut self.leaving).into_iter().partition(|(when, _)| *when <= now);
        self.leaving = left;
        let gone: Vec<(Timestamp, String)> = gone;
        for (_, id) in gone {
            if id.starts_with("eni-") {
                network_interface::remove(self, &id);
            } else {
                vpc_endpoint::remove(self, &id);
            }
        }
    }
}

fn inventory(region: &Region, _: Timestamp) -> Inventory {
    let state = &region.ec2;
    [
        ("ec2:internet-gateway", state.gateways.keys().cloned().collect()),
        ("ec2:network-interface", state.interfaces.keys().cloned().collect()),
        ("ec2:route-table", state.route_tables.keys().cloned().collect()),
        ("ec2:security-group", state.groups.keys().cloned().collect()),
        ("ec2:subnet", state.subnets.keys().cloned().collect()),
        ("ec2:vpc-endpoint", state.endpoints.keys().cloned().collect()),
        ("ec2:vpc-endpoint-service", state.services.keys().cloned().collect()),
        ("ec2:vpc", state.vpcs.keys().cloned().collect()),
    ]
    .into()
}

fn tagged(region: &Region, _: Timestamp) -> Vec<Tagged> {
    let of = |(id, tags): (&String, &Tags)| {
        let (kind, name) = tag::kind_of(id)?;
        Some(Tagged { arn: region.arn("ec2", &format!("{name}/{id}")), kind, tags: tags.clone() })
    };
    region.ec2.tags.iter().filter_map(of).collect()
}
