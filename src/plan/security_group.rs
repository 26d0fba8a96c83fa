//! Managed security groups.

use std::collections::BTreeSet;

use super::Difference;
use super::draft::Draft;
use crate::change::{Change, SecurityGroupChange};
use crate::desired::{PermissionTo, SecurityGroup as Wanted};
use crate::node::{GroupRole, Node};
use crate::observed::{Direction, Peer, Permission, SecurityGroup, Unread};

/// Port of the `execute-api` endpoint.
const HTTPS: i32 = 443;

/// Rules of one direction and address family that a group holds, unless the account's quota was raised.
///
/// Source: VPC User Guide, "Amazon VPC quotas".
const MOST_RULES: usize = 60;

pub(super) fn forward(draft: &mut Draft<'_>, wanted: &Wanted) {
    let node = Node::SecurityGroup(wanted.role);
    if draft.is_unread(&Unread::SecurityGroups) {
        return draft.block(node, "check", []);
    }
    let Some(group) = draft.current.security_group(wanted.role) else {
        let create = SecurityGroupChange::Create {
            name: wanted.name.to_string(),
            description: wanted.description.clone(),
            vpc_id: wanted.vpc_id.clone(),
            tags: wanted.tags.clone(),
        };
        let mut old = draft.snapshot.security_groups.iter();
        let old = old.find(|group| draft.owner().owns_as(&group.tags, wanted.role.resource()));
        let replaces = old.map(|old| format!("{}: the VPC of a security group cannot be changed", old.id));
        return draft.create(node, Change::SecurityGroup(create), replaces);
    };
    for (direction, present, wanted) in directions(group, wanted) {
        permissions(draft, group, &node, direction, present, wanted);
    }
}

type Direct<'a> = (Direction, &'a BTreeSet<Permission>, &'a BTreeSet<PermissionTo>);

/// The directions that are kept, with what is there and what should be.
fn directions<'a>(group: &'a SecurityGroup, wanted: &'a Wanted) -> impl Iterator<Item = Direct<'a>> {
    let egress = wanted.egress.as_ref().map(|egress| (Direction::Egress, &group.egress, egress));
    [(Direction::Ingress, &group.ingress, &wanted.ingress)].into_iter().chain(egress)
}

/// Authorizes what is missing and then revokes what is too much, in one direction: who may come before and after may come meanwhile. Where the group
/// does not hold both, what fits comes first.
fn permissions(
    draft: &mut Draft<'_>,
    group: &SecurityGroup,
    node: &Node,
    direction: Direction,
    present: &BTreeSet<Permission>,
    wanted: &BTreeSet<PermissionTo>,
) {
    let (known, missing) = resolve(draft, wanted);
    if !missing.is_empty() {
        draft.block(node.clone(), "authorize", missing);
    }
    let id = group.id.clone();
    let add: BTreeSet<Permission> = known.difference(present).cloned().collect();
    let (_, remove) = superfluous(draft, direction, present, &known);
    // Where room cannot be made, AWS may know of a higher quota.
    let now = if remove.is_empty() { add.clone() } else { fitting(present, &add) };
    let (change, old, new, later) = if !now.is_empty() {
        let later = if remove.is_empty() { None } else { Some("revoke") };
        let change = SecurityGroupChange::Authorize { id, direction, permissions: now.clone() };
        (change, BTreeSet::new(), now, later)
    } else if !remove.is_empty() {
        let later = if add.is_empty() { None } else { Some("authorize") };
        let change = SecurityGroupChange::Revoke { id, direction, permissions: remove.clone() };
        (change, remove, BTreeSet::new(), later)
    } else {
        return;
    };
    draft.update(node.clone(), Change::SecurityGroup(change), edit(direction, &old, &new));
    if let Some(what) = later {
        draft.block(node.clone(), what, [node.clone()]);
    }
}

/// As many of the permissions as the group holds beside those that are present. One that names no addresses counts in both families.
fn fitting(present: &BTreeSet<Permission>, add: &BTreeSet<Permission>) -> BTreeSet<Permission> {
    let families = |permission: &Permission| match permission.peer {
        Peer::Cidr(_) => [1, 0],
        Peer::Cidr6(_) => [0, 1],
        Peer::Group(_) | Peer::PrefixList(_) => [1, 1],
    };
    let sum = |[v4, v6]: [usize; 2], permission: &Permission| {
        let [one, other] = families(permission);
        [v4 + one, v6 + other]
    };
    let mut held = present.iter().fold([0, 0], sum);
    let fits = |permission: &&Permission| {
        let then = sum(held, permission);
        let fits = then.iter().all(|count| *count <= MOST_RULES);
        if fits {
            held = then;
        }
        fits
    };
    add.iter().filter(fits).cloned().collect()
}

fn edit(direction: Direction, old: &BTreeSet<Permission>, new: &BTreeSet<Permission>) -> Vec<Difference> {
    let field = match direction {
        Direction::Ingress => "ingress",
        Direction::Egress => "egress",
    };
    Difference::items(field, old, new).into_iter().collect()
}

