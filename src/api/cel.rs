//! Validation rules that several fields share.

use kube::core::{Message, Rule};

/// A list of regular expressions: what is none is an error of the rule itself.
pub(super) fn regexes(field: &str) -> Rule {
    Rule::new("self.all(regex, ''.matches(regex) || !''.matches(regex))")
        .message(Message::Message(format!("{field} holds regular expressions")))
}

/// A list of address ranges.
pub(super) fn cidrs(field: &str) -> Rule {
    Rule::new("self.all(cidr, isCIDR(cidr))")
        .message(Message::Message(format!("{field} holds address ranges, like 203.0.113.0/24 or 2001:db8::/32")))
}
