//! Security groups that a spec names, checked.

use super::{Problem, References, SecurityGroups};
use crate::observed::Unread;

/// The groups of a section of the spec: those it names, or a managed one.
pub(super) fn chosen(given: &[String]) -> SecurityGroups {
    if given.is_empty() { SecurityGroups::Managed } else { SecurityGroups::Given(given.to_vec()) }
}

/// What the managed group should let in says nothing where there is none.
pub(super) fn check_managed(section: &str, given: &[String], client_cidrs: &[String], problems: &mut Vec<Problem>) {
    if !given.is_empty() && !client_cidrs.is_empty() {
        let message = "is for the managed security group: leave it out with securityGroupIds, and allow the clients in those groups";
        problems.push(Problem::new(format!("{section}.clientCidrs"), message));
    }
}

/// They must exist in the VPC of what they protect; an empty VPC is one that is not known.
pub(super) fn check(section: &str, given: &[String], vpc_id: &str, found: &References, problems: &mut Vec<Problem>) {
    for (index, id) in given.iter().enumerate() {
        let message = match found.security_groups.get(id) {
            None if found.unread.contains(&Unread::GivenSecurityGroups) => continue,
            None => format!("security group {id} does not exist in {}", found.place()),
            Some(other) if !vpc_id.is_empty() && other != vpc_id => {
                format!("security group {id} is in {other}, the subnets in {vpc_id}: both must be in one VPC")
            }
            Some(_) => continue,
        };
        problems.push(Problem::new(format!("{section}.securityGroupIds[{index}]"), message));
    }
}
