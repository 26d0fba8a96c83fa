//! Application Load Balancers.

use std::collections::BTreeSet;

use super::Attributes;
use crate::tags::Tags;

/// An Application Load Balancer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadBalancer {
    /// ARN.
    pub arn: String,
    /// Name, unique in account and region.
    pub name: String,
    /// Type: `application`, or another that cannot stand before a private API.
    pub kind: String,
    /// `internet-facing` or `internal`.
    pub scheme: String,
    /// DNS name.
    pub dns_name: String,
    /// VPC.
    pub vpc_id: String,
    /// Subnets.
    pub subnet_ids: BTreeSet<String>,
    /// Security groups.
    pub security_group_ids: BTreeSet<String>,
    /// Kinds of addresses: `ipv4`, `dualstack`, `dualstack-without-public-ipv4`.
    pub ip_address_type: String,
    /// Attributes, where they were asked for.
    pub attributes: Attributes,
    /// State.
    pub state: LoadBalancerState,
    /// Tags.
    pub tags: Tags,
}

/// State of a load balancer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadBalancerState {
    /// Being set up.
    Provisioning,
    /// Carries traffic.
    Active,
    /// Carries traffic, but lacks what it needs to scale.
    ActiveImpaired,
    /// Could not be set up, with AWS's reason.
    Failed(String),
}
