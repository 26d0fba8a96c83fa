//! What Elastic Load Balancing has for one object: names narrow the region's lists to candidates, tags, all read at once, decide among them.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::try_join_all;

use super::candidates::{Balancing, Candidates};
use crate::aws::cache::{LOAD_BALANCER, TARGET_GROUP};
use crate::aws::{Aws, AwsError, Pass};
use crate::intent::Wanted;
use crate::names::elb_prefix;
use crate::node::Node;
use crate::observed::{Listener, LoadBalancer, Rule, TargetGroup, Unread};
use crate::tags::{Owner, Tags};

impl Aws {
    pub(super) async fn balancing(&self, owner: &Owner, wanted: &Wanted, pass: &Pass) -> Result<Balancing, AwsError> {
        let (target_groups, load_balancers, named) = tokio::try_join!(
            self.candidate_target_groups(owner, wanted, pass),
            self.candidate_load_balancers(owner, wanted, pass),
            self.listener_of(wanted, pass),
        )?;
        let listeners =
            try_join_all(load_balancers.iter().map(|balancer| self.listeners_of(&balancer.arn, pass))).await?;
        let listeners = listeners.into_iter().flatten().collect();
        let mut candidates = Candidates { target_groups, load_balancers, listeners, named, rules: Vec::new() };
        self.read_rules(owner, wanted, &mut candidates, pass).await?;
        let tags = self.candidate_tags(owner, &candidates, pass).await?;
        let elsewhere: Vec<String> = candidates.other_load_balancers().into_iter().cloned().collect();
        let mut found = candidates.settle(owner, wanted.target_group_arn.as_deref(), &tags);
        self.note_absences(owner, &found);
        self.note_no_strays(owner, wanted.listener_arn.as_deref(), &elsewhere, &found);
        self.complete(owner, &mut found, pass).await?;
        Ok(found)
    }

    async fn candidate_target_groups(
        &self,
        owner: &Owner,
        wanted: &Wanted,
        pass: &Pass,
    ) -> Result<Vec<TargetGroup>, AwsError> {
        let named = wanted.target_group_arn.as_deref();
        let needed = wanted.managed.contains(&Node::TargetGroup) || named.is_some();
        if !needed && self.cache().is_absent(owner, TARGET_GROUP) {
            return Ok(Vec::new());
        }
        let prefix = elb_prefix(owner);
        let candidate = |group: &&TargetGroup| group.name.starts_with(&prefix) || named == Some(&group.arn);
        Ok(self.all_target_groups(pass).await?.iter().filter(candidate).cloned().collect())
    }

    async fn candidate_load_balancers(
        &self,
        owner: &Owner,
        wanted: &Wanted,
        pass: &Pass,
    ) -> Result<Vec<LoadBalancer>, AwsError> {
        if !wanted.managed.contains(&Node::LoadBalancer) && self.cache().is_absent(owner, LOAD_BALANCER) {
            return Ok(Vec::new());
        }
        let prefix = elb_prefix(owner);
        let candidate = |balancer: &&LoadBalancer| balancer.name.starts_with(&prefix);
        Ok(self.all_load_balancers(pass).await?.iter().filter(candidate).cloned().collect())
    }

    /// Reads the rules, and drops the listeners that turn out to be gone.
    async fn read_rules(
        &self,
        owner: &Owner,
        wanted: &Wanted,
        candidates: &mut Candidates,
        pass: &Pass,
    ) -> Result<(), AwsError> {
        let (rules, strays) = tokio::try_join!(
            self.rules_on(candidates.all_listeners(), pass),
            self.stray_rules(owner, wanted, candidates, pass)
        )?;
        candidates.listeners.retain(|listener| rules.contains_key(&listener.arn));
        if let Some((gone, _)) = candidates.named.take_if(|(listener, _)| !rules.contains_key(&listener.arn)) {
            self.cache().listeners.forget(|arn| *arn == gone.arn);
        }
        candidates.rules = rules.into_values().flatten().chain(strays).collect();
        Ok(())
    }

    /// Rules by listener; a listener that is gone is not in it.
    async fn rules_on(
        &self,
        listeners: impl Iterator<Item = &Listener>,
        pass: &Pass,
    ) -> Result<BTreeMap<String, Vec<Rule>>, AwsError> {
        let read =
            listeners.map(|listener| async { Ok((listener.arn.clone(), self.rules_of(&listener.arn, pass).await?)) });
        let rules = try_join_all(read).await?;
        Ok(rules.into_iter().filter_map(|(arn, rules)| Some((arn, rules?))).collect())
    }

