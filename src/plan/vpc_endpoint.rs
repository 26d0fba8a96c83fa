//! The interface VPC endpoint.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::draft::Draft;
use super::subnets::{Move, is_stuck, next_move, next_pin, surplus};
use super::{Difference, membership};
use crate::api::EndpointIpAddressType;
use crate::change::{Change, VpcEndpointChange};
use crate::desired::{VpcEndpoint as Wanted, Want, statements};
use crate::model::policy::canonical_policy;
use crate::names::client_token;
use crate::node::{GroupRole, Node};
use crate::observed::{EndpointState, VpcEndpoint};

const NODE: Node = Node::VpcEndpoint;

pub(super) fn forward(draft: &mut Draft<'_>, want: &Want<Wanted>) {
    let present = draft.current.vpc_endpoint;
    if let Want::Managed(wanted) = want {
        let group_ids = match draft.group_ids(&wanted.security_groups) {
            Ok(ids) => ids,
            Err(missing) => return draft.block(NODE, "create", missing),
        };
        match present {
            None => return create(draft, wanted, group_ids),
            Some(endpoint) if endpoint.state == EndpointState::Available => {
                modify(draft, endpoint, wanted, &group_ids);
            }
            Some(_) => {}
        }
    }
    if let Some(endpoint) = present {
        judge_state(draft, endpoint);
    }
}

fn judge_state(draft: &mut Draft<'_>, endpoint: &VpcEndpoint) {
    let state = format!("VPC endpoint {} is {}", endpoint.id, endpoint.state.as_str());
    match &endpoint.state {
        EndpointState::Available if endpoint.target_addresses().is_none() => {
            draft.wait(NODE, format!("the addresses of VPC endpoint {} are not known yet", endpoint.id));
        }
        EndpointState::Available => {}
        EndpointState::Pending | EndpointState::PendingAcceptance => draft.wait(NODE, state),
        EndpointState::Deleting | EndpointState::Deleted | EndpointState::Broken(_) => {
            let why = endpoint.failure.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
            draft.fault(NODE, format!("{state}{why}; delete it or name another one"));
        }
    }
}

fn create(draft: &mut Draft<'_>, wanted: &Wanted, security_group_ids: BTreeSet<String>) {
    // An endpoint that is on its way out holds the private DNS name, and its client token would answer with it.
    let leaving: Vec<&VpcEndpoint> =
        draft.snapshot.vpc_endpoints.iter().filter(|it| draft.owns(&it.tags) && is_leaving(it)).collect();
    if let Some(old) = leaving.iter().find(|old| old.vpc_id == wanted.vpc_id) {
        return draft.wait(NODE, format!("VPC endpoint {} is {}, a new one follows", old.id, old.state.as_str()));
    }
    let private_dns = private_dns(draft, wanted);
    let change = VpcEndpointChange::Create {
        vpc_id: wanted.vpc_id.clone(),
        service_name: wanted.service_name.clone(),
        subnet_ids: wanted.subnets.keys().cloned().collect(),
        client_token: token(draft, wanted, &security_group_ids, private_dns),
        security_group_ids,
        subnet_configurations: wanted.pinned.clone(),
        private_dns,
        ip_address_type: ip_address_type(wanted.ip_address_type),
        policy: wanted.policy.clone(),
        tags: wanted.tags.clone(),
    };
    let replaces = replaces(draft, wanted);
    draft.create(NODE, Change::VpcEndpoint(change), replaces);
}

/// The endpoint whose place a new one takes, and why it cannot be changed instead.
fn replaces(draft: &Draft<'_>, wanted: &Wanted) -> Option<String> {
    let old = draft.snapshot.vpc_endpoints.iter().find(|it| draft.owns(&it.tags) && it.is_associable())?;
    let why = if old.vpc_id != wanted.vpc_id {
        "the VPC of an endpoint cannot be changed"
    } else if !is_stuck(old, wanted) {
        return None;
    } else if surplus(old, &wanted.subnets).is_empty() {
        "another address of its only network interface would interrupt the service"
    } else {
        "its only subnet is in the Availability Zone of the new one, and an endpoint cannot have both or neither"
    };
    Some(format!("{}: {why}", old.id))
}

