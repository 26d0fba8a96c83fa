//! Moving an endpoint between subnets. It has at most one in each Availability Zone and never none, and AWS takes no two of a zone in one call: so a
//! new one is added before an old one is removed where its zone is free, and after it where it is not.
//!
//! Source: EC2 API Reference, `ModifyVpcEndpoint`, error `DuplicateSubnetsInSameZone`.

use std::collections::{BTreeMap, BTreeSet};

use crate::desired::VpcEndpoint as Wanted;
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

/// Whether the endpoint cannot get there without a gap: it has one subnet, and that is in the zone of the one that should take its place, or its
/// address should be another. Another endpoint is put beside it then.
pub(super) fn is_stuck(present: &VpcEndpoint, wanted: &Wanted) -> bool {
    let mut subnets = present.subnet_ids.iter();
    let (Some(only), None) = (subnets.next(), subnets.next()) else { return false };
    if wanted.subnets.contains_key(only) {
        return wanted.subnets.len() == 1 && next_pin(present, wanted).is_some();
    }
    let zone = present.zone_of(only);
    zone.is_some() && wanted.subnets.values().all(|wanted| Some(wanted.as_str()) == zone)
}

/// A subnet whose network interface should have another address, and the address: one at a time, so that the others serve.
pub(super) fn next_pin<'a>(present: &VpcEndpoint, wanted: &'a Wanted) -> Option<(&'a String, &'a String)> {
    let kept = wanted.pinned.iter().filter(|(subnet, _)| present.subnet_ids.contains(*subnet));
    kept.into_iter().find(|(subnet, address)| present.address_in(subnet).is_some_and(|present| present != *address))
}

/// Subnets whose addresses should be targets: the wanted ones, and beside a single one whose network interface has yet to get another address those that
/// are too much, which serve meanwhile.
pub(super) fn serving<'a>(present: &'a VpcEndpoint, wanted: &'a Wanted) -> impl Fn(&str) -> bool + 'a {
    let kept = present.subnet_ids.iter().filter(|subnet| wanted.subnets.contains_key(*subnet)).count();
    let all = kept == 1 && next_pin(present, wanted).is_some();
    move |subnet| all || wanted.subnets.contains_key(subnet)
}

