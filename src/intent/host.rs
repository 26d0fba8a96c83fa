//! Host names of rules on a listener whose port clients write in the Host header.

/// Longest regular expression of a condition.
///
/// Source: Elastic Load Balancing API Reference, `HostHeaderConditionConfig`.
const LONGEST: usize = 128;

/// Whether clients add this port to the host: they do with every port but the protocols' own.
///
/// Source: RFC 9110, "Host and :authority".
#[must_use]
pub const fn is_written(port: i32) -> bool {
    port != 80 && port != 443
}

/// A regular expression that takes a host name with its wildcards, with a port or without one; none where it would be longer than a condition takes.
/// A plain host name could not hold the port: the service refuses a `:` in one, and compares it with the header as it came
/// (hashicorp/terraform-provider-aws#49147).
///
/// Whether expressions for the host mind its case is not documented, so that both are written where there is room; clients mostly write lower case.
#[must_use]
pub fn expression(host: &str) -> Option<String> {
    let of = |letter: fn(char) -> String| -> String {
        let characters = host.chars().map(|c| match c {
            '*' => ".*".to_owned(),
            '?' => ".".to_owned(),
            '.' => r"\.".to_owned(),
            other => letter(other),
        });
        format!("^{}(:[0-9]+)?$", characters.collect::<String>())
    };
    let both = of(|c| {
        if c.is_ascii_alphabetic() {
            format!("[{}{}]", c.to_ascii_uppercase(), c.to_ascii_lowercase())
        } else {
            c.to_string()
        }
    });
    let lower = of(|c| c.to_ascii_lowercase().to_string());
    [both, lower].into_iter().find(|expression| expression.len() <= LONGEST)
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;

    #[test]
    fn a_host_is_taken_with_and_without_a_port_in_any_case() {
        let cases = [
            ("api.example.com", "api.example.com", true),
            ("api.example.com", "API.Example.com:8443", true),
            ("api.example.com", "api.example.com:", false),
            ("api.example.com", "api-example.com", false),
            ("api.example.com", "my-api.example.com", false),
            ("api.example.com", "api.example.com.org:8443", false),
            ("*.example.com", "a.b.example.com:8443", true),
            ("*.example.com", "example.com:8443", false),
            ("api-?.example.com", "api-7.example.com:8443", true),
            ("api-?.example.com", "api-.example.com", false),
        ];
        for (host, header, expected) in cases {
            let regex = Regex::new(&expression(host).unwrap()).unwrap();
            assert_eq!(regex.is_match(header), expected, "{host} {header} {regex}");
        }
    }

    #[test]
    fn a_long_host_is_taken_in_lower_case_only_and_one_that_is_too_long_not_at_all() {
        let host = |labels: usize| format!("{}com", "orders.".repeat(labels));
        let expression = |labels| expression(&host(labels));
        assert!(expression(3).is_some_and(|it| it.contains("[Oo]")));
        assert!(expression(8).is_some_and(|it| !it.contains('[') || it.starts_with("^orders") && it.len() <= LONGEST));
        assert_eq!(expression(17), None);
    }

    #[test]
    fn only_the_protocols_own_ports_are_left_out() {
        assert!(is_written(8443) && is_written(8080) && !is_written(443) && !is_written(80));
    }
}
