//! `spec.loadBalancer.create.clientCidrs`, checked.

use std::collections::BTreeSet;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::Problem;
use crate::api::{IpAddressType, LoadBalancerCreate};

/// The ranges as EC2 stores them: without the bits of hosts. Whoever can come where none are named.
pub(super) fn chosen(create: &LoadBalancerCreate) -> BTreeSet<IpNet> {
    if !create.client_cidrs.is_empty() {
        return create.client_cidrs.iter().filter_map(|cidr| Some(cidr.parse::<IpNet>().ok()?.trunc())).collect();
    }
    let everybody = [IpNet::V4(Ipv4Net::default()), IpNet::V6(Ipv6Net::default())];
    everybody.into_iter().filter(|net| net.addr().is_ipv4() || create.ip_address_type != IpAddressType::Ipv4).collect()
}

/// What one object suffices to know is refused by the API server already; it is checked again for manifests that never met one.
pub(super) fn check(create: &LoadBalancerCreate, problems: &mut Vec<Problem>) {
    for (index, cidr) in create.client_cidrs.iter().enumerate() {
        let why = match cidr.parse::<IpNet>() {
            Err(_) => "is no address range: write it like 203.0.113.0/24 or 2001:db8::/32",
            Ok(IpNet::V6(_)) if create.ip_address_type == IpAddressType::Ipv4 => {
                "is an IPv6 range, and the load balancer has IPv4 addresses only: set ipAddressType to dualstack, or leave it out"
            }
            Ok(_) => continue,
        };
        problems.push(Problem::new(format!("spec.loadBalancer.create.clientCidrs[{index}]"), format!("{cidr} {why}")));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn create(kind: &str, cidrs: &[&str]) -> LoadBalancerCreate {
        let mut create = json!({"subnetIds": ["subnet-a", "subnet-b"], "ipAddressType": kind});
        if !cidrs.is_empty() {
            create["clientCidrs"] = json!(cidrs);
        }
        serde_json::from_value(create).expect("a load balancer")
    }

    #[test]
    fn ranges_are_as_ec2_stores_them_and_everybody_comes_by_the_kinds_of_addresses_there_are() {
        let cases: [(&str, &[&str], &[&str]); 4] = [
            ("ipv4", &["10.1.2.3/8", "10.0.0.0/8"], &["10.0.0.0/8"]),
            ("dualstack", &["2001:DB8:0::1/32"], &["2001:db8::/32"]),
            ("ipv4", &[], &["0.0.0.0/0"]),
            ("dualstack-without-public-ipv4", &[], &["0.0.0.0/0", "::/0"]),
        ];
        for (kind, cidrs, expected) in cases {
            let chosen: Vec<String> = chosen(&create(kind, cidrs)).iter().map(ToString::to_string).collect();
            assert_eq!(chosen, expected, "{kind} {cidrs:?}");
        }
    }

    #[test]
    fn what_is_no_range_and_what_no_client_can_have_is_refused_by_field() {
        let problems = |kind, cidrs: &[&str]| {
            let mut problems = Vec::new();
            check(&create(kind, cidrs), &mut problems);
            problems.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let found = problems("ipv4", &["10.0.0.0/8", "10.0.0.0/33", "::/0"]);
        assert!(found[0].starts_with("spec.loadBalancer.create.clientCidrs[1]: 10.0.0.0/33 is no"), "{found:?}");
        assert!(found[1].starts_with("spec.loadBalancer.create.clientCidrs[2]: ::/0 is an IPv6 range"), "{found:?}");
        assert_eq!(problems("dualstack", &["::/0"]), Vec::<String>::new());
    }
}
