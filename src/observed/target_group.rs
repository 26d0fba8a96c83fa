//! Target groups with their targets.

use std::collections::{BTreeMap, BTreeSet};

use super::{Attributes, HealthCheck};
use crate::tags::Tags;

/// A target group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetGroup {
    /// ARN.
    pub arn: String,
    /// Name, unique in account and region.
    pub name: String,
    /// VPC.
    pub vpc_id: String,
    /// What targets are: `ip`, or another that cannot hold the endpoint's addresses.
    pub target_type: String,
    /// Protocol in which targets are spoken to.
    pub protocol: String,
    /// Version of HTTP in which targets are spoken to: `HTTP1`, `HTTP2` or `GRPC`.
    pub protocol_version: String,
    /// Port of the targets.
    pub port: i32,
    /// Health check.
    pub health_check: HealthCheck,
    /// Attributes, where they were asked for.
    pub attributes: Attributes,
    /// Load balancers whose rules forward to it.
    pub load_balancer_arns: BTreeSet<String>,
    /// Targets by address.
    pub targets: BTreeMap<String, TargetHealth>,
    /// Tags.
    pub tags: Tags,
}

/// Health of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetHealth {
    /// State.
    pub state: TargetState,
    /// Why, in AWS's words.
    pub reason: Option<String>,
}

/// State of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetState {
    /// Registered, first checks under way.
    Initial,
    /// Passes its checks.
    Healthy,
    /// Fails its checks.
    Unhealthy,
    /// No rule forwards to the group, or its zone is off.
    Unused,
    /// Deregistered, finishing its requests.
    Draining,
    /// Health is not known.
    Unavailable,
}

impl TargetGroup {
    /// Addresses that are registered and stay so.
    #[must_use]
    pub fn registered(&self) -> BTreeSet<String> {
        let stays = |(address, health): (&String, &TargetHealth)| {
            (health.state != TargetState::Draining).then(|| address.clone())
        };
        self.targets.iter().filter_map(stays).collect()
    }

    /// Addresses that finish the requests they have and then are no targets any more.
    pub fn draining(&self) -> impl Iterator<Item = &String> {
        self.targets.iter().filter(|(_, health)| health.state == TargetState::Draining).map(|(address, _)| address)
    }

    /// How many registered targets are healthy.
    #[must_use]
    pub fn healthy(&self) -> usize {
        self.targets.values().filter(|target| target.state == TargetState::Healthy).count()
    }
}
