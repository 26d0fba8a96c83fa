//! The Application Load Balancer.

use std::collections::BTreeSet;

use super::draft::Draft;
use super::{Difference, membership};
use crate::api::{IpAddressType, LoadBalancerScheme};
use crate::change::{Change, LoadBalancerChange};
use crate::desired::{LoadBalancer as Wanted, Want};
use crate::node::{GroupRole, Node};
use crate::observed::{DELETION_PROTECTION, LoadBalancer, LoadBalancerState, Unread};

const NODE: Node = Node::LoadBalancer;

pub(super) fn forward(draft: &mut Draft<'_>, want: &Want<Wanted>) {
    if draft.is_entrance_unread() && *want != Want::Nothing {
        return draft.block(NODE, "check", []);
    }
    if let Want::Managed(wanted) = want {
        let group_ids = match draft.group_ids(&wanted.security_groups) {
            Ok(ids) => ids,
            Err(missing) => return draft.block(NODE, "create", missing),
        };
        let Some(present) = draft.current.load_balancer else {
            let change = LoadBalancerChange::Create {
                name: wanted.name.to_string(),
                scheme: scheme(wanted.scheme),
                subnet_ids: wanted.subnet_ids.clone(),
                security_group_ids: group_ids,
                ip_address_type: ip_address_type(wanted.ip_address_type),
                tags: wanted.tags.clone(),
            };
            let old = draft.snapshot.load_balancers.iter().find(|balancer| draft.owns(&balancer.tags));
            let replaces =
                old.map(|old| format!("{}: the VPC and the scheme of a load balancer cannot be changed", old.arn));
            return draft.create(NODE, Change::LoadBalancer(change), replaces);
        };
        modify(draft, present, wanted, &group_ids);
    }
    if let Some(present) = draft.current.load_balancer {
        judge_state(draft, present);
    }
}

fn modify(draft: &mut Draft<'_>, present: &LoadBalancer, wanted: &Wanted, group_ids: &BTreeSet<String>) {
    let arn = present.arn.clone();
    let (change, differences) = place(present, wanted);
    if !differences.is_empty() {
        draft.update(NODE, Change::LoadBalancer(change), differences);
    }
    let mut target = wanted.attributes.clone();
    if !wanted.keeps_deletion_protection {
        target = target.with(DELETION_PROTECTION, &present.attributes);
    }
    let (attributes, differences) = Difference::attributes(&present.attributes, &target);
    if !differences.is_empty() && !draft.is_unread(&Unread::LoadBalancerAttributes) {
        let change = LoadBalancerChange::ModifyAttributes { arn: arn.clone(), attributes };
        draft.update(NODE, Change::LoadBalancer(change), differences);
    }
    let group_ids = membership::of_balancer(draft, &present.security_group_ids, group_ids);
    let Some(difference) = Difference::items("securityGroupIds", &present.security_group_ids, &group_ids) else {
        return;
    };
    if draft.groups_admit() {
        let change = LoadBalancerChange::SetSecurityGroups { arn, security_group_ids: group_ids };
        draft.update(NODE, Change::LoadBalancer(change), vec![difference]);
    } else {
        draft.block(NODE, "set security groups", GroupRole::ALL.map(Node::SecurityGroup));
    }
}

/// Subnets and address type: in one call where both change, since AWS takes a type only in subnets that have it.
fn place(present: &LoadBalancer, wanted: &Wanted) -> (LoadBalancerChange, Vec<Difference>) {
    let (arn, kind) = (present.arn.clone(), ip_address_type(wanted.ip_address_type));
    let subnets = Difference::items("subnetIds", &present.subnet_ids, &wanted.subnet_ids);
    let address_type = Difference::value("ipAddressType", Some(present.ip_address_type.as_str()), Some(kind));
    let change = if subnets.is_some() {
        let ip_address_type = address_type.is_some().then_some(kind);
        LoadBalancerChange::SetSubnets { arn, ip_address_type, subnet_ids: wanted.subnet_ids.clone() }
    } else {
        LoadBalancerChange::SetIpAddressType { arn, ip_address_type: kind }
    };
    (change, subnets.into_iter().chain(address_type).collect())
}

fn scheme(scheme: LoadBalancerScheme) -> &'static str {
    match scheme {
        LoadBalancerScheme::InternetFacing => "internet-facing",
        LoadBalancerScheme::Internal => "internal",
    }
}

fn ip_address_type(kind: IpAddressType) -> &'static str {
    match kind {
        IpAddressType::Ipv4 => "ipv4",
        IpAddressType::Dualstack => "dualstack",
        IpAddressType::DualstackWithoutPublicIpv4 => "dualstack-without-public-ipv4",
    }
}

fn judge_state(draft: &mut Draft<'_>, present: &LoadBalancer) {
    match &present.state {
        LoadBalancerState::Active | LoadBalancerState::ActiveImpaired => {}
        LoadBalancerState::Provisioning => draft.wait(NODE, format!("load balancer {} is provisioning", present.name)),
        LoadBalancerState::Failed(why) => {
            draft.fault(
                NODE,
                format!("load balancer {} could not be set up: {why}; delete it, it is created again", present.name),
            );
        }
    }
}

pub(super) fn backward(draft: &mut Draft<'_>, want: &Want<Wanted>) {
    if let (Want::Managed(wanted), Some(present)) = (want, draft.current.load_balancer) {
        leave_groups(draft, present, wanted);
    }
    let keep = draft.current.load_balancer.map(|balancer| &balancer.arn);
    let mut obsolete: Vec<&LoadBalancer> =
        draft.snapshot.load_balancers.iter().filter(|it| draft.owns(&it.tags) && Some(&it.arn) != keep).collect();
    obsolete.sort_by_key(|it| &it.arn);
    for balancer in obsolete {
        draft.step(NODE, Change::LoadBalancer(LoadBalancerChange::Delete { arn: balancer.arn.clone() }));
    }
}

/// Groups in which only targets of an earlier endpoint keep the load balancer are left after those.
fn leave_groups(draft: &mut Draft<'_>, present: &LoadBalancer, wanted: &Wanted) {
    let stays = draft.group_ids(&wanted.security_groups).is_ok_and(|ids| !present.security_group_ids.is_subset(&ids));
    if stays && draft.old_targets_serve() {
        draft.block(NODE, "leave security groups", [Node::TargetGroup]);
    }
}

/// Whether the load balancer is ours and goes: its listeners and rules go with it.
pub(super) fn goes(draft: &Draft<'_>, arn: &str) -> bool {
    let kept = draft.current.load_balancer.is_some_and(|balancer| balancer.arn == arn);
    !kept && draft.snapshot.load_balancers.iter().any(|balancer| balancer.arn == arn && draft.owns(&balancer.tags))
}
