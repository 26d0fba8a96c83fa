//! Private addresses of subnets.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::State;
use crate::error::{Answer, AwsError};
use crate::ids::Ids;

/// Addresses that a network interface is to have.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wanted {
    /// Its IPv4 address; any free one otherwise.
    pub(crate) ipv4: Option<Ipv4Addr>,
    /// Whether it has an IPv6 address too.
    pub(crate) dualstack: bool,
    /// Its IPv6 address; any free one otherwise.
    pub(crate) ipv6: Option<Ipv6Addr>,
}

/// Takes an address of a subnet: the one asked for, or any free one. The first four and the last are AWS's own (VPC User Guide, "Subnet
/// CIDR blocks").
pub(super) fn take(state: &mut State, ids: &mut Ids, subnet: &str, wanted: Option<Ipv4Addr>) -> Answer<Ipv4Addr> {
    let cidr =
        state.subnets.get(subnet).map(|subnet| subnet.cidr).ok_or_else(|| super::subnet::TABLE.not_found(subnet))?;
    let (first, last) = (u32::from(cidr.network()) + 4, u32::from(cidr.broadcast()) - 1);
    let taken = state.addresses.entry(subnet.to_owned()).or_default();
    let address = match wanted {
        Some(address) if !(first..=last).contains(&u32::from(address)) => {
            let message = format!("Address {address} does not fall within the subnet's address range");
            return Err(AwsError::new("InvalidParameterValue", message));
        }
        Some(address) if taken.contains(&address) => {
            return Err(AwsError::new("InvalidIPAddress.InUse", format!("Address {address} is in use.")));
        }
        Some(address) => address,
        None => {
            let count = last - first + 1;
            let start = u32::try_from(ids.below(count.into())).unwrap_or_default();
            let mut candidates = (0..count).map(|step| Ipv4Addr::from(first + (start + step) % count));
            candidates.find(|address| !taken.contains(address)).ok_or_else(|| {
                let message = format!("Insufficient free addresses in subnet {subnet}");
                AwsError::new("InsufficientFreeAddressesInSubnet", message)
            })?
        }
    };
    taken.insert(address);
    Ok(address)
}

/// The same of the subnet's IPv6 block, which must be there.
pub(super) fn take_ipv6(state: &mut State, ids: &mut Ids, subnet: &str, wanted: Option<Ipv6Addr>) -> Answer<Ipv6Addr> {
    let block = state.subnets.get(subnet).and_then(|subnet| subnet.ipv6).ok_or_else(|| {
        let message = format!("The subnet {subnet} does not have an IPv6 CIDR block");
        AwsError::new("InvalidParameter", message)
    })?;
    let first = u128::from(block.network());
    let taken = state.ipv6_addresses.entry(subnet.to_owned()).or_default();
    let is_ours = |address: Ipv6Addr| address < Ipv6Addr::from(first + 4) || address == block.broadcast();
    let address = match wanted {
        Some(address) if !block.contains(&address) || is_ours(address) => {
            let message = format!("Address {address} does not fall within the subnet's address range");
            return Err(AwsError::new("InvalidParameterValue", message));
        }
        Some(address) if taken.contains(&address) => {
            return Err(AwsError::new("InvalidIPAddress.InUse", format!("Address {address} is in use.")));
        }
        Some(address) => address,
        None => std::iter::repeat_with(|| Ipv6Addr::from(first + u128::from(ids.below(1 << 62)) + 4))
            .find(|address| !taken.contains(address))
            .unwrap_or(Ipv6Addr::UNSPECIFIED),
    };
    taken.insert(address);
    Ok(address)
}
