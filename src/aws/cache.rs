//! What a process remembers between passes: only what cannot change, or what may be a few minutes old.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;

use crate::api::SubnetSelector;
use crate::intent::{Certificate, Subnet, VpcDns};
use crate::observed::{Listener, LoadBalancer, Placement};
use crate::tags::{CLUSTER, OWNER, Owner, Tags};

/// The time of the SDK, by which values expire.
#[derive(Clone)]
pub(super) struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    pub(super) fn of(config: &SdkConfig) -> Self {
        let source = config.time_source();
        Self(Arc::new(move || match &source {
            Some(source) => source.now(),
            None => SystemTime::now(),
        }))
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// Values that expire.
#[derive(Debug)]
pub(super) struct Expiring<K, V> {
    lifetime: Duration,
    clock: Clock,
    entries: Mutex<HashMap<K, (SystemTime, V)>>,
}

impl<K: Eq + Hash, V: Clone> Expiring<K, V> {
    fn new(lifetime: Duration, clock: &Clock) -> Self {
        Self { lifetime, clock: clock.clone(), entries: Mutex::default() }
    }

    /// Whether what was read then may still be used at this time. Nobody knows how old that is if the clock was put back since.
    fn is_fresh(&self, since: SystemTime, now: SystemTime) -> bool {
        now.duration_since(since).is_ok_and(|age| age < self.lifetime)
    }

    pub(super) fn get<Q>(&self, key: &Q) -> Option<V>
    where
        K: std::borrow::Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let now = (self.clock.0)();
        entries.get(key).filter(|(since, _)| self.is_fresh(*since, now)).map(|(_, value)| value.clone())
    }

    /// Remembers a value, and forgets what has expired.
    pub(super) fn insert(&self, key: K, value: V) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let now = (self.clock.0)();
        entries.retain(|_, (since, _)| self.is_fresh(*since, now));
        entries.insert(key, (now, value));
    }

    pub(super) fn forget(&self, gone: impl Fn(&K) -> bool) {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).retain(|key, _| !gone(key));
    }
}

/// What an object may be seen to have none of: security groups.
pub(super) const SECURITY_GROUP: &str = "security-group";
/// The same of target groups.
pub(super) const TARGET_GROUP: &str = "target-group";
/// The same of load balancers.
pub(super) const LOAD_BALANCER: &str = "load-balancer";

/// Everything remembered.
#[derive(Debug)]
pub(super) struct Cache {
    /// Subnets by ID: VPC, zone and IPv4 range never change.
    pub(super) subnets: Expiring<String, Subnet>,
    /// VPCs of security groups that specs name, by the groups' IDs.
    pub(super) security_groups: Expiring<String, String>,
    /// Subnets by the selector that chose them.
    pub(super) selections: Expiring<SubnetSelector, BTreeMap<String, Subnet>>,
    /// DNS settings of VPCs that allow private DNS.
    pub(super) vpc_dns: Expiring<String, VpcDns>,
    /// Address and place of endpoints' network interfaces, by ID: another address comes with another interface.
    ///
    /// Source: AWS `PrivateLink` Guide, "Access an AWS service using an interface VPC endpoint".
    pub(super) interfaces: Expiring<String, (String, Placement)>,
    /// Content hashes in deployments' descriptions, by API and deployment: a deployment never changes.
    pub(super) deployments: Expiring<(String, String), Option<String>>,
    /// Listeners that specs name, with their load balancers, by ARN.
    pub(super) listeners: Expiring<String, (Listener, LoadBalancer)>,
    /// Tags of rules, by ARN; read again where they prove ownership.
    pub(super) rule_tags: Expiring<String, Tags>,
    /// Issued certificates, by ARN.
    pub(super) issued: Expiring<String, Certificate>,
    /// What an object was seen to have none of.
    absences: Expiring<(String, String, String), ()>,
}

impl Cache {
    /// Nothing remembered yet; what is expires by this clock.
    pub(super) fn new(clock: &Clock) -> Self {
        let (day, hour) = (Duration::from_hours(24), Duration::from_hours(1));
        Self {
            subnets: Expiring::new(day, clock),
            security_groups: Expiring::new(hour, clock),
            selections: Expiring::new(Duration::from_mins(5), clock),
            vpc_dns: Expiring::new(hour, clock),
            interfaces: Expiring::new(day, clock),
            deployments: Expiring::new(day, clock),
            listeners: Expiring::new(Duration::from_mins(5), clock),
            rule_tags: Expiring::new(Duration::from_mins(10), clock),
            issued: Expiring::new(hour, clock),
            absences: Expiring::new(hour, clock),
        }
    }

    /// Forgets all but what never changes.
    pub(super) fn forget_what_changes(&self) {
        let Self {
            subnets: _,
            interfaces: _,
            deployments: _,
            security_groups,
            selections,
            vpc_dns,
            listeners,
            rule_tags,
            issued,
            absences,
        } = self;
        security_groups.forget(|_| true);
        selections.forget(|_| true);
        vpc_dns.forget(|_| true);
        listeners.forget(|_| true);
        rule_tags.forget(|_| true);
        issued.forget(|_| true);
        absences.forget(|_| true);
    }

    /// Whether the object was seen to have none of `what`, and this process created none since.
    pub(super) fn is_absent(&self, owner: &Owner, what: &str) -> bool {
        self.absences.get(&(owner.cluster.clone(), owner.key(), what.to_owned())).is_some()
    }

    /// Remembers that the object has none of `what`.
    pub(super) fn set_absent(&self, owner: &Owner, what: &str) {
        self.absences.insert((owner.cluster.clone(), owner.key(), what.to_owned()), ());
    }

    /// Forgets that the object of these tags has none of `what`: it is being created.
    pub(super) fn created(&self, tags: &Tags, what: &str) {
        let of = |key| tags.get(key).map(String::as_str).unwrap_or_default();
        self.absences.forget(|(cluster, owner, none)| cluster == of(CLUSTER) && owner == of(OWNER) && none == what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_expire_by_the_clock_and_when_it_was_put_back() {
        let now = Arc::new(Mutex::new(SystemTime::UNIX_EPOCH + Duration::from_hours(1)));
        let shown = now.clone();
        let clock = Clock(Arc::new(move || *shown.lock().unwrap_or_else(PoisonError::into_inner)));
        let set = |time| *now.lock().unwrap_or_else(PoisonError::into_inner) = SystemTime::UNIX_EPOCH + time;
        let values = Expiring::new(Duration::from_mins(5), &clock);
        values.insert("subnet", 1);
        set(Duration::from_mins(64));
        assert_eq!(values.get("subnet"), Some(1));
        set(Duration::from_mins(65));
        assert_eq!(values.get("subnet"), None);
        set(Duration::from_mins(59));
        assert_eq!(values.get("subnet"), None);
    }
}
