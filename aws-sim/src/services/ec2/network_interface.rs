//! Network interfaces: those of endpoints and load balancers, which AWS makes and takes away itself, and users' own.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::{Value, json};

use super::address::{self, Wanted};
use super::select::{Table, describe_request, select};
use super::{State, availability_zone, dhcp_options, tag};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::Answer;
use crate::ids::Ids;
use crate::world::Region;

/// A network interface.
#[derive(Clone, Debug)]
pub struct NetworkInterface {
    /// Its ID.
    pub id: String,
    /// The subnet it is in.
    pub subnet: String,
    /// That subnet's VPC.
    pub vpc: String,
    /// That subnet's zone.
    pub zone: String,
    /// Its address.
    pub address: Ipv4Addr,
    /// Its IPv6 address, on dual-stack endpoints.
    pub ipv6_address: Option<Ipv6Addr>,
    /// Public address, on internet-facing load balancers.
    pub public_address: Option<Ipv4Addr>,
    /// Its security groups.
    pub groups: Vec<String>,
    /// What it belongs to.
    pub description: String,
    /// `vpc_endpoint`, `network_load_balancer` or `interface`.
    pub kind: &'static str,
    /// Service that made it: `amazon-elb` or an account of AWS's; empty for users' own.
    pub requester: &'static str,
    /// When its deletion will be through.
    pub gone_at: Option<Timestamp>,
}

/// What a network interface is made for.
#[derive(Debug)]
pub(crate) struct Purpose<'a> {
    pub(crate) description: String,
    pub(crate) kind: &'static str,
    pub(crate) requester: &'static str,
    pub(crate) groups: &'a [String],
    pub(crate) public: bool,
}

/// Makes an interface in a subnet, with an address of it.
pub(crate) fn make(
    state: &mut State,
    ids: &mut Ids,
    subnet: &str,
    wanted: Wanted,
    purpose: Purpose<'_>,
) -> Answer<NetworkInterface> {
    let ipv6_address = if wanted.dualstack { Some(address::take_ipv6(state, ids, subnet, wanted.ipv6)?) } else { None };
    let address =
        address::take(state, ids, subnet, wanted.ipv4).inspect_err(|_| free_ipv6(state, subnet, ipv6_address))?;
    let place = state.subnets.get(subnet).ok_or_else(|| super::subnet::TABLE.not_found(subnet))?;
    // 198.18.0.0/15 is nobody's in the internet (RFC 2544), so an accidental connection leads nowhere.
    let host = u32::try_from(ids.below(1 << 17)).unwrap_or_default();
    let interface = NetworkInterface {
        id: ids.ec2("eni"),
        subnet: subnet.to_owned(),
        vpc: place.vpc.clone(),
        zone: place.zone.clone(),
        address,
        ipv6_address,
        public_address: purpose.public.then(|| Ipv4Addr::from(u32::from(Ipv4Addr::new(198, 18, 0, 0)) + host)),
        groups: purpose.groups.to_vec(),
        description: purpose.description,
        kind: purpose.kind,
        requester: purpose.requester,
        gone_at: None,
    };
    state.interfaces.insert(interface.id.clone(), interface.clone());
    Ok(interface)
}

/// Takes an interface away at once and frees its address.
pub(crate) fn remove(state: &mut State, id: &str) {
    if let Some(interface) = state.interfaces.remove(id) {
        state.tags.remove(id);
        if let Some(taken) = state.addresses.get_mut(&interface.subnet) {
            taken.remove(&interface.address);
        }
        free_ipv6(state, &interface.subnet, interface.ipv6_address);
    }
}

fn free_ipv6(state: &mut State, subnet: &str, address: Option<Ipv6Addr>) {
    if let (Some(taken), Some(address)) = (state.ipv6_addresses.get_mut(subnet), address) {
        taken.remove(&address);
    }
}

/// Gives an interface an IPv6 address, or takes it away.
pub(crate) fn set_dualstack(state: &mut State, ids: &mut Ids, id: &str, dualstack: bool) -> Answer<()> {
    let Some((subnet, present)) = state.interfaces.get(id).map(|one| (one.subnet.clone(), one.ipv6_address)) else {
        return Ok(());
    };
    let address = match (dualstack, present) {
        (true, None) => Some(address::take_ipv6(state, ids, &subnet, None)?),
        (true, present) => present,
        (false, present) => {
            free_ipv6(state, &subnet, present);
            None
        }
    };
    if let Some(interface) = state.interfaces.get_mut(id) {
        interface.ipv6_address = address;
    }
    Ok(())
}

/// Lets an interface go away at a time to come.
pub(crate) fn remove_at(state: &mut State, id: &str, when: Timestamp) {
    if let Some(interface) = state.interfaces.get_mut(id) {
        interface.gone_at = Some(when);
        state.leaving.push((when, id.to_owned()));
    }
}

impl NetworkInterface {
    /// Whether AWS made it for something and takes it away itself.
    #[must_use]
    pub fn is_requester_managed(&self) -> bool {
        !self.requester.is_empty()
    }

