//! Elastic Load Balancing, version 2.
//! Sources: Elastic Load Balancing API Reference (2015-12-01), User Guides for Application and Network Load Balancers.

pub mod account;
pub mod action;
pub mod attribute;
pub mod condition;
pub mod listener;
pub mod listener_certificate;
pub mod load_balancer;
pub mod load_balancer_change;
mod load_balancer_check;
mod log_bucket;
pub mod mutual_authentication;
pub mod rule;
pub mod rule_change;
pub mod select;
pub mod tag;
pub mod target;
pub mod target_group;
pub mod target_group_check;
pub mod target_health;
pub mod transform;
pub mod trust_store;
pub mod trust_store_revocation;

use std::collections::BTreeMap;

use super::{Inventory, Operation, Service, Tagged, Tags, operation};
use crate::clock::Timestamp;
use crate::protocol::Protocol;
use crate::world::Region;

const OPERATIONS: &[Operation] = &[
    operation!("AddListenerCertificates", listener_certificate::add, Write),
    operation!("AddTags", tag::add, Write),
    operation!("AddTrustStoreRevocations", trust_store_revocation::add, Write),
    operation!("CreateListener", listener::create, Write),
    operation!("CreateLoadBalancer", load_balancer::create, Write),
    operation!("CreateRule", rule_change::create, Write),
    operation!("CreateTargetGroup", target_group::create, Write),
    operation!("CreateTrustStore", trust_store::create, Write),
    operation!("DeleteListener", listener::delete, Write),
    operation!("DeleteLoadBalancer", load_balancer_change::delete, Write),
    operation!("DeleteRule", rule_change::delete, Write),
    operation!("DeleteTargetGroup", target_group::delete, Write),
    operation!("DeleteTrustStore", trust_store::delete, Write),
    operation!("DeregisterTargets", target::deregister, Write),
    operation!("DescribeAccountLimits", account::limits, Read),
    operation!("DescribeCapacityReservation", account::capacity, Read),
    operation!("DescribeListenerAttributes", attribute::describe_listener, Read),
    operation!("DescribeListenerCertificates", listener_certificate::describe, Read),
    operation!("DescribeListeners", listener::describe, Read),
    operation!("DescribeLoadBalancerAttributes", attribute::describe_load_balancer, Read),
    operation!("DescribeLoadBalancers", load_balancer::describe, Read),
    operation!("DescribeRules", rule::describe, Read),
    operation!("DescribeSSLPolicies", account::ssl_policies, Read),
    operation!("DescribeTags", tag::describe, Read),
    operation!("DescribeTargetGroupAttributes", attribute::describe_target_group, Read),
    operation!("DescribeTargetGroups", target_group::describe, Read),
    operation!("DescribeTargetHealth", target_health::describe, Read),
    operation!("DescribeTrustStoreAssociations", trust_store::describe_associations, Read),
    operation!("DescribeTrustStoreRevocations", trust_store_revocation::describe, Read),
    operation!("DescribeTrustStores", trust_store::describe, Read),
    operation!("GetTrustStoreCaCertificatesBundle", NONE "", raw trust_store::get_bundle, Read),
    operation!("GetTrustStoreRevocationContent", NONE "", raw trust_store_revocation::get_content, Read),
    operation!("ModifyListener", listener::modify, Write),
    operation!("ModifyListenerAttributes", attribute::modify_listener, Write),
    operation!("ModifyLoadBalancerAttributes", attribute::modify_load_balancer, Write),
    operation!("ModifyRule", rule_change::modify, Write),
    operation!("ModifyTargetGroup", target_group::modify, Write),
    operation!("ModifyTargetGroupAttributes", attribute::modify_target_group, Write),
    operation!("ModifyTrustStore", trust_store::modify, Write),
    operation!("RegisterTargets", target::register, Write),
    operation!("RemoveListenerCertificates", listener_certificate::remove, Write),
    operation!("RemoveTags", tag::remove, Write),
    operation!("RemoveTrustStoreRevocations", trust_store_revocation::remove, Write),
    operation!("SetIpAddressType", load_balancer_change::set_ip_address_type, Write),
    operation!("SetRulePriorities", rule_change::set_priorities, Write),
    operation!("SetSecurityGroups", load_balancer_change::set_security_groups, Write),
    operation!("SetSubnets", load_balancer_change::set_subnets, Write),
];

