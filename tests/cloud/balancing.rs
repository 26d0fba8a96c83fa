//! Load balancers, listeners, rules and target groups.

use std::collections::{BTreeMap, BTreeSet};

use frontdoor::change::{Change, ListenerChange, LoadBalancerChange, Output, RuleChange, TargetGroupChange};
use frontdoor::observed::{
    Attributes, Listener, LoadBalancer, LoadBalancerState, Rule, RuleConditions, RuleTransforms,
};
use frontdoor::tags::Tags;

use super::network::{one_per_zone, take};
use super::{Cloud, Refusal, wrong};
use crate::fixture;

pub(super) fn foreign_rule(index: usize, priority: i32, listener: &str, target_group: &str, tags: &Tags) -> Rule {
    Rule {
        arn: format!("foreign-rule-{index}-{priority}"),
        listener_arn: listener.to_owned(),
        priority,
        conditions: RuleConditions {
            hosts: fixture::text(&[&format!("team-{priority}.example.com")]),
            ..RuleConditions::default()
        },
        transforms: RuleTransforms::default(),
        target_group_arn: Some(target_group.to_owned()),
        tags: tags.clone(),
    }
}

impl Cloud {
    pub(super) fn load_balancer(&mut self, change: &LoadBalancerChange) -> Result<Output, Refusal> {
        match change {
            LoadBalancerChange::Create { name, scheme, subnet_ids, security_group_ids, ip_address_type, tags } => {
                if self.all.load_balancers.iter().any(|it| it.name == *name) {
                    return wrong(format!("DuplicateLoadBalancerName: {name}"));
                }
                if subnet_ids.len() < 2 || !one_per_zone(subnet_ids.iter()) || !take(subnet_ids, ip_address_type) {
                    return wrong("InvalidConfigurationRequest: subnets");
                }
                let first = subnet_ids.first().expect("two");
                let vpc = fixture::SUBNETS.into_iter().find(|it| it.0 == first).expect("of the world").1;
                Ok(Output::LoadBalancer(Box::new(LoadBalancer {
                    arn: fixture::balancer_arn(name),
                    name: name.clone(),
                    kind: "application".to_owned(),
                    scheme: (*scheme).to_owned(),
                    dns_name: format!("{name}-123.ap-northeast-1.elb.amazonaws.com"),
                    vpc_id: vpc.to_owned(),
                    subnet_ids: subnet_ids.clone(),
                    security_group_ids: security_group_ids.clone(),
                    ip_address_type: (*ip_address_type).to_owned(),
                    attributes: Attributes::default(),
                    state: LoadBalancerState::Provisioning,
                    tags: tags.clone(),
                })))
            }
            LoadBalancerChange::SetSubnets { arn, ip_address_type, subnet_ids } => {
                let balancer = self.all.load_balancers.iter().find(|it| it.arn == *arn).expect("checked before");
                let kind = ip_address_type.unwrap_or(&balancer.ip_address_type);
                if subnet_ids.len() < 2 || !one_per_zone(subnet_ids.iter()) || !take(subnet_ids, kind) {
                    return wrong("InvalidConfigurationRequest: subnets");
                }
                Ok(Output::Done)
            }
            LoadBalancerChange::SetIpAddressType { arn, ip_address_type } => {
                let balancer = self.all.load_balancers.iter().find(|it| it.arn == *arn).expect("checked before");
                if !take(&balancer.subnet_ids, ip_address_type) {
                    return wrong("InvalidSubnet: no IPv6 range");
                }
                Ok(Output::Done)
            }
            LoadBalancerChange::ModifyAttributes { .. } | LoadBalancerChange::SetSecurityGroups { .. } => {
                Ok(Output::Done)
            }
            LoadBalancerChange::Delete { arn } => {
                let balancer = self.all.load_balancers.iter().find(|it| it.arn == *arn).expect("checked before");
                self.lingering.extend(balancer.security_group_ids.iter().map(|id| (id.clone(), 2)));
                Ok(Output::Done)
            }
        }
    }

