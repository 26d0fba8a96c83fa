//! Interface VPC endpoints.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::tags::Tags;

/// An interface VPC endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VpcEndpoint {
    /// ID.
    pub id: String,
    /// VPC.
    pub vpc_id: String,
    /// Service it leads to.
    pub service_name: String,
    /// State.
    pub state: EndpointState,
    /// Why it failed, when AWS says so.
    pub failure: Option<String>,
    /// Subnets with a network interface of it.
    pub subnet_ids: BTreeSet<String>,
    /// Security groups of its network interfaces.
    pub security_group_ids: BTreeSet<String>,
    /// Whether private DNS is on.
    pub private_dns: bool,
    /// Kinds of addresses: `ipv4`, `dualstack`, `ipv6`.
    pub ip_address_type: String,
    /// Its policy.
    pub policy: Value,
    /// Regional DNS name first, then those of the zones.
    pub dns_names: Vec<String>,
    /// Its network interfaces.
    pub network_interface_ids: BTreeSet<String>,
    /// Private IPv4 address of each network interface whose address is known.
    pub addresses: BTreeMap<String, String>,
    /// Where each network interface is, as far as known.
    pub placements: BTreeMap<String, Placement>,
    /// Tags.
    pub tags: Tags,
}

/// Where a network interface is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// Its subnet.
    pub subnet_id: String,
    /// The subnet's Availability Zone, by ID, where AWS tells it.
    pub zone_id: Option<String>,
}

impl VpcEndpoint {
    /// Whether it is gone: EC2 lists a deleted endpoint for a while.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.state == EndpointState::Deleted
    }

    /// Whether an API can be associated with it: not when it is on its way out.
    #[must_use]
    pub fn is_associable(&self) -> bool {
        !matches!(self.state, EndpointState::Deleting | EndpointState::Deleted)
    }

    /// The Availability Zone of one of its subnets, where known.
    #[must_use]
    pub fn zone_of(&self, subnet_id: &str) -> Option<&str> {
        let placement = self.placements.values().find(|placement| placement.subnet_id == subnet_id)?;
        placement.zone_id.as_deref()
    }

    /// The address of its network interface in a subnet, where known.
    #[must_use]
    pub fn address_in(&self, subnet_id: &str) -> Option<&String> {
        let (interface, _) = self.placements.iter().find(|(_, placement)| placement.subnet_id == subnet_id)?;
        self.addresses.get(interface)
    }

    /// Addresses in these subnets; one whose subnet is not known counts as in them.
    #[must_use]
    pub fn addresses_in(&self, within: impl Fn(&str) -> bool) -> BTreeSet<String> {
        let counts =
            |interface: &String| self.placements.get(interface).is_none_or(|placement| within(&placement.subnet_id));
        self.addresses.iter().filter(|(id, _)| counts(id)).map(|(_, address)| address.clone()).collect()
    }

    /// Addresses that can be targets: known only when every network interface has told its own.
    #[must_use]
    pub fn target_addresses(&self) -> Option<BTreeSet<String>> {
        let complete = !self.network_interface_ids.is_empty()
            && self.network_interface_ids.len() >= self.subnet_ids.len()
            && self.network_interface_ids.iter().all(|id| self.addresses.contains_key(id));
        complete.then(|| self.addresses.values().cloned().collect())
    }
}

/// State of an endpoint; AWS writes it in lower camel case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum EndpointState {
    /// Being created or changed.
    Pending,
    /// Waits for the owner of the service.
    PendingAcceptance,
    /// Carries traffic.
    Available,
    /// Being deleted.
    Deleting,
    /// Gone, still listed for a while.
    Deleted,
    /// Refused, failed, expired or partial: needs a person.
    Broken(String),
}

impl EndpointState {
    /// The state as AWS writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "pending",
            Self::PendingAcceptance => "pendingAcceptance",
            Self::Available => "available",
            Self::Deleting => "deleting",
            Self::Deleted => "deleted",
            Self::Broken(state) => state,
        }
    }
}

impl From<&str> for EndpointState {
    /// Compares without case: the service and its model disagree on it.
    fn from(state: &str) -> Self {
        let known = [Self::Pending, Self::PendingAcceptance, Self::Available, Self::Deleting, Self::Deleted];
        known
            .into_iter()
            .find(|candidate| candidate.as_str().eq_ignore_ascii_case(state))
            .unwrap_or_else(|| Self::Broken(state.to_owned()))
    }
}