    /// Nothing but what AWS made interfaces for has any attached.
    fn status(&self) -> &'static str {
        if self.is_requester_managed() { "in-use" } else { "available" }
    }

    /// Name inside the VPC (VPC User Guide, "DNS attributes for your VPC"), if the VPC gives names.
    fn private_name(&self, region: &Region) -> Option<String> {
        let named = region.ec2.vpcs.get(&self.vpc).is_some_and(|vpc| vpc.dns_support && vpc.dns_hostnames);
        let address = self.address.to_string().replace('.', "-");
        named.then(|| format!("ip-{address}.{}", dhcp_options::domain_name(region)))
    }
}

pub(super) static TABLE: Table<NetworkInterface> = Table {
    columns: &[
        ("addresses.private-ip-address", |_, interface| vec![interface.address.to_string()]),
        ("association.public-ip", |_, interface| interface.public_address.iter().map(ToString::to_string).collect()),
        ("availability-zone", |_, interface| vec![interface.zone.clone()]),
        ("availability-zone-id", |_, interface| vec![availability_zone::id_of(&interface.zone)]),
        ("description", |_, interface| vec![interface.description.clone()]),
        ("group-id", |_, interface| interface.groups.clone()),
        ("group-name", |view, interface| {
            let groups = interface.groups.iter().filter_map(|id| view.region.ec2.groups.get(id));
            groups.map(|group| group.name.clone()).collect()
        }),
        ("interface-type", |_, interface| vec![interface.kind.to_owned()]),
        ("ipv6-addresses.ipv6-address", |_, interface| {
            interface.ipv6_address.iter().map(ToString::to_string).collect()
        }),
        ("network-interface-id", |_, interface| vec![interface.id.clone()]),
        ("owner-id", |view, _| vec![view.region.account.clone()]),
        ("private-ip-address", |_, interface| vec![interface.address.to_string()]),
        ("private-dns-name", |view, interface| interface.private_name(view.region).into_iter().collect()),
        ("requester-id", |_, interface| vec![interface.requester.to_owned()]),
        ("requester-managed", |_, interface| vec![interface.is_requester_managed().to_string()]),
        ("status", |_, interface| vec![interface.status().to_owned()]),
        ("subnet-id", |_, interface| vec![interface.subnet.clone()]),
        ("vpc-id", |_, interface| vec![interface.vpc.clone()]),
    ],
    prefix: "eni-",
    error: "InvalidNetworkInterfaceID",
    noun: "networkInterface ID",
    smallest_page: 5,
};

/// Groups on the wire: ID and name.
pub(crate) fn render_groups(state: &State, groups: &[String]) -> Value {
    let name = |id: &String| state.groups.get(id).map(|group| group.name.clone());
    groups.iter().map(|id| json!({ "groupId": id, "groupName": name(id) })).collect()
}

pub(super) fn render(region: &Region, id: &str, interface: &NetworkInterface) -> Value {
    let address = interface.address.to_string();
    let public = interface.public_address.map(|public| {
        let name = format!("ec2-{}.{}.compute.amazonaws.com", public.to_string().replace('.', "-"), region.name);
        json!({ "publicIp": public.to_string(), "publicDnsName": name, "ipOwnerId": "amazon-elb" })
    });
    let (managed, name) = (interface.is_requester_managed(), interface.private_name(region));
    let attachment = managed.then(|| {
        json!({
            "attachmentId": id.replace("eni-", "ela-attach-"), "instanceOwnerId": "amazon-aws", "deviceIndex": 1,
            "status": "attached", "deleteOnTermination": false,
        })
    });
    let ipv6 = interface.ipv6_address.map(|address| address.to_string());
    let ipv6_set: Value = ipv6.iter().map(|ipv6| json!({ "ipv6Address": ipv6, "isPrimaryIpv6": false })).collect();
    json!({
        "networkInterfaceId": id, "subnetId": interface.subnet, "vpcId": interface.vpc, "ownerId": region.account,
        "availabilityZone": interface.zone, "availabilityZoneId": availability_zone::id_of(&interface.zone),
        "description": interface.description, "interfaceType": interface.kind, "status": interface.status(),
        "requesterId": managed.then_some(interface.requester), "requesterManaged": managed, "operator": { "managed": false },
        "privateDnsName": name, "sourceDestCheck": interface.kind != "network_load_balancer",
        "macAddress": mac(interface.address), "privateIpAddress": address, "association": public,
        "privateIpAddressesSet": [{ "privateIpAddress": address, "privateDnsName": name, "primary": true, "association": public }],
        "attachment": attachment,
        "groupSet": render_groups(&region.ec2, &interface.groups), "ipv6Address": ipv6, "ipv6AddressesSet": ipv6_set, "tagSet": tag::render(&region.ec2, id),
    })
}

/// A locally administered MAC address that follows from the IP address.
fn mac(address: Ipv4Addr) -> String {
    let [a, b, c, d] = address.octets();
    format!("0a:00:{a:02x}:{b:02x}:{c:02x}:{d:02x}")
}

describe_request!(DescribeNetworkInterfacesRequest, "NetworkInterfaceId");

pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeNetworkInterfacesRequest) -> Answer<Value> {
    let page = select(ctx, &ctx.here.ec2.interfaces, request.selection(), &TABLE, |view, id, interface| {
        render(view.region, id, interface)
    })?;
    Ok(json!({ "networkInterfaceSet": page.items, "nextToken": page.next_token }))
}
