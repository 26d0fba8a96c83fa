//! States that advance by themselves.

use std::collections::BTreeMap;

use frontdoor::observed::{
    ApiStatus, EndpointState, LoadBalancerState, Placement, TargetHealth, TargetState, VpcEndpoint,
};

use super::Cloud;
use crate::fixture;

pub(super) fn healthy() -> TargetHealth {
    TargetHealth { state: TargetState::Healthy, reason: None }
}

impl Cloud {
    /// A while passes.
    pub fn advance(&mut self) {
        self.all.vpc_endpoints.retain(|it| it.state != EndpointState::Deleted);
        let (mut next, pinned) = (self.next, &self.pinned);
        for endpoint in &mut self.all.vpc_endpoints {
            match endpoint.state {
                EndpointState::Deleting => endpoint.state = EndpointState::Deleted,
                EndpointState::Pending => {
                    endpoint.state = EndpointState::Available;
                    furnish(endpoint, pinned, &mut next);
                }
                _ => {}
            }
        }
        self.next = next;
        for balancer in &mut self.all.load_balancers {
            balancer.state = LoadBalancerState::Active;
        }
        for api in &mut self.all.rest_apis {
            api.status = ApiStatus::Available;
        }
        for group in &mut self.all.target_groups {
            group.targets.retain(|_, health| health.state != TargetState::Draining);
        }
        self.lingering.values_mut().for_each(|left| *left -= 1);
        self.lingering.retain(|_, left| *left > 0);
        self.check_targets();
    }

    /// Interfaces in subnets that were removed are gone at once.
    pub fn drop_interfaces(&mut self) {
        for endpoint in &mut self.all.vpc_endpoints {
            let kept = endpoint.subnet_ids.clone();
            endpoint.placements.retain(|_, placement| kept.contains(&placement.subnet_id));
            let placements = &endpoint.placements;
            endpoint.addresses.retain(|id, _| placements.contains_key(id));
            endpoint.network_interface_ids = placements.keys().cloned().collect();
        }
    }

    /// Addresses that carry traffic.
    pub(super) fn alive(&self) -> impl Iterator<Item = (&str, &VpcEndpoint)> {
        let up = |it: &&VpcEndpoint| !matches!(it.state, EndpointState::Deleting | EndpointState::Deleted);
        let endpoints = self.all.vpc_endpoints.iter().filter(up);
        endpoints.flat_map(|it| it.addresses.values().map(move |address| (address.as_str(), it)))
    }

    /// A target of a group that no rule uses is not checked.
    pub(super) fn judge_targets(&mut self) {
        let used: Vec<String> = self.all.rules.iter().filter_map(|it| it.target_group_arn.clone()).collect();
        for group in &mut self.all.target_groups {
            let is_used = used.contains(&group.arn);
            for health in group.targets.values_mut().filter(|health| health.state != TargetState::Draining) {
                match (is_used, health.state) {
                    (false, _) => health.state = TargetState::Unused,
                    (true, TargetState::Unused) => health.state = TargetState::Initial,
                    (true, _) => {}
                }
            }
        }
    }

    fn check_targets(&mut self) {
        self.judge_targets();
        let alive: Vec<String> = self.alive().map(|(address, _)| address.to_owned()).collect();
        for group in &mut self.all.target_groups {
            for (address, health) in &mut group.targets {
                if !matches!(health.state, TargetState::Draining | TargetState::Unused) {
                    let passes = alive.contains(address);
                    health.state = if passes { TargetState::Healthy } else { TargetState::Unhealthy };
                }
            }
        }
    }
}

/// Gives each subnet without one an interface.
fn furnish(endpoint: &mut VpcEndpoint, pinned: &BTreeMap<(String, String), String>, next: &mut u32) {
    for subnet in endpoint.subnet_ids.clone() {
        if endpoint.placements.values().any(|it| it.subnet_id == subnet) {
            continue;
        }
        *next += 1;
        let id = format!("eni-{next:08x}");
        let zone = fixture::SUBNETS.into_iter().find(|it| it.0 == subnet).map(|it| it.2.to_owned());
        let given = pinned.get(&(endpoint.id.clone(), subnet.clone())).cloned();
        let address = given.unwrap_or_else(|| format!("10.0.{}.{}", *next / 250, *next % 250));
        endpoint.addresses.insert(id.clone(), address);
        endpoint.placements.insert(id.clone(), Placement { subnet_id: subnet, zone_id: zone });
        endpoint.network_interface_ids.insert(id);
    }
}
