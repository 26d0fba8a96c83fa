//! The target group on the endpoint's addresses: one per endpoint and load balancer, whatever the number of rules, since the rewrite sits in the
//! rule.

use super::Want;
use crate::intent::{Intent, ListenerIntent, TargetGroupIntent};
use crate::names::ResourceName;
use crate::node::Node;
use crate::observed::{Attributes, DEREGISTRATION_DELAY, HealthCheck};
use crate::tags::Tags;

/// A target group to create and keep: type `ip`, HTTPS 443.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetGroup {
    /// Name.
    pub name: ResourceName,
    /// VPC; cannot be changed later.
    pub vpc_id: String,
    /// Health check.
    pub health_check: HealthCheck,
    /// Attributes.
    pub attributes: Attributes,
    /// Tags.
    pub tags: Tags,
}

pub(super) fn desired(intent: &Intent) -> Want<TargetGroup> {
    let (health_check, deregistration_delay) =
        match intent.load_balancer.as_ref().map(|balancer| &balancer.target_group) {
            None => return Want::Nothing,
            Some(TargetGroupIntent::Existing(arn)) => return Want::Existing(arn.clone()),
            Some(TargetGroupIntent::Create { health_check, deregistration_delay }) => {
                (health_check, deregistration_delay)
            }
        };
    let resource = Node::TargetGroup.resource();
    let behind = match intent.load_balancer.as_ref().map(|balancer| &balancer.listener) {
        Some(ListenerIntent::Existing { load_balancer_arn, .. }) => load_balancer_arn.clone(),
        Some(ListenerIntent::Create(create)) => format!("{:?}", create.scheme),
        None => String::new(),
    };
    Want::Managed(TargetGroup {
        // A target group serves one load balancer: another one needs another group beside it.
        name: ResourceName::elb(&intent.owner, resource, &format!("{} {behind}", intent.vpc_id)),
        vpc_id: intent.vpc_id.clone(),
        health_check: health_check.clone(),
        attributes: Attributes::of([(DEREGISTRATION_DELAY, deregistration_delay.to_string())]),
        tags: intent.owner.tags(resource, &intent.tags),
    })
}
