//! Subnets of endpoints, and the network interface in each (AWS `PrivateLink` Guide, "Subnets and Availability Zones").

use std::net::{Ipv4Addr, Ipv6Addr};

use serde::Deserialize;

use super::VpcEndpoint;
use super::create::invalid;
use crate::error::{Answer, AwsError};
use crate::ids::Ids;
use crate::services::ec2::State;
use crate::services::ec2::address::Wanted;
use crate::services::ec2::endpoint_service::Offer;
use crate::services::ec2::network_interface::{self, Purpose};

/// Addresses chosen by the caller.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct SubnetConfiguration {
    pub(super) subnet_id: String,
    pub(super) ipv4: Option<Ipv4Addr>,
    pub(super) ipv6: Option<Ipv6Addr>,
}

/// Chosen addresses are for subnets of the endpoint, one configuration each, and there is one for each IP version of the endpoint
/// (API Reference, `SubnetConfiguration`; Terraform's documentation of `subnet_configuration`: a corresponding subnet ID must be there).
pub(super) fn check_configurations(
    configurations: &[SubnetConfiguration],
    address_type: &str,
    subnets: &[String],
) -> Answer<()> {
    for (at, SubnetConfiguration { subnet_id: id, ipv4, ipv6 }) in configurations.iter().enumerate() {
        if !subnets.contains(id) {
            return Err(invalid(format!("The subnet configuration names {id}, which is not a subnet of the endpoint")));
        }
        if configurations[..at].iter().any(|before| before.subnet_id == *id) {
            return Err(invalid(format!("There is more than one subnet configuration for {id}")));
        }
        if ipv4.is_none() {
            return Err(invalid(format!("The subnet configuration for {id} must have an IPv4 address")));
        }
        if ipv6.is_some() != (address_type == "dualstack") {
            let message = format!(
                "The subnet configuration for {id} must have an IPv6 address if the endpoint's IP address type is dualstack, and only then"
            );
            return Err(invalid(message));
        }
    }
    Ok(())
}

/// One subnet in each zone at most, and only zones that the service is in (AWS `PrivateLink` Guide, "Subnets and Availability Zones").
pub(super) fn check_subnets(
    state: &State,
    vpc: &str,
    offer: &Offer,
    present: &[String],
    added: &[String],
) -> Answer<()> {
    let mut zones: Vec<&str> = present.iter().filter_map(|id| Some(state.subnets.get(id)?.zone.as_str())).collect();
    for id in added.iter().filter(|id| !present.contains(id)) {
        let subnet = state
            .subnets
            .get(id)
            .ok_or_else(|| AwsError::new("InvalidSubnetId.NotFound", format!("The subnet ID '{id}' does not exist")))?;
        if subnet.vpc != vpc {
            return Err(invalid(format!("The subnet {id} is not in the VPC {vpc}")));
        }
        if !offer.zones.contains(&subnet.zone) {
            let message = format!(
                "The VPC endpoint service {} does not support the availability zone of the subnet: {id}.",
                offer.name
            );
            return Err(invalid(message));
        }
        if zones.contains(&subnet.zone.as_str()) {
            let message = format!(
                "Found another VPC endpoint subnet in the availability zone of {id}. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service."
            );
            return Err(AwsError::new("DuplicateSubnetsInSameZone", message));
        }
        zones.push(&subnet.zone);
    }
    Ok(())
}

/// Makes an interface in each of the subnets; if one cannot be made, those made before it go again.
pub(super) fn add_interfaces(
    state: &mut State,
    ids: &mut Ids,
    endpoint: &mut VpcEndpoint,
    subnets: &[String],
    configurations: &[SubnetConfiguration],
) -> Answer<()> {
    let mut made = Vec::new();
    for subnet in subnets {
        let chosen = configurations.iter().find(|configuration| configuration.subnet_id == *subnet);
        let wanted = Wanted {
            ipv4: chosen.and_then(|chosen| chosen.ipv4),
            dualstack: endpoint.ip_address_type == "dualstack",
            ipv6: chosen.and_then(|chosen| chosen.ipv6),
        };
        let purpose = Purpose {
            description: format!("VPC Endpoint Interface {}", endpoint.id),
            kind: "vpc_endpoint",
            requester: "727180483921",
            groups: &endpoint.groups,
            public: false,
        };
        match network_interface::make(state, ids, subnet, wanted, purpose) {
            Ok(interface) => made.push((subnet.clone(), interface.id)),
            Err(error) => {
                for (_, id) in &made {
                    network_interface::remove(state, id);
                }
                return Err(error);
            }
        }
    }
    endpoint.interfaces.extend(made);
    Ok(())
}
