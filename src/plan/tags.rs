//! Tags of what is ours: what lacks or differs is put right, what left the spec is taken away, what others have put there stays.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::Draft;
use super::function_permission;
use crate::change::{Change, TagService, TagsChange};
use crate::desired::Graph;
use crate::function_tags;
use crate::node::Node;
use crate::tags::{Tags, former, missing};

/// Resources of a service that need the same, and the part that the first of them is.
#[derive(Default)]
struct Batches<T>(BTreeMap<(TagService, T), (Option<Node>, BTreeSet<String>)>);

impl<T: Ord> Batches<T> {
    fn add(&mut self, service: TagService, what: T, node: Node, id: &str) {
        let (first, ids) = self.0.entry((service, what)).or_default();
        first.get_or_insert(node);
        ids.insert(id.to_owned());
    }
}

pub(super) fn forward(draft: &mut Draft<'_>, graph: &Graph) {
    let wanted = wanted(graph);
    let (mut additions, mut removals) = (Batches::default(), Batches::default());
    for (service, id, present) in draft.snapshot.tagged() {
        let Some((node, wanted)) = wanted.iter().find(|(node, _)| is_part(draft, node, id, present)) else { continue };
        let mut wanted = (*wanted).clone();
        let former = former(present, &wanted);
        if *node == Node::RestApi {
            wanted.extend(function_permission::memory(draft));
        }
        let missing = missing(present, &wanted);
        let obsolete = |key: &&str| present.contains_key(*key) && !wanted.contains_key(*key);
        let obsolete: BTreeSet<String> = function_tags::keys().filter(obsolete).map(str::to_owned).collect();
        // One after the other, so that nothing is forgotten on the way: what the user's tags were is remembered until they are gone, and functions
        // are noted in one tag before they leave another.
        if !former.is_empty() {
            removals.add(service, former, node.clone(), id);
        } else if !missing.is_empty() {
            additions.add(service, missing, node.clone(), id);
        } else if *node == Node::RestApi && !obsolete.is_empty() {
            removals.add(service, obsolete, node.clone(), id);
        }
    }
    for ((service, tags), (node, ids)) in additions.0 {
        for resources in batches(&ids, service) {
            let change = TagsChange::Add { service, resources, tags: tags.clone() };
            draft.step(node.clone().unwrap_or(Node::VpcEndpoint), Change::Tags(change));
        }
    }
    for ((service, keys), (node, ids)) in removals.0 {
        for resources in batches(&ids, service) {
            let change = TagsChange::Remove { service, resources, keys: keys.clone() };
            draft.step(node.clone().unwrap_or(Node::VpcEndpoint), Change::Tags(change));
        }
    }
}

/// Whether a resource is this part. A listener may have come to stand for another one than it was created as, and a stage is created without tags: it
/// is ours with its API.
fn is_part(draft: &Draft<'_>, node: &Node, id: &str, present: &Tags) -> bool {
    match (node, draft.current.listener_part(id).filter(|_| draft.owns(present))) {
        (Node::Stage, _) => draft.graph.stage.as_ref().is_some_and(|stage| draft.current.is_stage(id, &stage.name)),
        (node, Some(part)) => part == *node,
        (node, None) => draft.owner().owns_as(present, node.resource()),
    }
}

/// As many as a call of the service takes.
pub(super) fn batches(ids: &BTreeSet<String>, service: TagService) -> Vec<BTreeSet<String>> {
    let ids: Vec<&String> = ids.iter().collect();
    ids.chunks(service.batch()).map(|some| some.iter().copied().cloned().collect()).collect()
}

/// The tags of each part that has some.
fn wanted(graph: &Graph) -> Vec<(Node, &Tags)> {
    let Graph {
        owner: _,
        security_groups,
        vpc_endpoint,
        rest_api,
        adoption: _,
        function_permissions: _,
        external_permissions: _,
        stage,
        target_group,
        load_balancer,
        listener,
        redirect_listener,
        rules,
        signing: _,
        invocation: _,
    } = graph;
    let groups = security_groups.iter().map(|it| (Node::SecurityGroup(it.role), &it.tags));
    let rule = rules.first().map(|it| (Node::Rule("*".to_owned()), &it.tags));
    let others = [
        vpc_endpoint.managed().map(|it| (Node::VpcEndpoint, &it.tags)),
        rest_api.managed().map(|it| (Node::RestApi, &it.tags)),
        rest_api.managed().and(stage.as_ref()).map(|it| (Node::Stage, &it.tags)),
        target_group.managed().map(|it| (Node::TargetGroup, &it.tags)),
        load_balancer.managed().map(|it| (Node::LoadBalancer, &it.tags)),
        listener.managed().map(|it| (Node::Listener, &it.tags)),
        redirect_listener.as_ref().map(|it| (Node::RedirectListener, &it.tags)),
        rule,
    ];
    groups.chain(others.into_iter().flatten()).collect()
}