    /// Rules that forward to the object's target groups from listeners that its spec does not name any more. Looked for when the object is new
    /// to this process and when the spec names another listener.
    async fn stray_rules(
        &self,
        owner: &Owner,
        wanted: &Wanted,
        candidates: &Candidates,
        pass: &Pass,
    ) -> Result<Vec<Rule>, AwsError> {
        let mut found = Vec::new();
        for arn in candidates.other_load_balancers() {
            if self.cache().is_absent(owner, &strays(wanted.listener_arn.as_deref(), arn)) {
                continue;
            }
            let mut others = self.listeners_of(arn, pass).await?;
            others.retain(|listener| candidates.all_listeners().all(|known| known.arn != listener.arn));
            let rules = self.rules_on(others.iter(), pass).await?.into_values().flatten();
            found.extend(rules.filter(|rule| candidates.is_target(rule)));
        }
        Ok(found)
    }

    /// Tags of all candidates. Those of rules that were somebody else's some minutes ago are not asked for again: a shared listener holds many.
    async fn candidate_tags(
        &self,
        owner: &Owner,
        candidates: &Candidates,
        pass: &Pass,
    ) -> Result<BTreeMap<String, Tags>, AwsError> {
        let known = |rule: &Rule| self.cache().rule_tags.get(&rule.arn);
        let remembered = |rule: &Rule| known(rule).filter(|tags| !owner.owns(tags));
        // Where others have the same lists, all tags are asked for at once, once for all: twenty in a call.
        let others = candidates.rules.iter().filter(|_| !pass.is_shared);
        let foreign = others.filter_map(|rule| Some((rule.arn.clone(), remembered(rule)?)));
        let foreign: BTreeMap<String, Tags> = foreign.collect();
        let unknown: BTreeSet<String> = candidates.arns().filter(|arn| !foreign.contains_key(*arn)).cloned().collect();
        let mut tags = self.elb_tags(&unknown, pass).await?;
        for rule in &candidates.rules {
            if let Some(fresh) = tags.get(&rule.arn).filter(|fresh| known(rule).as_ref() != Some(*fresh)) {
                self.cache().rule_tags.insert(rule.arn.clone(), fresh.clone());
            }
        }
        tags.extend(foreign);
        Ok(tags)
    }

    fn note_absences(&self, owner: &Owner, found: &Balancing) {
        if !found.target_groups.iter().any(|group| owner.owns(&group.tags)) {
            self.cache().set_absent(owner, TARGET_GROUP);
        }
        if !found.load_balancers.iter().any(|balancer| owner.owns(&balancer.tags)) {
            self.cache().set_absent(owner, LOAD_BALANCER);
        }
    }

    /// Where there is no target group, no rule forwards to it from anywhere.
    fn note_no_strays(&self, owner: &Owner, named: Option<&str>, elsewhere: &[String], found: &Balancing) {
        let known = |rule: &Rule| found.listeners.iter().any(|listener| listener.arn == rule.listener_arn);
        if found.rules.iter().all(known) {
            for arn in elsewhere {
                self.cache().set_absent(owner, &strays(named, arn));
            }
        }
        if found.target_groups.is_empty() {
            let listeners = found.listeners.iter().filter(|listener| named == Some(&listener.arn));
            for listener in listeners {
                self.cache().set_absent(owner, &strays(named, &listener.load_balancer_arn));
            }
        }
    }

    /// Reads what takes a call for each: targets; of the object's own, certificates of listeners and attributes.
    async fn complete(&self, owner: &Owner, found: &mut Balancing, pass: &Pass) -> Result<(), AwsError> {
        let targets = try_join_all(found.target_groups.iter().map(|group| async {
            let own = owner.owns(&group.tags);
            let targets = async { pass.unless_denied(Unread::Targets, self.shared_targets(&group.arn, pass).await) };
            let attributes = async {
                if own {
                    pass.unless_denied(Unread::TargetGroupAttributes, self.target_group_attributes(&group.arn).await)
                } else {
                    Ok(None)
                }
            };
            tokio::try_join!(targets, attributes)
        }));
        let own = found.listeners.iter_mut().filter(|listener| owner.owns(&listener.tags));
        let certificates = try_join_all(own.map(|listener| async {
            let extra = pass.unless_denied(Unread::ListenerCertificates, self.extra_certificates(listener).await)?;
            listener.extra_certificates = extra.unwrap_or_default();
            Ok(())
        }));
        let own = found.load_balancers.iter_mut().filter(|balancer| owner.owns(&balancer.tags));
        let attributes = try_join_all(own.map(|balancer| async {
            let attributes = self.load_balancer_attributes(&balancer.arn).await;
            balancer.attributes = pass.unless_denied(Unread::LoadBalancerAttributes, attributes)?.unwrap_or_default();
            Ok(())
        }));
        let (targets, ..) = tokio::try_join!(targets, certificates, attributes)?;
        for (group, (targets, attributes)) in found.target_groups.iter_mut().zip(targets) {
            group.targets = targets.flatten().unwrap_or_default();
            group.attributes = attributes.unwrap_or_default();
        }
        Ok(())
    }
}

/// What an object may be seen to have none of: rules on other listeners of this load balancer than the one that its spec names.
fn strays(listener_arn: Option<&str>, load_balancer_arn: &str) -> String {
    format!("rule beside {} on {load_balancer_arn}", listener_arn.unwrap_or_default())
}
