//! Conditions of a statement (IAM User Guide, "Condition operators" and "Multivalued context keys").

use std::net::IpAddr;

use serde_json::Value;

use super::document::{Malformed, strings};
use super::evaluate::Keys;
use super::pattern::{like, substitute};

/// One operator on one key.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    test: Test,
    negated: bool,
    if_exists: bool,
    set: Option<Set>,
    key: String,
    values: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Test {
    Text,
    TextIgnoreCase,
    Like,
    Arn,
    Bool,
    Address,
    Number(Order),
    Date(Order),
    Null,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Set {
    All,
    Any,
}

impl Condition {
    /// Reads the `Condition` block of a statement.
    pub(super) fn parse_all(block: Option<&Value>) -> Result<Vec<Self>, Malformed> {
        let Some(block) = block else {
            return Ok(Vec::new());
        };
        let operators = block.as_object().ok_or_else(|| Malformed::new("Condition is not an object"))?;
        let mut all = Vec::new();
        for (operator, keys) in operators {
            let keys = keys.as_object().ok_or_else(|| Malformed::new(format!("{operator} is not an object")))?;
            for (key, values) in keys {
                all.push(Self::parse(operator, key, values)?);
            }
        }
        Ok(all)
    }

    fn parse(operator: &str, key: &str, values: &Value) -> Result<Self, Malformed> {
        let (set, rest) = match operator.split_once(':') {
            Some(("ForAllValues", rest)) => (Some(Set::All), rest),
            Some(("ForAnyValue", rest)) => (Some(Set::Any), rest),
            _ => (None, operator),
        };
        let (base, if_exists) = rest.strip_suffix("IfExists").map_or((rest, false), |base| (base, true));
        let (test, negated) =
            test(base).ok_or_else(|| Malformed::new(format!("Invalid Condition type : {operator}.")))?;
        let values = strings(values)?;
        if test == Test::Address && values.iter().any(|value| Cidr::parse(value).is_none()) {
            return Err(Malformed::new(format!("{values:?} is not a list of addresses")));
        }
        Ok(Self { test, negated, if_exists, set, key: key.to_owned(), values })
    }

    /// Whether the condition holds for a request.
    #[must_use]
    pub fn holds(&self, keys: &Keys) -> bool {
        let found = keys.get(&self.key);
        if self.test == Test::Null {
            let absent = found.is_none().to_string();
            return self.values.iter().any(|value| value.eq_ignore_ascii_case(&absent));
        }
        match (found, self.set) {
            (None, _) if self.if_exists => true,
            (None | Some([]), Some(Set::All)) => true,
            (None, Some(Set::Any)) => false,
            (None, None) => self.negated,
            (Some(found), Some(Set::All)) => found.iter().all(|value| self.value_holds(value, keys)),
            (Some(found), Some(Set::Any)) => found.iter().any(|value| self.value_holds(value, keys)),
            (Some(found), None) if self.negated => found.iter().all(|value| self.value_holds(value, keys)),
            (Some(found), None) => found.iter().any(|value| self.value_holds(value, keys)),
        }
    }

    fn value_holds(&self, found: &str, keys: &Keys) -> bool {
        let matches = self
            .values
            .iter()
            .any(|wanted| substitute(wanted, keys).is_some_and(|wanted| self.test.matches(&wanted, found)));
        matches != self.negated
    }
}

fn test(name: &str) -> Option<(Test, bool)> {
    Some(match name {
        "StringEquals" | "BinaryEquals" => (Test::Text, false),
        "StringNotEquals" => (Test::Text, true),
        "StringEqualsIgnoreCase" => (Test::TextIgnoreCase, false),
        "StringNotEqualsIgnoreCase" => (Test::TextIgnoreCase, true),
        "StringLike" => (Test::Like, false),
        "StringNotLike" => (Test::Like, true),
        // ArnEquals and ArnLike behave alike (IAM User Guide, "ARN condition operators").
        "ArnEquals" | "ArnLike" => (Test::Arn, false),
        "ArnNotEquals" | "ArnNotLike" => (Test::Arn, true),
        "Bool" => (Test::Bool, false),
        "IpAddress" => (Test::Address, false),
        "NotIpAddress" => (Test::Address, true),
        "Null" => (Test::Null, false),
        other => return ordered(other),
    })
}

fn ordered(name: &str) -> Option<(Test, bool)> {
    let (make, relation): (fn(Order) -> Test, &str) = match name.strip_prefix("Numeric") {
        Some(relation) => (Test::Number, relation),
        None => (Test::Date, name.strip_prefix("Date")?),
    };
    let (order, negated) = match relation {
        "Equals" => (Order::Equal, false),
        "NotEquals" => (Order::Equal, true),
        "LessThan" => (Order::Less, false),
        "LessThanEquals" => (Order::LessOrEqual, false),
        "GreaterThan" => (Order::Greater, false),
        "GreaterThanEquals" => (Order::GreaterOrEqual, false),
        _ => return None,
    };
    Some((make(order), negated))
}

impl Test {
    fn matches(self, wanted: &str, found: &str) -> bool {
        match self {
            Self::Text => wanted == found,
            Self::TextIgnoreCase | Self::Bool => wanted.eq_ignore_ascii_case(found),
            Self::Like => like(wanted, found),
            Self::Arn => arn_like(wanted, found),
            Self::Address => {
                Cidr::parse(wanted).zip(found.parse().ok()).is_some_and(|(range, address)| range.holds(address))
            }
            Self::Number(order) => order.holds(found.parse().ok(), wanted.parse().ok()),
            Self::Date(order) => order.holds(seconds(found), seconds(wanted)),
            Self::Null => false,
        }
    }
}

impl Order {
    fn holds(self, found: Option<f64>, wanted: Option<f64>) -> bool {
        let Some(order) = found.zip(wanted).and_then(|(found, wanted)| found.partial_cmp(&wanted)) else {
            return false;
        };
        match self {
            Self::Equal => order.is_eq(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// Each of the six parts of an ARN is compared by itself.
fn arn_like(wanted: &str, found: &str) -> bool {
    let mut wanted = wanted.splitn(6, ':');
    let mut found = found.splitn(6, ':');
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (Some(pattern), Some(part)) if like(pattern, part) => {}
            _ => return false,
        }
    }
}

/// RFC 3339 or seconds since the epoch.
fn seconds(text: &str) -> Option<f64> {
    let of_date = || {
        let time = humantime::parse_rfc3339_weak(text).ok()?;
        time.duration_since(std::time::UNIX_EPOCH).ok().map(|since| since.as_secs_f64())
    };
    text.parse().ok().or_else(of_date)
}

/// An address with the number of leading bits that count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cidr {
    address: IpAddr,
    bits: u32,
}

impl Cidr {
    fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(most), |bits| bits.parse().ok())?;
        (bits <= most).then_some(Self { address, bits })
    }

    fn holds(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(range), IpAddr::V4(address)) => {
                let differ = u32::from(range) ^ u32::from(address);
                differ.leading_zeros() >= self.bits
            }
            (IpAddr::V6(range), IpAddr::V6(address)) => {
                let differ = u128::from(range) ^ u128::from(address);
                differ.leading_zeros() >= self.bits
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_operator() {
        let keys = Keys::default()
            .with("aws:SourceVpce", "vpce-1")
            .with("aws:VpcSourceIp", "10.0.1.5")
            .with("aws:SecureTransport", "true")
            .with("aws:SourceArn", "arn:aws:execute-api:us-east-1:1:api/test/GET/fn")
            .with("s3:max-keys", "10")
            .with("aws:CurrentTime", "2026-11-23T00:00:00Z")
            .with_all("aws:TagKeys", vec!["a".into(), "b".into()]);
        for (operator, key, value, expected) in [
            ("StringEquals", "AWS:SOURCEVPCE", json!(["x", "vpce-1"]), true),
            ("StringNotEquals", "aws:sourceVpce", json!(["x", "vpce-1"]), false),
            ("StringNotEquals", "aws:absent", json!("x"), true),
            ("StringEquals", "aws:absent", json!("x"), false),
            ("StringEqualsIfExists", "aws:absent", json!("x"), true),
            ("StringLike", "aws:SourceVpce", json!("vpce-*"), true),
            ("StringNotLike", "aws:SourceVpce", json!("vpce-*"), false),
            ("StringEqualsIgnoreCase", "aws:SourceVpce", json!("VPCE-1"), true),
            ("ArnLike", "aws:SourceArn", json!("arn:aws:execute-api:*:1:api/*/GET/*"), true),
            ("ArnLike", "aws:SourceArn", json!("arn:aws:execute-api:*"), false),
            ("Bool", "aws:SecureTransport", json!(true), true),
            ("IpAddress", "aws:VpcSourceIp", json!("10.0.0.0/16"), true),
            ("NotIpAddress", "aws:VpcSourceIp", json!(["10.0.0.0/16"]), false),
            ("NumericLessThan", "s3:max-keys", json!("11"), true),
            ("DateGreaterThan", "aws:CurrentTime", json!("2026-01-01T00:00:00Z"), true),
            ("Null", "aws:absent", json!("true"), true),
            ("Null", "aws:SourceVpce", json!("true"), false),
            ("ForAllValues:StringEquals", "aws:TagKeys", json!(["a", "b", "c"]), true),
            ("ForAllValues:StringEquals", "aws:TagKeys", json!(["a"]), false),
            ("ForAllValues:StringEquals", "aws:absent", json!(["a"]), true),
            ("ForAnyValue:StringEquals", "aws:TagKeys", json!(["b"]), true),
            ("ForAnyValue:StringEquals", "aws:absent", json!(["b"]), false),
        ] {
            let condition = Condition::parse(operator, key, &value).unwrap();
            assert_eq!(condition.holds(&keys), expected, "{operator} {key} {value}");
        }
    }

    #[test]
    fn unknown_operators_and_bad_addresses_are_refused() {
        assert!(Condition::parse("StringMatches", "k", &json!("v")).is_err());
        assert!(Condition::parse("IpAddress", "aws:SourceIp", &json!("10.0.0.0/33")).is_err());
    }
}
