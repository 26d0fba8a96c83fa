//! Address ranges, checked.

use std::collections::BTreeSet;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::Problem;

/// The ranges as EC2 stores them: without the bits of hosts.
pub(super) fn canonical(cidrs: &[String]) -> BTreeSet<IpNet> {
    cidrs.iter().filter_map(|cidr| Some(cidr.parse::<IpNet>().ok()?.trunc())).collect()
}

/// Whoever can come, by the kinds of addresses there are.
pub(super) fn everybody(ipv6: bool) -> BTreeSet<IpNet> {
    let all = [IpNet::V4(Ipv4Net::default()), IpNet::V6(Ipv6Net::default())];
    all.into_iter().filter(|net| net.addr().is_ipv4() || ipv6).collect()
}

/// The ranges of a field. What one object suffices to know is refused by the API server already; it is checked again for manifests that never met one.
pub(super) fn check(field: &str, cidrs: &[String], ipv6: bool, problems: &mut Vec<Problem>) {
    for (index, cidr) in cidrs.iter().enumerate() {
        let why = match cidr.parse::<IpNet>() {
            Err(_) => "is not an address range: write it like 203.0.113.0/24 or 2001:db8::/32",
            Ok(IpNet::V6(_)) if !ipv6 => {
                "is an IPv6 range, and there are IPv4 addresses only: set ipAddressType to dualstack, or leave it out"
            }
            Ok(_) => continue,
        };
        problems.push(Problem::new(format!("{field}[{index}]"), format!("{cidr} {why}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(cidrs: &[&str]) -> Vec<String> {
        cidrs.iter().map(|&cidr| cidr.to_owned()).collect()
    }

    #[test]
    fn ranges_are_as_ec2_stores_them_and_everybody_comes_by_the_kinds_of_addresses_there_are() {
        let texts = |nets: BTreeSet<IpNet>| nets.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(texts(canonical(&owned(&["10.1.2.3/8", "10.0.0.0/8"]))), ["10.0.0.0/8"]);
        assert_eq!(texts(canonical(&owned(&["2001:DB8:0::1/32"]))), ["2001:db8::/32"]);
        assert_eq!(texts(everybody(false)), ["0.0.0.0/0"]);
        assert_eq!(texts(everybody(true)), ["0.0.0.0/0", "::/0"]);
    }

    #[test]
    fn what_is_no_range_and_what_no_client_can_have_is_refused_by_field() {
        let problems = |ipv6, cidrs: &[&str]| {
            let mut problems = Vec::new();
            check("spec.loadBalancer.create.clientCidrs", &owned(cidrs), ipv6, &mut problems);
            problems.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let found = problems(false, &["10.0.0.0/8", "10.0.0.0/33", "::/0"]);
        assert!(found[0].starts_with("spec.loadBalancer.create.clientCidrs[1]: 10.0.0.0/33 is no"), "{found:?}");
        assert!(found[1].starts_with("spec.loadBalancer.create.clientCidrs[2]: ::/0 is an IPv6 range"), "{found:?}");
        assert_eq!(problems(true, &["::/0"]), Vec::<String>::new());
    }
}