/// The service.
pub static SERVICE: Service = Service {
    name: "elasticloadbalancing",
    protocol: Protocol::Query,
    namespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
    operations: OPERATIONS,
    inventory,
    tagged,
};

/// Elastic Load Balancing's resources of one account in one region, each by its ARN.
///
/// An ARN holds those of what it belongs to (`listener-rule/app/<load balancer>/<listener>/<rule>`), so what belongs together
/// stands together.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Load balancers.
    pub load_balancers: BTreeMap<String, load_balancer::LoadBalancer>,
    /// Listeners.
    pub listeners: BTreeMap<String, listener::Listener>,
    /// Rules, the listeners' default rules among them.
    pub rules: BTreeMap<String, rule::Rule>,
    /// Target groups.
    pub target_groups: BTreeMap<String, target_group::TargetGroup>,
    /// Trust stores.
    pub trust_stores: BTreeMap<String, trust_store::TrustStore>,
    /// Tags of all of them.
    pub tags: BTreeMap<String, Tags>,
    /// Which load balancers a target group is used by, with the number of rules.
    usage: BTreeMap<String, BTreeMap<String, usize>>,
}

/// Entries of a map whose keys start with `prefix`.
pub(crate) fn starting<'a, T>(map: &'a BTreeMap<String, T>, prefix: &str) -> Vec<&'a T> {
    map.range(prefix.to_owned()..).take_while(|(key, _)| key.starts_with(prefix)).map(|(_, item)| item).collect()
}

impl State {
    /// Listeners of a load balancer.
    #[must_use]
    pub fn listeners_of(&self, load_balancer: &str) -> Vec<&listener::Listener> {
        let prefix = format!("{}/", load_balancer.replace(":loadbalancer/", ":listener/"));
        starting(&self.listeners, &prefix)
    }

    /// Rules of a listener in the order they are tried, the default rule last.
    #[must_use]
    pub fn rules_of(&self, listener: &str) -> Vec<&rule::Rule> {
        let prefix = format!("{}/", listener.replace(":listener/", ":listener-rule/"));
        let mut rules = starting(&self.rules, &prefix);
        rules.sort_by_key(|rule| rule.priority.unwrap_or(u32::MAX));
        rules
    }

    /// Load balancers that use a target group; there is at most one of them, but for groups of type `alb`.
    #[must_use]
    pub fn users_of(&self, target_group: &str) -> Vec<String> {
        self.usage.get(target_group).into_iter().flat_map(BTreeMap::keys).cloned().collect()
    }

    /// Target groups that a load balancer uses.
    #[must_use]
    pub fn used_by(&self, load_balancer: &str) -> usize {
        self.usage.values().filter(|users| users.contains_key(load_balancer)).count()
    }

    /// Adds a rule or puts it in place of the one before.
    pub(crate) fn put_rule(&mut self, rule: rule::Rule) {
        self.drop_rule(&rule.arn);
        for group in action::target_groups(&rule.actions) {
            *self.usage.entry(group).or_default().entry(rule.load_balancer()).or_default() += 1;
        }
        self.rules.insert(rule.arn.clone(), rule);
    }

    /// Takes a rule away.
    pub(crate) fn drop_rule(&mut self, arn: &str) {
        let Some(rule) = self.rules.remove(arn) else { return };
        let user = rule.load_balancer();
        for group in action::target_groups(&rule.actions) {
            let Some(users) = self.usage.get_mut(&group) else { continue };
            if let Some(count) = users.get_mut(&user) {
                *count -= 1;
            }
            users.retain(|_, count| *count > 0);
        }
    }
}

fn inventory(region: &Region, _: Timestamp) -> Inventory {
    let state = &region.elbv2;
    [
        ("elasticloadbalancing:listener", state.listeners.keys().cloned().collect()),
        ("elasticloadbalancing:listener-rule", state.rules.keys().cloned().collect()),
        ("elasticloadbalancing:loadbalancer", state.load_balancers.keys().cloned().collect()),
        ("elasticloadbalancing:truststore", state.trust_stores.keys().cloned().collect()),
        ("elasticloadbalancing:targetgroup", state.target_groups.keys().cloned().collect()),
    ]
    .into()
}

fn tagged(region: &Region, _: Timestamp) -> Vec<Tagged> {
    let of = |(arn, tags): (&String, &Tags)| {
        let kind = tag::Kind::of(arn)?.name;
        Some(Tagged { arn: arn.clone(), kind, tags: tags.clone() })
    };
    region.elbv2.tags.iter().filter_map(of).collect()
}
