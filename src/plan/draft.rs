//! The plan while it is being made.

use std::collections::{BTreeMap, BTreeSet};

use super::subnets::serving;
use super::{Blocked, Current, Difference, Fault, FaultCause, Notice, Plan, Step, Waiting};
use crate::change::{Change, SecurityGroupChange, StageChange};
use crate::desired::{Graph, GroupRef, Want};
use crate::node::Node;
use crate::observed::{Snapshot, TargetGroup, TargetState};
use crate::tags::{Owner, Tags};

pub(super) struct Draft<'a> {
    pub(super) graph: &'a Graph,
    pub(super) snapshot: &'a Snapshot,
    pub(super) current: Current<'a>,
    /// Addresses whose network interfaces are about to be taken away: they are no targets any more.
    leaving: BTreeSet<String>,
    /// What AWS has refused.
    refused: &'a [Change],
    plan: Plan,
}

impl<'a> Draft<'a> {
    pub(super) fn new(graph: &'a Graph, snapshot: &'a Snapshot, refused: &'a [Change]) -> Self {
        let current = Current::of(graph, snapshot);
        Self { graph, snapshot, current, leaving: BTreeSet::new(), refused, plan: Plan::default() }
    }

    pub(super) fn owner(&self) -> &'a Owner {
        &self.graph.owner
    }

    /// Whether the tags prove that the resource is ours.
    pub(super) fn owns(&self, tags: &Tags) -> bool {
        self.graph.owner.owns(tags)
    }

    /// Whether everything that should be is as it should be, but for refused settings that nothing else relies on: a wrong log bucket must not keep
    /// what is not wanted any more.
    pub(super) fn is_settled(&self) -> bool {
        let Plan { ready, blocked, waiting, faults, held: _, notices: _, refused: _ } = &self.plan;
        let steps = ready.iter().all(|step| self.is_refused(&step.change) && step.change.stands_alone());
        !self.is_entrance_unread() && steps && blocked.is_empty() && waiting.is_empty() && faults.is_empty()
    }

    /// Whether AWS has refused this change.
    pub(super) fn is_refused(&self, change: &Change) -> bool {
        self.refused.contains(change)
    }

    /// A create that takes the place of nothing, or a delete.
    pub(super) fn step(&mut self, node: Node, change: Change) {
        self.update(node, change, Vec::new());
    }

    /// An update, with what differs.
    pub(super) fn update(&mut self, node: Node, change: Change, differences: Vec<Difference>) {
        self.plan.ready.push(Step { node, change, differences, replaces: None });
    }

    /// A create, with what it takes the place of and why, if it does.
    pub(super) fn create(&mut self, node: Node, change: Change, replaces: Option<String>) {
        self.plan.ready.push(Step { node, change, differences: Vec::new(), replaces });
    }

    pub(super) fn block(&mut self, node: Node, what: &'static str, on: impl IntoIterator<Item = Node>) {
        self.plan.blocked.push(Blocked { node, what, on: on.into_iter().collect() });
    }

    pub(super) fn wait(&mut self, node: Node, what: impl Into<String>) {
        let waiting = Waiting { node, what: what.into() };
        if !self.plan.waiting.contains(&waiting) {
            self.plan.waiting.push(waiting);
        }
    }

    pub(super) fn fault(&mut self, node: Node, message: impl Into<String>) {
        self.add_fault(Fault { node, cause: FaultCause::Resource, message: message.into() });
    }

    /// A read that IAM denies.
    pub(super) fn denied(&mut self, node: Node, message: impl Into<String>) {
        self.add_fault(Fault { node, cause: FaultCause::ReadDenied, message: message.into() });
    }

    fn add_fault(&mut self, fault: Fault) {
        if !self.plan.faults.contains(&fault) {
            self.plan.faults.push(fault);
        }
    }

    pub(super) fn notice(&mut self, node: Node, message: impl Into<String>) {
        self.plan.notices.push(Notice { node, message: message.into() });
    }

    /// IDs of security groups, or the managed ones that are not there yet.
    pub(super) fn group_ids(&self, groups: &BTreeSet<GroupRef>) -> Result<BTreeSet<String>, Vec<Node>> {
        let mut ids = BTreeSet::new();
        let mut missing = Vec::new();
        for group in groups {
            match group {
                GroupRef::Id(id) => _ = ids.insert(id.clone()),
                GroupRef::Managed(role) => match self.current.security_group(*role) {
                    Some(found) => _ = ids.insert(found.id.clone()),
                    None => missing.push(Node::SecurityGroup(*role)),
                },
            }
        }
        if missing.is_empty() { Ok(ids) } else { Err(missing) }
    }

    /// Whether the managed groups let through all that they should: only then members change groups.
    pub(super) fn groups_admit(&self) -> bool {
        let about_group = |node: &Node| matches!(node, Node::SecurityGroup(_));
        let authorizes =
            |step: &Step| matches!(step.change, Change::SecurityGroup(SecurityGroupChange::Authorize { .. }));
        !self.plan.ready.iter().any(authorizes) && !self.plan.blocked.iter().any(|blocked| about_group(&blocked.node))
    }

    /// Whether AWS has refused to deploy this content, which the API still holds then as far as is known: it need not be written again before the
    /// deployment is tried again.
    pub(super) fn is_deployment_refused(&self, of: &str, wanted: &str) -> bool {
        let is_it = |change: &Change| matches!(change, Change::Stage(StageChange::Deploy { api_id, content, .. }) if api_id == of && content == wanted);
        self.refused.iter().any(is_it)
    }

    /// The endpoint's addresses that should be targets; none when one of them is not known yet.
    pub(super) fn wanted_addresses(&self) -> Option<BTreeSet<String>> {
        let endpoint = self.current.vpc_endpoint?;
        let mut addresses = endpoint.target_addresses()?;
        if let Want::Managed(wanted) = &self.graph.vpc_endpoint {
            addresses = endpoint.addresses_in(serving(endpoint, wanted));
        }
        addresses.retain(|address| !self.leaving.contains(address));
        Some(addresses)
    }

    /// Whether network interfaces with these addresses may be taken away: no request goes there. Else they stop being targets, if others serve.
    pub(super) fn vacate(&mut self, addresses: &BTreeSet<String>) -> bool {
        if self.hides_targets() {
            return addresses.is_empty();
        }
        let targets = self.current.target_group.map(|group| &group.targets);
        let in_use = targets.is_some_and(|targets| addresses.iter().any(|address| targets.contains_key(address)));
        if !in_use || !self.serves_only_from(addresses) {
            self.leaving.clone_from(addresses);
        }
        !in_use
    }

    /// Addresses that stop being targets because their network interfaces are about to be taken away.
    pub(super) fn leaving(&self) -> &BTreeSet<String> {
        &self.leaving
    }

    /// Whether requests still go to targets that are not the endpoint's addresses: those of an endpoint before it.
    pub(super) fn old_targets_serve(&self) -> bool {
        let addresses = self.wanted_addresses().unwrap_or_default();
        let managed = self.graph.target_group.managed().is_some();
        let known = self.current.target_group.is_some_and(|group| !group.registered().is_subset(&addresses));
        managed && (known || self.hides_targets())
    }

    /// Our target groups, be it one before in another VPC, and the one that the spec names.
    fn target_groups(&self) -> impl Iterator<Item = &'a TargetGroup> {
        let ours = self.snapshot.target_groups.iter().filter(|group| self.owns(&group.tags));
        ours.chain(self.current.target_group.filter(|group| !self.owns(&group.tags)))
    }

    /// Whether there is any.
    pub(super) fn has_target_groups(&self) -> bool {
        self.target_groups().next().is_some()
    }

    /// Whether requests go to one of these addresses.
    pub(super) fn has_registered(&self, addresses: &BTreeMap<String, String>) -> bool {
        let registered: BTreeSet<String> = self.target_groups().flat_map(TargetGroup::registered).collect();
        self.hides_targets() || addresses.values().any(|address| registered.contains(address))
    }

    /// Whether every healthy target is among these addresses: without them no request is answered.
    pub(super) fn serves_only_from(&self, addresses: &BTreeSet<String>) -> bool {
        let targets = self.current.target_group.iter().flat_map(|group| &group.targets);
        let mut healthy = targets.filter(|(_, health)| health.state == TargetState::Healthy).peekable();
        healthy.peek().is_some() && healthy.all(|(address, _)| addresses.contains(address))
    }

    /// Whether a target group still holds one of these addresses, be it to finish its requests.
    pub(super) fn has_target(&self, addresses: &BTreeSet<String>) -> bool {
        let mut targets = self.target_groups().flat_map(|group| group.targets.keys());
        self.hides_targets() || targets.any(|target| addresses.contains(target))
    }

    /// Waits until these addresses have left the target groups, and whatever else comes before. Only the user takes them out of a group that the spec names.
    pub(super) fn wait_for_targets(
        &mut self,
        node: Node,
        what: &'static str,
        before: Vec<Node>,
        addresses: &BTreeSet<String>,
    ) {
        self.block(node, what, before.into_iter().chain([Node::TargetGroup]));
        let draining: BTreeSet<&String> = self.target_groups().flat_map(TargetGroup::draining).collect();
        for address in draining.into_iter().filter(|it| addresses.contains(*it)) {
            self.wait(Node::TargetGroup, format!("target {address} is draining"));
        }
        let Some(group) = self.current.target_group.filter(|group| !self.owns(&group.tags)) else { return };
        let held: Vec<String> = group.registered().intersection(addresses).cloned().collect();
        if !held.is_empty() {
            let message = format!(
                "spec.targetGroup.arn: target group {} still holds {}, whose network interfaces are to go: deregister them there once others serve",
                group.arn,
                held.join(", ")
            );
            self.fault(Node::TargetGroup, message);
        }
    }

    /// Whether a step about rules is ready for which this holds, or any has to wait.
    fn changes_rules(&self, holds: impl Fn(&Step) -> bool) -> bool {
        let is_rule = |node: &Node| matches!(node, Node::Rule(_));
        self.plan.ready.iter().any(|step| is_rule(&step.node) && holds(step))
            || self.plan.blocked.iter().any(|blocked| is_rule(&blocked.node))
    }

    /// Whether rules are about to change.
    pub(super) fn has_rules_to_change(&self) -> bool {
        self.changes_rules(|_| true)
    }

    /// Whether rules of ours are on their way out: what they lead to goes after them.
    pub(super) fn rules_leave(&self) -> Option<Node> {
        self.changes_rules(|step| step.change.deletes()).then(|| Node::Rule("*".to_owned()))
    }

    /// Whether any of our rules, listeners or load balancers still stands: what they lead to goes after them.
    pub(super) fn entrance_stands(&self) -> Vec<Node> {
        let snapshot = self.snapshot;
        let rules = snapshot.rules.iter().any(|rule| self.owns(&rule.tags)).then(|| Node::Rule("*".to_owned()));
        let balancer = snapshot.load_balancers.iter().any(|it| self.owns(&it.tags)).then_some(Node::LoadBalancer);
        rules.into_iter().chain(balancer).collect()
    }

    /// Whether this part is changed by a step that is ready.
    pub(super) fn has_step(&self, node: &Node) -> bool {
        self.plan.ready.iter().any(|step| step.node == *node)
    }

    /// Whether this part is changed by a step that is ready or blocked.
    pub(super) fn is_to_change(&self, node: &Node) -> bool {
        self.has_step(node) || self.plan.blocked.iter().any(|blocked| blocked.node == *node)
    }

    /// Whether this part is changed by a step that is ready and was not refused.
    pub(super) fn changes(&self, node: &Node) -> bool {
        self.plan.ready.iter().any(|step| step.node == *node && !self.is_refused(&step.change))
    }

    /// Whether something is known to stand in the way of this part.
    pub(super) fn has_fault(&self, node: &Node) -> bool {
        self.plan.faults.iter().any(|fault| fault.node == *node)
    }

    pub(super) fn into_plan(self) -> Plan {
        self.plan
    }
}