/// Another token for whatever is sent otherwise: AWS refuses one that came with another request.
fn token(draft: &Draft<'_>, wanted: &Wanted, security_group_ids: &BTreeSet<String>, private_dns: bool) -> String {
    let dns = if private_dns { "private-dns" } else { "" };
    let policy = wanted.policy.as_ref().map(Value::to_string).unwrap_or_default();
    let subnets = wanted.subnets.keys();
    let pinned = wanted.pinned.iter().flat_map(|(subnet, address)| [subnet, address]);
    // The token of one that is there, or was until lately, would answer with that one.
    let others = draft.snapshot.vpc_endpoints.iter().filter(|it| draft.owns(&it.tags));
    let others: BTreeSet<&String> = others.map(|it| &it.id).collect();
    let listed = subnets.chain(pinned).chain(security_group_ids).chain(others).map(String::as_str);
    let kind = ip_address_type(wanted.ip_address_type);
    let tags = wanted.tags.iter().flat_map(|(key, value)| [key.as_str(), value]);
    let inputs: Vec<&str> =
        [wanted.vpc_id.as_str(), dns, kind, &policy].into_iter().chain(listed).chain(tags).collect();
    client_token(draft.owner(), &inputs)
}

fn ip_address_type(kind: EndpointIpAddressType) -> &'static str {
    match kind {
        EndpointIpAddressType::Ipv4 => "ipv4",
        EndpointIpAddressType::Dualstack => "dualstack",
    }
}

fn is_leaving(endpoint: &VpcEndpoint) -> bool {
    endpoint.state == EndpointState::Deleting
}

/// Everything that differs in one call, but for the subnets and groups that have to wait.
fn modify(draft: &mut Draft<'_>, present: &VpcEndpoint, wanted: &Wanted, group_ids: &BTreeSet<String>) {
    let mut target = present.clone();
    let pinned = move_subnets(draft, present, wanted, &mut target);
    let group_ids = membership::of_endpoint(draft, &present.security_group_ids, group_ids);
    if present.security_group_ids != group_ids {
        if draft.groups_admit() {
            target.security_group_ids = group_ids;
        } else {
            draft.block(NODE, "set security groups", GroupRole::ALL.map(Node::SecurityGroup));
        }
    }
    target.private_dns = private_dns(draft, wanted);
    // Subnets that are still there may lack what dual stack takes.
    if wanted.ip_address_type == EndpointIpAddressType::Ipv4 || surplus(present, &wanted.subnets).is_empty() {
        ip_address_type(wanted.ip_address_type).clone_into(&mut target.ip_address_type);
    }
    if !wanted.has_policy(&present.policy) {
        target.policy = wanted.policy_document();
    }
    update(draft, present, &target, &pinned);
}

/// Puts the next move of subnets into the target, and answers which interfaces get an address of the user's. Whatever takes an interface away waits until
/// no request goes there.
fn move_subnets(
    draft: &mut Draft<'_>,
    present: &VpcEndpoint,
    wanted: &Wanted,
    target: &mut VpcEndpoint,
) -> BTreeMap<String, String> {
    let Move { add, mut remove } = next_move(present, &wanted.subnets);
    let settled = add.is_empty() && remove.is_empty();
    let mut pin = next_pin(present, wanted).filter(|_| settled);
    let goes = |subnet: &str| remove.contains(subnet) || pin.is_some_and(|(pinned, _)| pinned == subnet);
    let addresses = present.addresses_in(goes);
    if !draft.vacate(&addresses) {
        draft.wait_for_targets(NODE, "move subnets", Vec::new(), &addresses);
        (remove, pin) = (unused_beside(draft, present, wanted, &addresses), None);
    }
    target.subnet_ids.retain(|subnet| !remove.contains(subnet));
    let new = wanted.pinned.iter().filter(|(subnet, _)| add.contains(*subnet));
    let pinned = new.chain(pin).map(|(subnet, address)| (subnet.clone(), address.clone())).collect();
    target.subnet_ids.extend(add);
    pinned
}

/// Where only these addresses serve and no other is about to, what is too much and serves nothing goes first: it makes room, or shows that another endpoint is
/// needed.
fn unused_beside(
    draft: &Draft<'_>,
    present: &VpcEndpoint,
    wanted: &Wanted,
    addresses: &BTreeSet<String>,
) -> BTreeSet<String> {
    let others_come = draft.wanted_addresses().is_none_or(|wanted| !wanted.is_subset(addresses));
    if others_come || !draft.serves_only_from(addresses) {
        return BTreeSet::new();
    }
    let mut unused = surplus(present, &wanted.subnets);
    unused.retain(|subnet| !draft.has_target(&present.addresses_in(|other| other == subnet)));
    unused
}

/// Private DNS waits until another endpoint of ours in the VPC is gone that has it: AWS lets only one have it.
fn private_dns(draft: &Draft<'_>, wanted: &Wanted) -> bool {
    let current = draft.current.vpc_endpoint.map(|endpoint| &endpoint.id);
    let others = draft.snapshot.vpc_endpoints.iter().filter(|it| draft.owns(&it.tags) && Some(&it.id) != current);
    let mut holders = others.filter(|it| it.private_dns && it.vpc_id == wanted.vpc_id && !it.is_gone());
    wanted.private_dns && holders.next().is_none()
}

