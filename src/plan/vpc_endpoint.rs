//! The interface VPC endpoint.

use std::collections::BTreeSet;

use super::Difference;
use super::draft::Draft;
use crate::change::{Change, VpcEndpointChange};
use crate::desired::{VpcEndpoint as Wanted, Want};
use crate::names::client_token;
use crate::node::Node;
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
            Some(endpoint) if endpoint.state == EndpointState::Available => modify(draft, endpoint, wanted, &group_ids),
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
    let subnets: Vec<&str> = wanted.subnet_ids.iter().map(String::as_str).collect();
    let groups: Vec<&str> = security_group_ids.iter().map(String::as_str).collect();
    let dns = if wanted.private_dns { "private-dns" } else { "" };
    let inputs = [vec![wanted.vpc_id.as_str(), dns], subnets, groups].concat();
    let client_token = client_token(draft.owner(), &inputs);
    let change = VpcEndpointChange::Create {
        vpc_id: wanted.vpc_id.clone(),
        service_name: wanted.service_name.clone(),
        subnet_ids: wanted.subnet_ids.clone(),
        security_group_ids,
        private_dns: wanted.private_dns,
        client_token,
        tags: wanted.tags.clone(),
    };
    draft.step(NODE, Change::VpcEndpoint(change));
}

fn is_leaving(endpoint: &VpcEndpoint) -> bool {
    matches!(endpoint.state, EndpointState::Deleting)
}

fn modify(draft: &mut Draft<'_>, present: &VpcEndpoint, wanted: &Wanted, group_ids: &BTreeSet<String>) {
    let add = |wanted: &BTreeSet<String>, present: &BTreeSet<String>| {
        wanted.difference(present).cloned().collect::<BTreeSet<_>>()
    };
    let remove_subnet_ids = add(&present.subnet_ids, &wanted.subnet_ids);
    let add_subnet_ids = add(&wanted.subnet_ids, &present.subnet_ids);
    let differences: Vec<Difference> = [
        Difference::of("subnetIds", &present.subnet_ids, &wanted.subnet_ids),
        Difference::of("securityGroupIds", &present.security_group_ids, group_ids),
        Difference::of("privateDns", &present.private_dns, &wanted.private_dns),
    ]
    .into_iter()
    .flatten()
    .collect();
    if differences.is_empty() {
        return;
    }
    let change = VpcEndpointChange::Modify {
        id: present.id.clone(),
        add_subnet_ids,
        remove_subnet_ids,
        add_security_group_ids: add(group_ids, &present.security_group_ids),
        remove_security_group_ids: add(&present.security_group_ids, group_ids),
        private_dns: (present.private_dns != wanted.private_dns).then_some(wanted.private_dns),
    };
    draft.update(NODE, Change::VpcEndpoint(change), differences);
}

pub(super) fn backward(draft: &mut Draft<'_>, _want: &Want<Wanted>) {
    let keep = draft.current.vpc_endpoint.map(|endpoint| &endpoint.id);
    let obsolete: Vec<&VpcEndpoint> =
        draft.snapshot.vpc_endpoints.iter().filter(|it| draft.owns(&it.tags) && Some(&it.id) != keep).collect();
    let entrance = if keep.is_none() { draft.entrance_stands() } else { Vec::new() };
    for endpoint in obsolete {
        if matches!(endpoint.state, EndpointState::Deleting) {
            draft.wait(NODE, format!("VPC endpoint {} is deleting", endpoint.id));
        } else if entrance.is_empty() {
            draft.step(NODE, Change::VpcEndpoint(VpcEndpointChange::Delete { id: endpoint.id.clone() }));
        } else {
            draft.block(NODE, "delete", entrance.clone());
        }
    }
}
