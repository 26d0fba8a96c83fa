//! Attributes of load balancers and target groups that the controller keeps.

use std::collections::BTreeMap;

use serde::Serialize;

/// What AWS gives a new resource, by attribute.
///
/// Source: Elastic Load Balancing API Reference, `LoadBalancerAttribute`, `TargetGroupAttribute`.
const AWS_DEFAULTS: [(&str, &str); 14] = [
    ("access_logs.s3.bucket", ""),
    (ACCESS_LOGS, "false"),
    ("access_logs.s3.prefix", ""),
    (DELETION_PROTECTION, "false"),
    (DEREGISTRATION_DELAY, "300"),
    ("idle_timeout.timeout_seconds", "60"),
    ("load_balancing.algorithm.type", "round_robin"),
    ("routing.http.drop_invalid_header_fields.enabled", "false"),
    ("routing.http.preserve_host_header.enabled", "false"),
    ("routing.http.xff_client_port.enabled", "false"),
    ("routing.http.xff_header_processing.mode", "append"),
    ("routing.http2.enabled", "true"),
    ("slow_start.duration_seconds", "0"),
    ("stickiness.enabled", "false"),
];

const ACCESS_LOGS: &str = "access_logs.s3.enabled";
const ACCESS_LOGS_TO: &str = "access_logs.s3.";

/// Whether AWS refuses to delete a load balancer.
pub const DELETION_PROTECTION: &str = "deletion_protection.enabled";

/// How long a target that was taken out finishes its requests, in seconds.
pub const DEREGISTRATION_DELAY: &str = "deregistration_delay.timeout_seconds";

/// Attributes of a resource by key: those the controller keeps, and of them those that are not as AWS gives them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Attributes(BTreeMap<&'static str, String>);

impl Attributes {
    /// The attributes among these pairs that the controller keeps.
    pub fn of<K: AsRef<str>>(pairs: impl IntoIterator<Item = (K, String)>) -> Self {
        let mut attributes = Self::default();
        attributes.set(pairs);
        attributes
    }

    /// Sets some of them.
    pub fn set<K: AsRef<str>>(&mut self, pairs: impl IntoIterator<Item = (K, String)>) {
        for (key, value) in pairs {
            match AWS_DEFAULTS.iter().find(|(known, _)| *known == key.as_ref()) {
                Some((known, default)) if *default == value => _ = self.0.remove(known),
                Some((known, _)) => _ = self.0.insert(known, value),
                None => {}
            }
        }
        if self.get(ACCESS_LOGS) == Some("false") {
            // Where they would go says nothing.
            self.0.retain(|key, _| !key.starts_with(ACCESS_LOGS_TO));
        }
    }

    /// These, with one of them as it is elsewhere.
    #[must_use]
    pub fn with(&self, key: &'static str, of: &Self) -> Self {
        let mut attributes = self.clone();
        attributes.set(of.get(key).map(|value| (key, value.to_owned())));
        attributes
    }

    /// The value of one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        let default = || AWS_DEFAULTS.iter().find(|(known, _)| *known == key).map(|(_, default)| *default);
        self.0.get(key).map(String::as_str).or_else(default)
    }

    /// What has to be set so that these become the other.
    #[must_use]
    pub fn changes_to(&self, other: &Self) -> BTreeMap<&'static str, String> {
        let keys = self.0.keys().chain(other.0.keys());
        let logs = other.get(ACCESS_LOGS) == Some("true");
        let counts = |key: &&&str| logs || **key == ACCESS_LOGS || !key.starts_with(ACCESS_LOGS_TO);
        let differs = keys.filter(counts).filter(|key| self.get(key) != other.get(key));
        differs.filter_map(|key| Some((*key, other.get(key)?.to_owned()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_aws_gives_and_what_is_not_kept_is_left_out() {
        let pairs =
            [("routing.http2.enabled", "true"), ("waf.fail_open.enabled", "true"), (DEREGISTRATION_DELAY, "30")];
        let attributes = Attributes::of(pairs.map(|(key, value)| (key, value.to_owned())));
        assert_eq!(attributes, Attributes::of([(DEREGISTRATION_DELAY, "30".to_owned())]));
        assert_eq!(attributes.get("routing.http2.enabled"), Some("true"));
    }

    #[test]
    fn only_what_differs_is_set() {
        let of = |delay: &str| Attributes::of([(DEREGISTRATION_DELAY, delay.to_owned())]);
        assert_eq!(of("30").changes_to(&of("300")), BTreeMap::from([(DEREGISTRATION_DELAY, "300".to_owned())]));
        assert_eq!(of("30").changes_to(&of("30")), BTreeMap::new());
        let logs =
            Attributes::of([(ACCESS_LOGS, "true"), ("access_logs.s3.bucket", "b")].map(|(k, v)| (k, v.to_owned())));
        assert_eq!(logs.changes_to(&Attributes::default()), BTreeMap::from([(ACCESS_LOGS, "false".to_owned())]));
    }
}
