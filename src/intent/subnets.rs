//! Subnets that a spec names or chooses by their tags, checked.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use super::{Problem, References, Subnet};
use crate::api::SubnetSelector;

/// Addresses at the start of a subnet's range that AWS keeps; the last one of the range is the fifth.
///
/// Source: Amazon VPC User Guide, "Subnet CIDR blocks".
const KEPT: u32 = 4;

/// The chosen subnets, each with the field that chose it.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    field: String,
    subnets: Vec<(String, String)>,
    complete: bool,
}

/// The subnets of a section of the spec: those it names, or all that its selector finds.
pub(super) fn chosen(
    section: &str,
    ids: &[String],
    selector: Option<&SubnetSelector>,
    found: &References,
    problems: &mut Vec<Problem>,
) -> Chosen {
    let Some(selector) = selector else {
        let field = format!("{section}.subnetIds");
        let named = ids.iter().enumerate().map(|(index, id)| (format!("{field}[{index}]"), id.clone()));
        let subnets = named.collect();
        return Chosen { field, subnets, complete: true };
    };
    let field = format!("{section}.subnetSelector");
    let ids = found.selected.get(selector).into_iter().flatten();
    let subnets: Vec<_> = ids.map(|id| (field.clone(), id.clone())).collect();
    if subnets.is_empty() {
        let tags = selector.match_tags.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>();
        let within = selector.vpc_id.as_ref().map_or_else(|| found.place(), Clone::clone);
        let message = format!("no subnet in {within} has the tags {}: tag some, or name others", tags.join(", "));
        problems.push(Problem::new(field.clone(), message));
    }
    let complete = !subnets.is_empty();
    Chosen { field, subnets, complete }
}

impl Chosen {
    /// The field that chose them.
    pub(super) fn field(&self) -> &str {
        &self.field
    }

    /// Their IDs.
    pub(super) fn ids(&self) -> impl Iterator<Item = &String> {
        self.subnets.iter().map(|(_, id)| id)
    }

    pub(super) fn contains(&self, id: &str) -> bool {
        self.ids().any(|it| it == id)
    }

    /// The zone of each.
    pub(super) fn zones(&self, found: &References) -> BTreeMap<String, String> {
        let known = self.ids().filter_map(|id| Some((id.clone(), found.subnets.get(id)?.zone_id.clone())));
        known.collect()
    }

    /// Each has to have an IPv6 range.
    pub(super) fn need_ipv6(&self, found: &References, problems: &mut Vec<Problem>) {
        for (field, id) in &self.subnets {
            if found.subnets.get(id).is_some_and(|subnet| !subnet.has_ipv6) {
                let message = format!(
                    "subnet {id} has no IPv6 range, which ipAddressType asks for: give it one, or set ipAddressType to ipv4"
                );
                problems.push(Problem::new(field.clone(), message));
            }
        }
    }

    /// The VPC of all, each in a zone of its own.
    pub(super) fn vpc(&self, found: &References, problems: &mut Vec<Problem>) -> Option<String> {
        let mut vpc: Option<&String> = None;
        let mut zones: BTreeMap<&String, &String> = BTreeMap::new();
        let before = problems.len();
        for (field, id) in &self.subnets {
            let Some(subnet) = found.subnets.get(id) else {
                problems.push(Problem::new(field, format!("subnet {id} does not exist in {}", found.place())));
                continue;
            };
            let expected = *vpc.get_or_insert(&subnet.vpc_id);
            if *expected != subnet.vpc_id {
                let message = format!(
                    "subnet {id} is in {}, the subnets before it are in {expected}: all must be in one VPC",
                    subnet.vpc_id
                );
                problems.push(Problem::new(field, message));
            } else if let Some(other) = zones.insert(&subnet.zone_id, id) {
                let message = format!(
                    "subnets {other} and {id} are both in Availability Zone {}: name one subnet a zone",
                    subnet.zone_id
                );
                problems.push(Problem::new(field, message));
            }
        }
        vpc.filter(|_| self.complete && problems.len() == before).cloned()
    }
}

impl Subnet {
    /// Whether an address is of the range, and not kept by AWS.
    pub(super) fn can_give(&self, address: &str) -> bool {
        let parsed = || {
            let (network, length) = self.cidr.split_once('/')?;
            let network = u32::from(network.parse::<Ipv4Addr>().ok()?);
            let size = 1_u32.checked_shl(32_u32.checked_sub(length.parse().ok()?)?)?;
            let address = u32::from(address.parse::<Ipv4Addr>().ok()?);
            let place = address.checked_sub(network)?;
            Some(place >= KEPT && place < size.checked_sub(1)?)
        };
        parsed().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aws_keeps_the_first_four_addresses_of_a_range_and_the_last() {
        let subnet = Subnet {
            vpc_id: "vpc-1".to_owned(),
            zone_id: "z1".to_owned(),
            cidr: "10.0.11.0/24".to_owned(),
            has_ipv6: false,
        };
        let cases = [
            ("10.0.11.0", false),
            ("10.0.11.3", false),
            ("10.0.11.4", true),
            ("10.0.11.254", true),
            ("10.0.11.255", false),
            ("10.0.12.4", false),
            ("10.0.10.255", false),
            ("nowhere", false),
        ];
        for (address, can) in cases {
            assert_eq!(subnet.can_give(address), can, "{address}");
        }
        assert!(!Subnet { cidr: String::new(), ..subnet }.can_give("10.0.11.4"));
    }
}