fn update(draft: &mut Draft<'_>, present: &VpcEndpoint, target: &VpcEndpoint, pinned: &BTreeMap<String, String>) {
    let differences = differences(present, target, pinned);
    if differences.is_empty() {
        return;
    }
    let less = |of: &BTreeSet<String>, other: &BTreeSet<String>| of.difference(other).cloned().collect();
    let change = VpcEndpointChange::Modify {
        id: present.id.clone(),
        add_subnet_ids: less(&target.subnet_ids, &present.subnet_ids),
        remove_subnet_ids: less(&present.subnet_ids, &target.subnet_ids),
        add_security_group_ids: less(&target.security_group_ids, &present.security_group_ids),
        remove_security_group_ids: less(&present.security_group_ids, &target.security_group_ids),
        subnet_configurations: pinned.clone(),
        private_dns: (present.private_dns != target.private_dns).then_some(target.private_dns),
        ip_address_type: (present.ip_address_type != target.ip_address_type).then(|| target.ip_address_type.clone()),
        policy: (present.policy != target.policy).then(|| target.policy.clone()),
    };
    draft.update(NODE, Change::VpcEndpoint(change), differences);
}

fn differences(present: &VpcEndpoint, target: &VpcEndpoint, pinned: &BTreeMap<String, String>) -> Vec<Difference> {
    let on = |enabled: bool| if enabled { "on" } else { "off" };
    let lines = |policy: &Value| statements(&canonical_policy(policy, "")).into_iter().collect::<BTreeSet<_>>();
    let address = |subnet: &String, address: &String| format!("{subnet} {address}");
    let moved = pinned.keys().filter_map(|subnet| Some(address(subnet, present.address_in(subnet)?))).collect();
    let differences = [
        Difference::items("subnetIds", &present.subnet_ids, &target.subnet_ids),
        Difference::items("subnetConfigurations", &moved, &pinned.iter().map(|(id, to)| address(id, to)).collect()),
        Difference::items("securityGroupIds", &present.security_group_ids, &target.security_group_ids),
        Difference::value("privateDns", Some(on(present.private_dns)), Some(on(target.private_dns))),
        Difference::value("ipAddressType", Some(&present.ip_address_type), Some(&target.ip_address_type)),
        Difference::items("policy", &lines(&present.policy), &lines(&target.policy)),
    ];
    differences.into_iter().flatten().collect()
}

/// Takes out subnets that are too much and deletes endpoints that are obsolete, once no target is left in them.
pub(super) fn backward(draft: &mut Draft<'_>, want: &Want<Wanted>) {
    if let (Want::Managed(wanted), Some(present)) = (want, draft.current.vpc_endpoint) {
        remove_surplus(draft, present, wanted);
    }
    let keep = draft.current.vpc_endpoint.map(|endpoint| &endpoint.id);
    let mut obsolete: Vec<&VpcEndpoint> = draft
        .snapshot
        .vpc_endpoints
        .iter()
        .filter(|it| draft.owns(&it.tags) && Some(&it.id) != keep && !it.is_gone())
        .collect();
    obsolete.sort_by_key(|it| &it.id);
    let entrance = if keep.is_none() { draft.entrance_stands() } else { Vec::new() };
    for endpoint in obsolete {
        let addresses: BTreeSet<String> = endpoint.addresses.values().cloned().collect();
        if is_leaving(endpoint) {
            draft.wait(NODE, format!("VPC endpoint {} is deleting", endpoint.id));
        } else if draft.has_target(&addresses) {
            draft.wait_for_targets(NODE, "delete", entrance.clone(), &addresses);
        } else if !entrance.is_empty() {
            draft.block(NODE, "delete", entrance.clone());
        } else {
            draft.step(NODE, Change::VpcEndpoint(VpcEndpointChange::Delete { id: endpoint.id.clone() }));
        }
    }
}

fn remove_surplus(draft: &mut Draft<'_>, present: &VpcEndpoint, wanted: &Wanted) {
    let remove = surplus(present, &wanted.subnets);
    if remove.is_empty() {
        return;
    }
    let addresses = present.addresses_in(|subnet| remove.contains(subnet));
    if draft.has_target(&addresses) {
        return draft.wait_for_targets(NODE, "remove subnets", Vec::new(), &addresses);
    }
    let mut target = present.clone();
    target.subnet_ids.retain(|subnet| !remove.contains(subnet));
    update(draft, present, &target, &BTreeMap::new());
}