/// What is too much: that which requests still pass by, since a load balancer or endpoint is in the group it names, and the rest.
fn superfluous(
    draft: &Draft<'_>,
    direction: Direction,
    present: &BTreeSet<Permission>,
    known: &BTreeSet<Permission>,
) -> (BTreeSet<Permission>, BTreeSet<Permission>) {
    let members: BTreeSet<&String> = match direction {
        Direction::Ingress => draft.snapshot.load_balancers.iter().flat_map(|it| &it.security_group_ids).collect(),
        Direction::Egress => {
            let endpoints = draft.snapshot.vpc_endpoints.iter().filter(|it| !it.is_gone());
            endpoints.flat_map(|it| &it.security_group_ids).collect()
        }
    };
    let old_endpoint = direction == Direction::Egress && draft.old_targets_serve();
    let passed = |permission: &Permission| match &permission.peer {
        Peer::Group(id) => {
            (members.contains(id) || old_endpoint) && *permission == Permission::tcp(HTTPS, permission.peer.clone())
        }
        Peer::Cidr(_) | Peer::Cidr6(_) | Peer::PrefixList(_) => false,
    };
    present.difference(known).cloned().partition(passed)
}

/// Permissions whose peers are known, and the groups that are not there yet.
fn resolve(draft: &Draft<'_>, wanted: &BTreeSet<PermissionTo>) -> (BTreeSet<Permission>, Vec<Node>) {
    let mut known = BTreeSet::new();
    let mut missing = Vec::new();
    for permission in wanted {
        match permission {
            PermissionTo::Known(port, peer) => _ = known.insert(Permission::tcp(*port, peer.clone())),
            PermissionTo::Managed(port, role) => match draft.current.security_group(*role) {
                Some(group) => _ = known.insert(Permission::tcp(*port, Peer::Group(group.id.clone()))),
                None => missing.push(Node::SecurityGroup(*role)),
            },
        }
    }
    (known, missing)
}

/// Deletes groups that are no longer wanted, after what uses them and after the references between them.
pub(super) fn backward(draft: &mut Draft<'_>, wanted: &[Wanted]) {
    for wanted in wanted {
        let Some(group) = draft.current.security_group(wanted.role) else { continue };
        for (direction, present, permissions) in directions(group, wanted) {
            let (known, _) = resolve(draft, permissions);
            if !superfluous(draft, direction, present, &known).0.is_empty() {
                let user = if direction == Direction::Ingress { Node::LoadBalancer } else { Node::VpcEndpoint };
                draft.block(Node::SecurityGroup(wanted.role), "revoke", [user]);
            }
        }
    }
    let keep: BTreeSet<&str> =
        wanted.iter().filter_map(|it| draft.current.security_group(it.role)).map(|group| group.id.as_str()).collect();
    let mut obsolete: Vec<&SecurityGroup> = draft
        .snapshot
        .security_groups
        .iter()
        .filter(|group| draft.owns(&group.tags) && !keep.contains(group.id.as_str()))
        .collect();
    obsolete.sort_by_key(|it| &it.id);
    for group in &obsolete {
        let node = Node::SecurityGroup(role_of(draft, group));
        let users = users(draft, &group.id);
        if !users.is_empty() {
            draft.block(node, "delete", users);
        } else if !release(draft, &node, group, &obsolete) {
            draft.step(node, Change::SecurityGroup(SecurityGroupChange::Delete { id: group.id.clone() }));
        }
    }
}

fn role_of(draft: &Draft<'_>, group: &SecurityGroup) -> GroupRole {
    let is = |role: &GroupRole| draft.owner().owns_as(&group.tags, role.resource());
    GroupRole::ALL.into_iter().find(is).unwrap_or(GroupRole::Endpoint)
}

/// Parts that are still in the group.
fn users(draft: &Draft<'_>, id: &str) -> Vec<Node> {
    let endpoints = &draft.snapshot.vpc_endpoints;
    let endpoint = endpoints.iter().any(|endpoint| !endpoint.is_gone() && endpoint.security_group_ids.contains(id));
    let balancer = draft.snapshot.load_balancers.iter().any(|balancer| balancer.security_group_ids.contains(id));
    let nodes = [endpoint.then_some(Node::VpcEndpoint), balancer.then_some(Node::LoadBalancer)];
    nodes.into_iter().flatten().collect()
}

/// Takes the references to another of our obsolete groups out of this one; AWS refuses to delete a group that another one names. Whether there
/// is something to wait for.
fn release(draft: &mut Draft<'_>, node: &Node, group: &SecurityGroup, obsolete: &[&SecurityGroup]) -> bool {
    let others = |permission: &&Permission| match &permission.peer {
        Peer::Group(peer) => *peer != group.id && obsolete.iter().any(|other| other.id == *peer),
        _ => false,
    };
    let mut revoked = false;
    for (direction, present) in [(Direction::Ingress, &group.ingress), (Direction::Egress, &group.egress)] {
        let permissions: BTreeSet<Permission> = present.iter().filter(others).cloned().collect();
        if !permissions.is_empty() {
            let change = SecurityGroupChange::Revoke { id: group.id.clone(), direction, permissions };
            draft.step(node.clone(), Change::SecurityGroup(change));
            revoked = true;
        }
    }
    let naming: BTreeSet<Node> = draft
        .snapshot
        .security_groups
        .iter()
        .filter(|other| other.id != group.id && names(other, &group.id))
        .map(|other| Node::SecurityGroup(role_of(draft, other)))
        .collect();
    let named = !naming.is_empty();
    if named && !revoked {
        draft.block(node.clone(), "delete", naming);
    }
    revoked || named
}

fn names(group: &SecurityGroup, id: &str) -> bool {
    group.ingress.iter().chain(&group.egress).any(|permission| permission.peer == Peer::Group(id.to_owned()))
}