/// What has to happen first so that every wanted subnet is there.
pub(super) fn next_move(present: &VpcEndpoint, wanted: &BTreeMap<String, String>) -> Move {
    let missing = wanted.iter().filter(|(subnet, _)| !present.subnet_ids.contains(*subnet));
    let surplus = surplus(present, wanted);
    let in_zone = |zone: &String, subnet: &&String| present.zone_of(subnet).is_none_or(|other| other == zone);
    let (blocked, free): (Vec<_>, Vec<_>) =
        missing.partition(|(_, zone)| surplus.iter().any(|subnet| in_zone(zone, &subnet)));
    if !free.is_empty() {
        let add = free.into_iter().map(|(subnet, _)| subnet.clone()).collect();
        return Move { add, ..Move::default() };
    }
    let in_the_way = surplus.iter().filter(|subnet| blocked.iter().any(|(_, zone)| in_zone(zone, subnet)));
    let mut remove: BTreeSet<String> = in_the_way.cloned().collect();
    if remove.len() == present.subnet_ids.len() {
        remove.pop_last();
    }
    Move { remove, ..Move::default() }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::api::EndpointIpAddressType;
    use crate::observed::{EndpointState, Placement};
    use crate::tags::Tags;

    fn map(subnets: &[(&str, &str)]) -> BTreeMap<String, String> {
        subnets.iter().map(|(subnet, zone)| ((*subnet).to_owned(), (*zone).to_owned())).collect()
    }

    fn endpoint(subnets: &[(&str, &str)]) -> VpcEndpoint {
        let addresses =
            map(subnets).into_keys().map(|subnet| (format!("eni-{subnet}"), format!("10.0.0.{}", &subnet[1..])));
        let placement = |(subnet_id, zone_id): (String, String)| {
            (format!("eni-{subnet_id}"), Placement { subnet_id, zone_id: Some(zone_id) })
        };
        VpcEndpoint {
            id: "vpce-1".to_owned(),
            vpc_id: "vpc-1".to_owned(),
            service_name: String::new(),
            state: EndpointState::Available,
            failure: None,
            subnet_ids: map(subnets).into_keys().collect(),
            security_group_ids: BTreeSet::new(),
            private_dns: false,
            ip_address_type: "ipv4".to_owned(),
            policy: Value::Null,
            dns_names: Vec::new(),
            network_interface_ids: BTreeSet::new(),
            addresses: addresses.collect(),
            placements: map(subnets).into_iter().map(placement).collect(),
            tags: Tags::new(),
        }
    }

    #[test]
    fn a_new_subnet_comes_first_where_its_zone_is_free_and_an_old_one_goes_first_where_it_is_not() {
        type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [(&'a str, &'a str)], &'a [&'a str], &'a [&'a str]);
        let cases: [Case<'_>; 6] = [
            ("nothing to move", &[("s1", "a")], &[("s1", "a")], &[], &[]),
            ("one more", &[("s1", "a")], &[("s1", "a"), ("s2", "b")], &["s2"], &[]),
            ("one less is no matter of room", &[("s1", "a"), ("s2", "b")], &[("s1", "a")], &[], &[]),
            ("to a free zone", &[("s1", "a")], &[("s2", "b")], &["s2"], &[]),
            ("within a zone", &[("s1", "a"), ("s2", "b")], &[("s3", "a"), ("s2", "b")], &[], &["s1"]),
            ("never the last", &[("s1", "a"), ("s2", "b")], &[("s3", "a"), ("s4", "b")], &[], &["s1"]),
        ];
        for (name, present, wanted, add, remove) in cases {
            let next = next_move(&endpoint(present), &map(wanted));
            let set = |subnets: &[&str]| subnets.iter().map(|it| (*it).to_owned()).collect::<BTreeSet<_>>();
            assert_eq!(next, Move { add: set(add), remove: set(remove) }, "{name}");
        }
    }

    fn wanted(subnets: &[(&str, &str)], pinned: &[(&str, &str)]) -> Wanted {
        Wanted {
            vpc_id: "vpc-1".to_owned(),
            service_name: String::new(),
            subnets: map(subnets),
            security_groups: BTreeSet::new(),
            pinned: map(pinned),
            private_dns: false,
            ip_address_type: EndpointIpAddressType::Ipv4,
            policy: None,
            tags: Tags::new(),
        }
    }

    #[test]
    fn only_a_single_subnet_within_its_zone_is_stuck() {
        assert!(is_stuck(&endpoint(&[("s1", "a")]), &wanted(&[("s2", "a")], &[])));
        assert!(!is_stuck(&endpoint(&[("s1", "a")]), &wanted(&[("s2", "a"), ("s3", "b")], &[])));
        assert!(!is_stuck(&endpoint(&[("s1", "a")]), &wanted(&[("s1", "a")], &[])));
        let unknown = VpcEndpoint { placements: BTreeMap::new(), ..endpoint(&[("s1", "a")]) };
        assert!(!is_stuck(&unknown, &wanted(&[("s2", "a")], &[])));
    }

    #[test]
    fn an_address_is_changed_in_place_where_another_subnet_serves_meanwhile() {
        let two = [("s1", "a"), ("s2", "b")];
        let pinned = wanted(&two, &[("s1", "10.0.0.1"), ("s2", "10.0.0.9")]);
        let next = next_pin(&endpoint(&two), &pinned).map(|(subnet, address)| (subnet.as_str(), address.as_str()));
        assert_eq!(next, Some(("s2", "10.0.0.9")));
        assert!(!is_stuck(&endpoint(&two), &pinned));
        assert!(is_stuck(&endpoint(&[("s1", "a")]), &wanted(&[("s1", "a")], &[("s1", "10.0.0.9")])));
        assert!(!is_stuck(&endpoint(&[("s1", "a")]), &wanted(&[("s1", "a")], &[("s1", "10.0.0.1")])));
        assert!(!is_stuck(&endpoint(&[("s1", "a")]), &wanted(&two, &[("s1", "10.0.0.9")])));
    }

    #[test]
    fn what_is_too_much_serves_while_the_only_interface_that_stays_gets_another_address() {
        let two = endpoint(&[("s1", "a"), ("s2", "b")]);
        let addresses = |wanted: &Wanted| two.addresses_in(serving(&two, wanted));
        assert_eq!(addresses(&wanted(&[("s1", "a")], &[("s1", "10.0.0.9")])).len(), 2);
        assert_eq!(addresses(&wanted(&[("s1", "a")], &[("s1", "10.0.0.1")])).len(), 1);
        assert_eq!(addresses(&wanted(&[("s1", "a"), ("s3", "c")], &[])).len(), 1);
    }
}
