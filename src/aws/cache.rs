//! What a process remembers between passes: only what cannot change, or what may be a few minutes old.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::api::SubnetSelector;
use crate::elapsed::Elapsed;
use crate::intent::{Certificate, Subnet, VpcDns};
use crate::observed::{Listener, LoadBalancer, Placement};
use crate::tags::{CLUSTER, OWNER, Owner, Tags};

/// Values that expire.
#[derive(Debug)]
pub(super) struct Expiring<K, V> {
    lifetime: Duration,
    elapsed: Elapsed,
    entries: Mutex<HashMap<K, (Duration, V)>>,
}

impl<K: Eq + Hash, V: Clone> Expiring<K, V> {
    fn new(lifetime: Duration, elapsed: &Elapsed) -> Self {
        Self { lifetime, elapsed: elapsed.clone(), entries: Mutex::default() }
    }

    /// Whether what was read then may still be used.
    fn is_fresh(&self, since: Duration) -> bool {
        self.elapsed.now().saturating_sub(since) < self.lifetime
    }

    pub(super) fn get<Q>(&self, key: &Q) -> Option<V>
    where
        K: std::borrow::Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.get(key).filter(|(since, _)| self.is_fresh(*since)).map(|(_, value)| value.clone())
    }

    /// Remembers a value, and forgets what has expired.
    pub(super) fn insert(&self, key: K, value: V) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|_, (since, _)| self.is_fresh(*since));
        entries.insert(key, (self.elapsed.now(), value));
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
    /// Methods of APIs that specs name whose callers sign their requests, by the API's ID.
    pub(super) signed_methods: Expiring<String, Vec<String>>,
    /// Issued certificates, by ARN.
    pub(super) issued: Expiring<String, Certificate>,
    /// What an object was seen to have none of.
    absences: Expiring<(String, String, String), ()>,
}

impl Cache {
    /// Nothing remembered yet; what will be grows old in this time.
    pub(super) fn new(elapsed: &Elapsed) -> Self {
        let (day, hour) = (Duration::from_hours(24), Duration::from_hours(1));
        Self {
            subnets: Expiring::new(day, elapsed),
            security_groups: Expiring::new(hour, elapsed),
            selections: Expiring::new(Duration::from_mins(5), elapsed),
            vpc_dns: Expiring::new(hour, elapsed),
            interfaces: Expiring::new(day, elapsed),
            deployments: Expiring::new(day, elapsed),
            listeners: Expiring::new(Duration::from_mins(5), elapsed),
            rule_tags: Expiring::new(Duration::from_mins(10), elapsed),
            signed_methods: Expiring::new(Duration::from_mins(5), elapsed),
            issued: Expiring::new(hour, elapsed),
            absences: Expiring::new(hour, elapsed),
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
            signed_methods,
            issued,
            absences,
        } = self;
        security_groups.forget(|_| true);
        selections.forget(|_| true);
        vpc_dns.forget(|_| true);
        listeners.forget(|_| true);
        rule_tags.forget(|_| true);
        signed_methods.forget(|_| true);
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
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn values_expire() {
        let minutes = Arc::new(AtomicU64::new(60));
        let shown = minutes.clone();
        let elapsed = Elapsed::by(move || Duration::from_mins(shown.load(Ordering::Relaxed)));
        let values = Expiring::new(Duration::from_mins(5), &elapsed);
        values.insert("subnet", 1);
        minutes.store(64, Ordering::Relaxed);
        assert_eq!(values.get("subnet"), Some(1));
        minutes.store(65, Ordering::Relaxed);
        assert_eq!(values.get("subnet"), None);
        values.insert("another", 2);
        assert_eq!(values.entries.lock().unwrap().len(), 1, "what has expired is forgotten");
    }
}
