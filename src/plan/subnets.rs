//! Moving an endpoint between subnets. It has at most one in each Availability Zone and never none, and AWS takes no two of a zone in one call: so a
//! new one is added before an old one is removed where its zone is free, and after it where it is not.
//!
//! Source: EC2 API Reference, `ModifyVpcEndpoint`, error `DuplicateSubnetsInSameZone`.

use std::collections::{BTreeMap, BTreeSet};

use crate::observed::VpcEndpoint;

/// Subnets of the next call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Move {
    /// To add.
    pub(super) add: BTreeSet<String>,
    /// To remove, to make room for others.
    pub(super) remove: BTreeSet<String>,
}

/// Subnets that the endpoint has and should not have.
pub(super) fn surplus(present: &VpcEndpoint, wanted: &BTreeMap<String, String>) -> BTreeSet<String> {
    present.subnet_ids.iter().filter(|subnet| !wanted.contains_key(*subnet)).cloned().collect()
}

/// What has to happen first so that every wanted subnet is there.
///
/// # Errors
///
/// The endpoint's only subnet is in the zone of the one that should take its place.
pub(super) fn next_move(present: &VpcEndpoint, wanted: &BTreeMap<String, String>) -> Result<Move, String> {
    let missing = wanted.iter().filter(|(subnet, _)| !present.subnet_ids.contains(*subnet));
    let surplus = surplus(present, wanted);
    let in_zone = |zone: &String, subnet: &&String| present.zone_of(subnet).is_none_or(|other| other == zone);
    let (blocked, free): (Vec<_>, Vec<_>) =
        missing.partition(|(_, zone)| surplus.iter().any(|subnet| in_zone(zone, &subnet)));
    if !free.is_empty() {
        let add = free.into_iter().map(|(subnet, _)| subnet.clone()).collect();
        return Ok(Move { add, ..Move::default() });
    }
    let in_the_way = surplus.iter().filter(|subnet| blocked.iter().any(|(_, zone)| in_zone(zone, subnet)));
    let mut remove: BTreeSet<String> = in_the_way.cloned().collect();
    if let Some(last) = remove.last().cloned().filter(|_| remove.len() == present.subnet_ids.len()) {
        remove.remove(&last);
        if remove.is_empty() {
            return Err(format!(
                "subnet {last} is the only one of VPC endpoint {} and its zone takes no second: add a subnet in another zone, and move this one afterwards",
                present.id
            ));
        }
    }
    Ok(Move { remove, ..Move::default() })
}
