//! Load balancing that may be the object's, until its tags are known.

use std::collections::{BTreeMap, BTreeSet};

use crate::observed::{Listener, LoadBalancer, Rule, TargetGroup};
use crate::tags::{Owner, Tags};

/// What may be the object's own by its name, and what its spec names.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    /// By name, and the one that the spec names.
    pub(super) target_groups: Vec<TargetGroup>,
    /// By name.
    pub(super) load_balancers: Vec<LoadBalancer>,
    /// On those load balancers.
    pub(super) listeners: Vec<Listener>,
    /// The one that the spec names, tags included.
    pub(super) named: Option<(Listener, LoadBalancer)>,
    /// On all these listeners, and strays.
    pub(super) rules: Vec<Rule>,
}

/// What is the object's own, what its spec names, and every rule on those listeners.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Balancing {
    pub(super) target_groups: Vec<TargetGroup>,
    pub(super) load_balancers: Vec<LoadBalancer>,
    pub(super) listeners: Vec<Listener>,
    pub(super) rules: Vec<Rule>,
}

impl Candidates {
    /// The listeners, the named one once.
    pub(super) fn all_listeners(&self) -> impl Iterator<Item = &Listener> {
        let named = self.named.iter().map(|(listener, _)| listener);
        self.listeners
            .iter()
            .chain(named.filter(|named| self.listeners.iter().all(|listener| listener.arn != named.arn)))
    }

    /// Load balancers that are no candidates, though rules on them forward to a target group that is one.
    pub(super) fn other_load_balancers(&self) -> BTreeSet<&String> {
        let candidate = |arn: &&String| self.load_balancers.iter().any(|balancer| balancer.arn == **arn);
        self.target_groups.iter().flat_map(|group| &group.load_balancer_arns).filter(|arn| !candidate(arn)).collect()
    }

    /// Whether the rule forwards to a candidate.
    pub(super) fn is_target(&self, rule: &Rule) -> bool {
        self.target_groups.iter().any(|group| rule.target_group_arn.as_ref() == Some(&group.arn))
    }

    /// Everything whose tags are not known yet.
    pub(super) fn arns(&self) -> impl Iterator<Item = &String> {
        let groups = self.target_groups.iter().map(|group| &group.arn);
        let balancers = self.load_balancers.iter().map(|balancer| &balancer.arn);
        let listeners = self.listeners.iter().map(|listener| &listener.arn);
        groups.chain(balancers).chain(listeners).chain(self.rules.iter().map(|rule| &rule.arn))
    }

    /// Keeps what is the object's own and what its spec names. What has no tags in the answer is gone meanwhile.
    pub(super) fn settle(self, owner: &Owner, named_group: Option<&str>, tags: &BTreeMap<String, Tags>) -> Balancing {
        let Self { mut target_groups, mut load_balancers, mut listeners, named, mut rules } = self;
        target_groups.retain_mut(|it| {
            take(&mut it.tags, &it.arn, tags) && (owner.owns(&it.tags) || named_group == Some(&it.arn))
        });
        load_balancers.retain_mut(|it| take(&mut it.tags, &it.arn, tags) && owner.owns(&it.tags));
        listeners.retain_mut(|it| take(&mut it.tags, &it.arn, tags) && owner.owns(&it.tags));
        if let Some((listener, balancer)) = named {
            if listeners.iter().all(|it| it.arn != listener.arn) {
                listeners.push(listener);
            }
            if load_balancers.iter().all(|it| it.arn != balancer.arn) {
                load_balancers.push(balancer);
            }
        }
        let kept = |rule: &Rule| listeners.iter().any(|listener| listener.arn == rule.listener_arn);
        rules.retain_mut(|it| take(&mut it.tags, &it.arn, tags) && (kept(it) || owner.owns(&it.tags)));
        Balancing { target_groups, load_balancers, listeners, rules }.sorted()
    }
}

impl Balancing {
    /// The same answer for the same state, whatever order AWS lists it in.
    fn sorted(mut self) -> Self {
        self.target_groups.sort_by(|a, b| a.arn.cmp(&b.arn));
        self.load_balancers.sort_by(|a, b| a.arn.cmp(&b.arn));
        self.listeners.sort_by(|a, b| a.arn.cmp(&b.arn));
        self.rules.sort_by(|a, b| (&a.listener_arn, a.priority, &a.arn).cmp(&(&b.listener_arn, b.priority, &b.arn)));
        self
    }
}

fn take(into: &mut Tags, arn: &str, tags: &BTreeMap<String, Tags>) -> bool {
    let found = tags.get(arn);
    into.clone_from(found.unwrap_or(&Tags::new()));
    found.is_some()
}
