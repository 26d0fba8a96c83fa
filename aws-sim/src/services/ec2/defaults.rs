//! EC2's part of the default world.

use ipnet::Ipv4Net;

use super::security_group;
use super::subnet::Subnet;
use super::vpc::Vpc;
use crate::ids::Ids;
use crate::world::{Region, defaults};

/// Puts VPCs, subnets, default groups and an internet gateway into an empty region.
pub(crate) fn fill(region: &mut Region) {
    // Rules of the default groups have IDs of their own, the same in each region like everything else here.
    let mut ids = Ids::seeded(0x000a_1b2c_3d4e_5f60);
    let name = region.name.clone();
    let vpcs = [
        (defaults::VPC, "main", [10, 0], defaults::DEFAULT_GROUP),
        (defaults::CONSUMER_VPC, "consumer", [10, 1], defaults::CONSUMER_DEFAULT_GROUP),
    ];
    let state = &mut region.ec2;
    for (id, name, [a, b], group) in vpcs {
        let Ok(cidr) = Ipv4Net::new([a, b, 0, 0].into(), 16) else { continue };
        state.vpcs.insert(id.to_owned(), Vpc { dns_hostnames: true, ..Vpc::new(id, cidr) });
        state.put_tags(id, [("Name".to_owned(), name.to_owned())].into());
        state.groups.insert(group.to_owned(), security_group::default_of(group.to_owned(), id, &mut ids));
    }
    for (id, vpc, letter, cidr, label) in defaults::SUBNETS {
        let Ok(cidr) = cidr.parse() else { continue };
        let zone = format!("{name}{letter}");
        let subnet = Subnet { id: id.to_owned(), vpc: vpc.to_owned(), cidr, ipv6: None, zone };
        state.subnets.insert(id.to_owned(), subnet);
        state.put_tags(id, [("Name".to_owned(), label.to_owned())].into());
    }
    state.gateways.insert(defaults::INTERNET_GATEWAY.to_owned(), Some(defaults::VPC.to_owned()));
}
