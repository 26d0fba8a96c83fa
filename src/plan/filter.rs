//! What of a finished plan may be done: the user's policies take steps out of it, and say why.

use std::collections::{BTreeMap, BTreeSet};

use super::tags::batches;
use super::{FaultCause, Held, Plan, Step, Waiting};
use crate::api::{DeletionPolicy, PrivateApiFrontDoorSpec};
use crate::change::{Change, RestApiChange, SecurityGroupChange, TagService, TagsChange, VpcEndpointChange};
use crate::node::{GroupRole, Node};
use crate::observed::{Direction, Peer, Permission, RestApi, SecurityGroup, Snapshot};
use crate::tags::{Owner, RESOURCE, Tags, own_keys};

/// Why steps of an object are held that is only observed.
pub const OBSERVED: &str = "managementPolicy is Observe";
/// Why deletes of what stays are held.
pub const RETAINED: &str = "deletionPolicy is Retain";

/// Why a step waits that a read from before the last change would do twice.
pub const UNSETTLED: &str = "AWS was changed a moment ago and may still return the state before that";

/// Lets wait what must not be done by a list from before the last change: API Gateway would create a second API, EC2 a second endpoint, and what an API
/// remembers of its functions would be lost. Everything else AWS refuses to do twice, by name or by priority.
#[must_use]
pub fn cautious(mut plan: Plan) -> Plan {
    let waits = |step: &Step| match &step.change {
        Change::RestApi(RestApiChange::Create { .. }) | Change::VpcEndpoint(VpcEndpointChange::Create { .. }) => true,
        Change::Tags(change) => change.remembers_functions(),
        _ => false,
    };
    let (unsure, ready): (Vec<Step>, Vec<Step>) = plan.ready.into_iter().partition(waits);
    plan.ready = ready;
    plan.waiting.extend(unsure.into_iter().map(|step| Waiting { node: step.node, what: UNSETTLED.to_owned() }));
    plan
}

/// Whether something waits for that reason.
#[must_use]
pub fn is_unsettled(plan: &Plan) -> bool {
    plan.waiting.iter().any(|waiting| waiting.what == UNSETTLED)
}

/// Holds every step.
#[must_use]
pub fn observing(mut plan: Plan) -> Plan {
    plan.held.extend(plan.ready.drain(..).map(|step| Held { step, why: OBSERVED }));
    plan
}

/// Parts that stay when the object is deleted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Retained(BTreeSet<Section>);

/// A section of the spec with a deletion policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    Endpoint,
    Api,
    LoadBalancer,
    /// Rules and target group: the object's own, whatever they stand on.
    Others,
}

impl Section {
    fn of(node: &Node) -> Self {
        match node {
            Node::VpcEndpoint | Node::SecurityGroup(GroupRole::Endpoint) => Self::Endpoint,
            Node::RestApi | Node::Stage | Node::FunctionPermission(_) => Self::Api,
            Node::LoadBalancer
            | Node::Listener
            | Node::RedirectListener
            | Node::SecurityGroup(GroupRole::LoadBalancer) => Self::LoadBalancer,
            Node::Rule(_) | Node::TargetGroup => Self::Others,
        }
    }
}

impl Retained {
    /// What stays by this spec.
    #[must_use]
    pub fn of(spec: &PrivateApiFrontDoorSpec) -> Self {
        let endpoint = spec.vpc_endpoint.create.as_ref().and_then(|create| create.deletion_policy);
        let balancer = spec.load_balancer.as_ref().and_then(|it| it.create.as_ref());
        let sections = [
            (Section::Endpoint, endpoint),
            (Section::Api, spec.api.deletion_policy),
            (Section::LoadBalancer, balancer.and_then(|create| create.deletion_policy)),
            (Section::Others, None),
        ];
        let stays = |policy: Option<DeletionPolicy>| policy.unwrap_or(spec.deletion_policy) == DeletionPolicy::Retain;
        Self(sections.into_iter().filter_map(|(section, policy)| stays(policy).then_some(section)).collect())
    }

    fn holds(&self, node: &Node) -> bool {
        self.0.contains(&Section::of(node))
    }

    /// Holds the steps on what stays, and releases it: without its tags it is not the object's any more.
    #[must_use]
    pub fn filter(&self, mut plan: Plan, owner: &Owner, snapshot: &Snapshot) -> Plan {
        if self.0.is_empty() {
            return plan;
        }
        let (held, ready): (Vec<Step>, Vec<Step>) = plan.ready.into_iter().partition(|step| self.holds(&step.node));
        plan.ready = ready;
        plan.held.extend(held.into_iter().map(|step| Held { step, why: RETAINED }));
        plan.blocked.retain(|it| !self.holds(&it.node));
        plan.waiting.retain(|it| !self.holds(&it.node));
        // What cannot be read may still have to be released.
        plan.faults.retain(|it| it.cause == FaultCause::ReadDenied || !self.holds(&it.node));
        plan.notices.retain(|it| !self.holds(&it.node));
        let revocations = self.revocations(owner, snapshot);
        let naming = self.ours(owner, snapshot).map(|(group, _)| group.id.as_str());
        let busy: BTreeSet<&str> = naming.chain(self.doomed(owner, snapshot)).chain(staged(owner, snapshot)).collect();
        plan.ready.extend(self.releases(owner, snapshot, &busy));
        plan.ready.extend(revocations);
        plan
    }