    pub(super) fn listener(&mut self, change: &ListenerChange) -> Result<Output, Refusal> {
        let port_taken = |balancer: &str, port: i32, but: &str| {
            self.all.listeners.iter().any(|it| it.load_balancer_arn == balancer && it.port == port && it.arn != but)
        };
        let settings = match change {
            ListenerChange::Create { load_balancer_arn, settings, .. } => {
                if port_taken(load_balancer_arn, settings.port, "") {
                    return wrong("DuplicateListener");
                }
                settings
            }
            ListenerChange::Modify { arn, settings } => {
                let listener = self.all.listeners.iter().find(|it| it.arn == *arn).expect("checked before");
                if port_taken(&listener.load_balancer_arn, settings.port, arn) {
                    return wrong("DuplicateListener");
                }
                settings
            }
            ListenerChange::AddCertificate { arn, .. } => {
                let https = |it: &Listener| it.arn == *arn && it.protocol == "HTTPS";
                let fine = self.all.listeners.iter().any(https);
                return if fine { Ok(Output::Done) } else { wrong("UnsupportedProtocol") };
            }
            ListenerChange::RemoveCertificate { .. } | ListenerChange::Delete { .. } => return Ok(Output::Done),
        };
        if (settings.protocol == "HTTPS") != settings.default_certificate.is_some() {
            return wrong("CertificateNotFound");
        }
        let id = self.id("listener");
        Ok(if matches!(change, ListenerChange::Create { .. }) { Output::Id(id) } else { Output::Done })
    }

    pub(super) fn rule(&mut self, change: &RuleChange) -> Result<Output, Refusal> {
        match change {
            RuleChange::Create { listener_arn, priority, target_group_arn, .. } => {
                if self.all.rules.iter().any(|it| it.listener_arn == *listener_arn && it.priority == *priority) {
                    return wrong(format!("PriorityInUse: {priority}"));
                }
                self.associable(listener_arn, target_group_arn)?;
                Ok(Output::Id(self.id("rule")))
            }
            RuleChange::Modify { arn, target_group_arn, .. } => {
                let rule = self.all.rules.iter().find(|it| it.arn == *arn).expect("checked before");
                self.associable(&rule.listener_arn, target_group_arn)?;
                Ok(Output::Done)
            }
            RuleChange::SetPriorities { priorities } => self.priorities(priorities),
            RuleChange::Delete { .. } => Ok(Output::Done),
        }
    }

    fn priorities(&self, priorities: &BTreeMap<String, i32>) -> Result<Output, Refusal> {
        let mut taken = BTreeSet::new();
        for rule in &self.all.rules {
            let new = priorities.get(&rule.arn);
            if new.is_some() && !self.owns(&rule.tags) {
                return wrong(format!("{} is not ours", rule.arn));
            }
            if !taken.insert((&rule.listener_arn, new.unwrap_or(&rule.priority))) {
                return wrong("PriorityInUse");
            }
        }
        let known = |arn: &String| self.all.rules.iter().any(|it| it.arn == *arn);
        if priorities.keys().all(known) { Ok(Output::Done) } else { wrong("RuleNotFound") }
    }

    fn balancer_of(&self, listener_arn: &str) -> Option<&String> {
        let listener = self.all.listeners.iter().find(|it| it.arn == listener_arn)?;
        Some(&listener.load_balancer_arn)
    }

    /// A target group serves one load balancer.
    fn associable(&self, listener_arn: &str, target_group_arn: &String) -> Result<(), Refusal> {
        let balancer = self.balancer_of(listener_arn);
        if balancer.is_none() {
            return wrong(format!("ListenerNotFound: {listener_arn}"));
        }
        if !self.all.target_groups.iter().any(|it| it.arn == *target_group_arn) {
            return wrong(format!("TargetGroupNotFound: {target_group_arn}"));
        }
        let elsewhere = |rule: &&Rule| {
            rule.target_group_arn.as_ref() == Some(target_group_arn) && self.balancer_of(&rule.listener_arn) != balancer
        };
        match self.all.rules.iter().find(elsewhere) {
            Some(rule) => wrong(format!("TargetGroupAssociationLimit: {}", rule.arn)),
            None => Ok(()),
        }
    }

    pub(super) fn target_group(&mut self, change: &TargetGroupChange) -> Result<Output, Refusal> {
        match change {
            TargetGroupChange::Create { name, .. } => {
                if self.all.target_groups.iter().any(|it| it.name == *name) {
                    return wrong(format!("DuplicateTargetGroupName: {name}"));
                }
                Ok(Output::Id(fixture::target_group_arn(name)))
            }
            TargetGroupChange::Delete { arn } => {
                if self.all.rules.iter().any(|rule| rule.target_group_arn.as_ref() == Some(arn)) {
                    return wrong(format!("ResourceInUse: {arn}"));
                }
                Ok(Output::Done)
            }
            TargetGroupChange::Modify { .. }
            | TargetGroupChange::ModifyAttributes { .. }
            | TargetGroupChange::Register { .. }
            | TargetGroupChange::Deregister { .. } => Ok(Output::Done),
        }
    }

    /// What follows from a change without another call.
    pub(super) fn after(&mut self, change: &Change) {
        if matches!(change, Change::VpcEndpoint(_)) {
            self.drop_interfaces();
        }
        self.judge_targets();
    }
}
