//! Condition operators by name, and the comparison of two values.

use ipnet::IpNet;
use k8s_openapi::jiff::Timestamp;
use k8s_openapi::jiff::civil::Date;
use k8s_openapi::jiff::tz::TimeZone;

/// A condition operator with what stands before and behind its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Operator {
    pub(super) test: Test,
    pub(super) negated: bool,
    /// `…IfExists`.
    pub(super) if_exists: bool,
    pub(super) set: Option<Set>,
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Test {
    Equals,
    EqualsIgnoreCase,
    Like,
    Arn,
    Bool,
    Binary,
    Address,
    Number(Order),
    Date(Order),
    Null,
}

/// The order that a value of the request has to a value of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A set operator, for keys with several values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Set {
    ForAllValues,
    ForAnyValue,
}

impl Operator {
    /// The operator of that name; none where IAM knows none.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let (set, rest) = match name.split_once(':') {
            Some(("ForAllValues", rest)) => (Some(Set::ForAllValues), rest),
            Some(("ForAnyValue", rest)) => (Some(Set::ForAnyValue), rest),
            Some(_) => return None,
            None => (None, name),
        };
        let (base, if_exists) = rest.strip_suffix("IfExists").map_or((rest, false), |base| (base, true));
        let (test, negated) = test(base)?;
        // The check for existence has neither of them.
        let is_plain = set.is_none() && !if_exists;
        (test != Test::Null || is_plain).then_some(Self { test, negated, if_exists, set })
    }
}

fn test(name: &str) -> Option<(Test, bool)> {
    Some(match name {
        "StringEquals" => (Test::Equals, false),
        "StringNotEquals" => (Test::Equals, true),
        "StringEqualsIgnoreCase" => (Test::EqualsIgnoreCase, false),
        "StringNotEqualsIgnoreCase" => (Test::EqualsIgnoreCase, true),
        "StringLike" => (Test::Like, false),
        "StringNotLike" => (Test::Like, true),
        "ArnEquals" | "ArnLike" => (Test::Arn, false),
        "ArnNotEquals" | "ArnNotLike" => (Test::Arn, true),
        "Bool" => (Test::Bool, false),
        "BinaryEquals" => (Test::Binary, false),
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
    /// Whether values of the policy may hold variables.
    ///
    /// Source: IAM User Guide, "Variables and tags", "Where you can use policy variables".
    pub(super) fn takes_variables(self) -> bool {
        matches!(self, Self::Equals | Self::EqualsIgnoreCase | Self::Like | Self::Arn)
    }

    pub(super) fn takes_wildcards(self) -> bool {
        matches!(self, Self::Like | Self::Arn)
    }

    /// What is wrong with a value of the policy: IAM takes no policy with one.
    pub(super) fn refuses(self, value: &str) -> Option<&'static str> {
        let (good, wanted) = match self {
            Self::Bool | Self::Null => (boolean(value).is_some(), "true or false"),
            Self::Address => (range(value).is_some(), "an IP address or range"),
            Self::Number(_) => (number(value).is_some(), "a number"),
            Self::Date(_) => (seconds(value).is_some(), "a date"),
            Self::Equals | Self::EqualsIgnoreCase | Self::Like | Self::Arn | Self::Binary => (true, ""),
        };
        (!good).then_some(wanted)
    }

    /// Compares by value, for operators without wildcards. A value of the request that is not of the operator's kind matches nothing.
    pub(super) fn matches(self, wanted: &str, found: &str) -> bool {
        match self {
            Self::Equals | Self::Like | Self::Arn => wanted == found,
            Self::EqualsIgnoreCase => wanted.eq_ignore_ascii_case(found),
            Self::Bool => boolean(wanted).is_some() && boolean(wanted) == boolean(found),
            Self::Binary => wanted.trim_end_matches('=') == found.trim_end_matches('='),
            Self::Address => {
                let address: Option<std::net::IpAddr> = found.parse().ok();
                range(wanted).zip(address).is_some_and(|(range, address)| range.contains(&IpNet::from(address)))
            }
            Self::Number(order) => order.holds(number(found), number(wanted)),
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

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A range, or one address.
pub(super) fn range(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse().ok().map(|address: std::net::IpAddr| IpNet::from(address)))
}

/// Seconds since 1970 of a date and time of ISO 8601, or written so.
fn seconds(text: &str) -> Option<f64> {
    let whole = |time: Timestamp| time.as_duration().as_secs_f64();
    let midnight = |date: Date| date.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    let of_time = || text.parse::<Timestamp>().ok().map(whole);
    let of_date = || text.parse::<Date>().ok().and_then(midnight).map(whole);
    number(text).or_else(of_time).or_else(of_date)
}
