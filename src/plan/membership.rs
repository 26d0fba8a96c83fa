//! Which security groups endpoint and load balancer are in while both move: each joins its new groups before either leaves its old ones, so that at every
//! moment there is a pair of groups that let each other through.

use std::collections::BTreeSet;

use super::draft::Draft;
use crate::desired::GroupRef;

/// Most groups of a network interface or load balancer.
///
/// Source: VPC User Guide, "Amazon VPC quotas", "Security groups per network interface".
const MOST: usize = 5;

/// Groups that the endpoint should be in now.
pub(super) fn of_endpoint(
    draft: &Draft<'_>,
    present: &BTreeSet<String>,
    wanted: &BTreeSet<String>,
) -> BTreeSet<String> {
    let balancer = draft.graph.load_balancer.managed().zip(draft.current.load_balancer);
    let joins =
        balancer.is_some_and(|(wanted, balancer)| joins(draft, &wanted.security_groups, &balancer.security_group_ids));
    target(present, wanted, joins)
}

/// Groups that the load balancer should be in now. Targets of an earlier endpoint are reached by the old ones.
pub(super) fn of_balancer(
    draft: &Draft<'_>,
    present: &BTreeSet<String>,
    wanted: &BTreeSet<String>,
) -> BTreeSet<String> {
    let endpoint = draft.graph.vpc_endpoint.managed().zip(draft.current.vpc_endpoint);
    let joins =
        endpoint.is_some_and(|(wanted, endpoint)| joins(draft, &wanted.security_groups, &endpoint.security_group_ids));
    target(present, wanted, joins || draft.old_targets_serve())
}

/// Whether the other side has yet to join a group.
fn joins(draft: &Draft<'_>, wanted: &BTreeSet<GroupRef>, present: &BTreeSet<String>) -> bool {
    draft.group_ids(wanted).map_or(true, |wanted| !wanted.is_subset(present))
}

fn target(present: &BTreeSet<String>, wanted: &BTreeSet<String>, stays: bool) -> BTreeSet<String> {
    let both: BTreeSet<String> = present.union(wanted).cloned().collect();
    if stays && both.len() <= MOST { both } else { wanted.clone() }
}
