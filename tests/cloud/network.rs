//! Security groups and endpoints.

use std::collections::{BTreeMap, BTreeSet};

use frontdoor::change::{Output, SecurityGroupChange, VpcEndpointChange};
use frontdoor::observed::{Direction, EndpointState, Peer, Permission, SecurityGroup, VpcEndpoint};
use frontdoor::tags::Tags;
use serde_json::{Value, json};

use super::{Cloud, Refusal, wrong};
use crate::fixture;

pub(super) fn foreign_group(id: &str, tags: &Tags) -> SecurityGroup {
    SecurityGroup {
        id: id.to_owned(),
        name: id.to_owned(),
        vpc_id: fixture::VPC.to_owned(),
        ingress: BTreeSet::new(),
        egress: BTreeSet::from([Permission::all_out()]),
        tags: tags.clone(),
    }
}

/// As AWS shows it.
fn full_access() -> Value {
    json!({"Statement": [{"Action": "*", "Effect": "Allow", "Resource": "*", "Principal": "*"}], "Version": "2008-10-17"})
}

fn zone(subnet: &str) -> &'static str {
    fixture::SUBNETS.into_iter().find(|it| it.0 == subnet).expect("a subnet of the world").2
}

/// Whether the subnets have what addresses of this type take.
pub(super) fn take<'a>(subnets: impl IntoIterator<Item = &'a String>, ip_address_type: &str) -> bool {
    ip_address_type == "ipv4" || subnets.into_iter().all(|subnet| fixture::IPV6_SUBNETS.contains(&subnet.as_str()))
}

pub(super) fn one_per_zone<'a>(subnets: impl Iterator<Item = &'a String>) -> bool {
    let mut zones = BTreeSet::new();
    subnets.into_iter().all(|subnet| zones.insert(zone(subnet)))
}

impl Cloud {
    pub(super) fn security_group(&mut self, change: &SecurityGroupChange) -> Result<Output, Refusal> {
        let groups = &self.all.security_groups;
        match change {
            SecurityGroupChange::Create { name, vpc_id, .. } => {
                if groups.iter().any(|it| it.name == *name && it.vpc_id == *vpc_id) {
                    return wrong(format!("InvalidGroup.Duplicate: {name}"));
                }
                Ok(Output::Id(self.id("sg")))
            }
            SecurityGroupChange::Authorize { id, direction, permissions } => {
                let present = self.permissions(id, *direction);
                if present.intersection(permissions).next().is_some() {
                    return wrong("InvalidPermission.Duplicate");
                }
                let of_v4 = present.union(permissions).filter(|it| !matches!(it.peer, Peer::Cidr6(_)));
                if of_v4.count() > 60 {
                    return wrong("RulesPerSecurityGroupLimitExceeded");
                }
                let peers = permissions.iter().filter_map(|it| match &it.peer {
                    Peer::Group(id) => Some(id),
                    _ => None,
                });
                for peer in peers {
                    let ours = peer.starts_with("sg-0000");
                    if ours && !groups.iter().any(|it| it.id == *peer) {
                        return wrong(format!("InvalidGroup.NotFound: {peer}"));
                    }
                }
                Ok(Output::Done)
            }
            SecurityGroupChange::Revoke { id, direction, permissions } => {
                if !permissions.is_subset(&self.permissions(id, *direction)) {
                    return wrong("InvalidPermission.NotFound");
                }
                Ok(Output::Done)
            }
            SecurityGroupChange::Delete { id } => self.deletable(id),
        }
    }

    fn permissions(&self, id: &str, direction: Direction) -> BTreeSet<Permission> {
        let group = self.all.security_groups.iter().find(|it| it.id == id).expect("checked before");
        match direction {
            Direction::Ingress => group.ingress.clone(),
            Direction::Egress => group.egress.clone(),
        }
    }

    fn deletable(&self, id: &String) -> Result<Output, Refusal> {
        let endpoints = self.all.vpc_endpoints.iter().filter(|it| it.state != EndpointState::Deleted);
        let members = endpoints.map(|it| &it.security_group_ids);
        let mut members = members.chain(self.all.load_balancers.iter().map(|it| &it.security_group_ids));
        let names = |it: &&SecurityGroup| {
            it.id != *id && it.ingress.iter().chain(&it.egress).any(|it| it.peer == Peer::Group(id.clone()))
        };
        if members.any(|groups| groups.contains(id)) {
            return wrong(format!("DependencyViolation: {id} has members"));
        }
        if let Some(other) = self.all.security_groups.iter().find(names) {
            return wrong(format!("DependencyViolation: {id} is named by {}", other.id));
        }
        if self.lingering.contains_key(id) {
            return Err(Refusal::Busy(format!("DependencyViolation: {id} has a network interface")));
        }
        Ok(Output::Done)
    }

