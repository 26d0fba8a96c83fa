//! Private addresses of subnets.

use std::net::Ipv4Addr;

use super::State;
use crate::error::{Answer, AwsError};
use crate::ids::Ids;

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