    /// Takes the tags away, in one call for all of a service.
    fn releases(&self, owner: &Owner, snapshot: &Snapshot, busy: &BTreeSet<&str>) -> Vec<Step> {
        let own_keys = own_keys();
        let mut stays: BTreeMap<TagService, Release> = BTreeMap::new();
        for (service, id, tags) in snapshot.tagged().filter(|(_, id, _)| !busy.contains(id)) {
            let node = part(owner, tags).filter(|node| self.holds(node));
            if let Some(node) = node {
                let release = stays.entry(service).or_insert_with(|| Release::of(node));
                release.ids.insert(id.to_owned());
                release.keys.extend(tags.keys().filter(|key| own_keys.contains(*key)).cloned());
            }
        }
        stays.into_iter().flat_map(|(service, release)| release.steps(service)).collect()
    }

    /// Listeners and rules that go with their load balancer.
    fn doomed<'a>(&'a self, owner: &'a Owner, snapshot: &'a Snapshot) -> impl Iterator<Item = &'a str> {
        let goes = |arn: &String| {
            let balancer = snapshot.load_balancers.iter().find(|it| it.arn == *arn && owner.owns(&it.tags));
            balancer.is_some() && !self.holds(&Node::LoadBalancer)
        };
        let listeners = snapshot.listeners.iter().filter(move |it| goes(&it.load_balancer_arn));
        listeners.flat_map(|listener| {
            let rules = snapshot.rules.iter().filter(|rule| rule.listener_arn == listener.arn);
            rules.map(|rule| rule.arn.as_str()).chain([listener.arn.as_str()])
        })
    }

    /// Security groups that stay and name one that goes: they have to let go of it first.
    fn ours<'a>(
        &'a self,
        owner: &'a Owner,
        snapshot: &'a Snapshot,
    ) -> impl Iterator<Item = (&'a SecurityGroup, BTreeSet<&'a String>)> {
        let goes = |it: &&SecurityGroup| part(owner, &it.tags).is_some_and(|node| !self.holds(&node));
        let going: BTreeSet<&String> = snapshot.security_groups.iter().filter(goes).map(|it| &it.id).collect();
        let stays = |it: &&SecurityGroup| part(owner, &it.tags).is_some_and(|node| self.holds(&node));
        snapshot.security_groups.iter().filter(stays).filter_map(move |group| {
            let named: BTreeSet<&String> = going.iter().copied().filter(|id| names(group, id)).collect();
            (!named.is_empty()).then_some((group, named))
        })
    }

    /// Revokes what names a group that goes, once nothing is in that group any more.
    fn revocations(&self, owner: &Owner, snapshot: &Snapshot) -> Vec<Step> {
        let mut steps = Vec::new();
        for (group, named) in self.ours(owner, snapshot) {
            let idle = |id: &String| named.contains(id) && !is_used(snapshot, id);
            for (direction, present) in [(Direction::Ingress, &group.ingress), (Direction::Egress, &group.egress)] {
                let on_idle = |it: &&Permission| matches!(&it.peer, Peer::Group(id) if idle(id));
                let permissions: BTreeSet<Permission> = present.iter().filter(on_idle).cloned().collect();
                if let Some(node) = part(owner, &group.tags).filter(|_| !permissions.is_empty()) {
                    let change = SecurityGroupChange::Revoke { id: group.id.clone(), direction, permissions };
                    steps.push(Step {
                        node,
                        change: Change::SecurityGroup(change),
                        differences: Vec::new(),
                        replaces: None,
                    });
                }
            }
        }
        steps
    }
}

/// Resources of a service that lose their tags.
struct Release {
    node: Node,
    ids: BTreeSet<String>,
    keys: BTreeSet<String>,
}

impl Release {
    /// Of nothing yet; the first resource is this part.
    fn of(node: Node) -> Self {
        Self { node, ids: BTreeSet::new(), keys: BTreeSet::new() }
    }

    fn steps(self, service: TagService) -> Vec<Step> {
        let Self { node, ids, keys } = self;
        let change = |resources| Change::Tags(TagsChange::Remove { service, resources, keys: keys.clone() });
        let step =
            |resources| Step { node: node.clone(), change: change(resources), differences: Vec::new(), replaces: None };
        batches(&ids, service).into_iter().map(step).collect()
    }
}

/// APIs whose stages still have tags: those are found only as long as the API is ours.
fn staged<'a>(owner: &Owner, snapshot: &'a Snapshot) -> impl Iterator<Item = &'a str> {
    let tagged = |api: &&RestApi| api.stages.iter().any(|stage| owner.owns(&stage.tags));
    snapshot.rest_apis.iter().filter(tagged).map(|api| api.id.as_str())
}

/// Which part of the object a resource is, by its tags.
fn part(owner: &Owner, tags: &Tags) -> Option<Node> {
    let parts = [
        Node::SecurityGroup(GroupRole::Endpoint),
        Node::SecurityGroup(GroupRole::LoadBalancer),
        Node::VpcEndpoint,
        Node::RestApi,
        Node::Stage,
        Node::TargetGroup,
        Node::LoadBalancer,
        Node::Listener,
        Node::RedirectListener,
        Node::Rule("*".to_owned()),
    ];
    let resource = tags.get(RESOURCE).filter(|_| owner.owns(tags))?;
    parts.into_iter().find(|node| node.resource() == resource)
}

fn names(group: &SecurityGroup, id: &str) -> bool {
    group.ingress.iter().chain(&group.egress).any(|it| it.peer == Peer::Group(id.to_owned()))
}

fn is_used(snapshot: &Snapshot, group_id: &str) -> bool {
    let endpoints = snapshot.vpc_endpoints.iter().filter(|it| !it.is_gone()).map(|it| &it.security_group_ids);
    let balancers = snapshot.load_balancers.iter().map(|it| &it.security_group_ids);
    endpoints.chain(balancers).any(|groups| groups.contains(group_id))
}