    pub(super) fn vpc_endpoint(&mut self, change: &VpcEndpointChange) -> Result<Output, Refusal> {
        match change {
            VpcEndpointChange::Create { .. } => self.create_endpoint(change),
            VpcEndpointChange::Modify {
                id,
                add_subnet_ids,
                remove_subnet_ids,
                subnet_configurations,
                private_dns,
                ip_address_type,
                ..
            } => {
                let endpoint = self.all.vpc_endpoints.iter().find(|it| it.id == *id).expect("checked before");
                if endpoint.state != EndpointState::Available {
                    return wrong(format!("IncorrectState: {id}"));
                }
                if !one_per_zone(endpoint.subnet_ids.iter().chain(add_subnet_ids)) {
                    return wrong("DuplicateSubnetsInSameZone");
                }
                if add_subnet_ids.is_empty() && endpoint.subnet_ids.is_subset(remove_subnet_ids) {
                    return wrong("the last subnet is removed");
                }
                let subnets = endpoint.subnet_ids.difference(remove_subnet_ids).chain(add_subnet_ids);
                if !take(subnets, ip_address_type.as_ref().unwrap_or(&endpoint.ip_address_type)) {
                    return wrong("InvalidParameter: no IPv6 range");
                }
                if *private_dns == Some(true) {
                    self.check_private_dns(&endpoint.vpc_id, id)?;
                }
                self.pin(id, subnet_configurations);
                Ok(Output::Done)
            }
            VpcEndpointChange::Delete { id } => {
                let leaving = |it: &&VpcEndpoint| it.id == *id && it.state != EndpointState::Available;
                if self.all.vpc_endpoints.iter().any(|it| leaving(&it) && it.state == EndpointState::Deleting) {
                    return wrong(format!("{id} is deleting already"));
                }
                Ok(Output::Done)
            }
        }
    }

    fn create_endpoint(&mut self, change: &VpcEndpointChange) -> Result<Output, Refusal> {
        let VpcEndpointChange::Create {
            vpc_id,
            service_name,
            subnet_ids,
            security_group_ids,
            subnet_configurations,
            private_dns,
            ip_address_type,
            policy,
            client_token,
            tags,
        } = change
        else {
            return wrong("not a create");
        };
        let known = self.tokens.get(client_token);
        if let Some(known) = self.all.vpc_endpoints.iter().find(|it| Some(&it.id) == known) {
            return Ok(Output::VpcEndpoint(Box::new(known.clone())));
        }
        if !one_per_zone(subnet_ids.iter()) {
            return wrong("DuplicateSubnetsInSameZone");
        }
        if !take(subnet_ids, ip_address_type) {
            return wrong("InvalidParameter: no IPv6 range");
        }
        if *private_dns {
            self.check_private_dns(vpc_id, "")?;
        }
        let id = self.id("vpce");
        self.tokens.insert(client_token.clone(), id.clone());
        self.pin(&id, subnet_configurations);
        Ok(Output::VpcEndpoint(Box::new(VpcEndpoint {
            vpc_id: vpc_id.clone(),
            service_name: service_name.clone(),
            state: EndpointState::Pending,
            failure: None,
            subnet_ids: subnet_ids.clone(),
            security_group_ids: security_group_ids.clone(),
            private_dns: *private_dns,
            ip_address_type: (*ip_address_type).to_owned(),
            policy: policy.clone().unwrap_or_else(full_access),
            dns_names: vec![format!("{id}-abcdefgh.execute-api.ap-northeast-1.vpce.amazonaws.com")],
            network_interface_ids: BTreeSet::new(),
            addresses: BTreeMap::new(),
            placements: BTreeMap::new(),
            tags: tags.clone(),
            id,
        })))
    }

    /// An interface with another address is replaced: the old one is gone at once.
    fn pin(&mut self, endpoint_id: &str, addresses: &BTreeMap<String, String>) {
        for endpoint in self.all.vpc_endpoints.iter_mut().filter(|it| it.id == endpoint_id) {
            endpoint.placements.retain(|_, placement| !addresses.contains_key(&placement.subnet_id));
        }
        let keyed = |(subnet, address): (&String, &String)| ((endpoint_id.to_owned(), subnet.clone()), address.clone());
        self.pinned.extend(addresses.iter().map(keyed));
    }

    /// One endpoint of a VPC can have private DNS; one on its way out holds it.
    fn check_private_dns(&self, vpc_id: &str, but: &str) -> Result<(), Refusal> {
        let holds = |it: &&VpcEndpoint| {
            it.private_dns && it.vpc_id == vpc_id && it.id != but && it.state != EndpointState::Deleted
        };
        match self.all.vpc_endpoints.iter().find(holds) {
            Some(other) => wrong(format!("private-dns-enabled cannot be set: {} has it", other.id)),
            None => Ok(()),
        }
    }
}
