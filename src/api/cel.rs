//! Validation rules that several fields share.

use kube::core::{Message, Rule};

/// A list of regular expressions: what is none is an error of the rule itself.
pub(super) fn regexes(field: &str) -> Rule {
    Rule::new("self.all(regex, ''.matches(regex) || !''.matches(regex))")
        .message(Message::Message(format!("{field} holds regular expressions")))
}

/// Address ranges of a managed security group beside an address type and groups of the user's.
pub(super) fn managed_clients() -> Rule {
    Rule::new("!has(self.clientCidrs) || !has(self.securityGroupIds) || size(self.securityGroupIds) == 0").message(
        "clientCidrs is for the managed security group: leave it out with securityGroupIds, and allow the clients in those groups",
    )
}

/// No IPv6 range where there are IPv4 addresses only.
pub(super) fn clients_by_ipv4(what: &str) -> Rule {
    Rule::new("self.ipAddressType != 'ipv4' || !has(self.clientCidrs) || self.clientCidrs.all(cidr, !cidr.contains(':'))")
        .message(Message::Message(format!(
            "clientCidrs holds an IPv6 range, and the {what} has IPv4 addresses only: set ipAddressType to dualstack, or leave it out"
        )))
}

/// A list of address ranges.
pub(super) fn cidrs(field: &str) -> Rule {
    Rule::new("self.all(cidr, isCIDR(cidr))")
        .message(Message::Message(format!("{field} holds address ranges, like 203.0.113.0/24 or 2001:db8::/32")))
}
