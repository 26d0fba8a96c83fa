//! Elastic Load Balancing.

use super::{Call, call};
use crate::iam::Condition::{Created, CreatedOnOwn, ForLoadBalancing};
use crate::iam::Need;
use crate::iam::need::{always, own, tags_new, when};

const BALANCER: &[&str] = &["loadbalancer/app/*"];

/// The first load balancer or target group of an account creates a role.
///
/// Source: Elastic Load Balancing User Guide, "Elastic Load Balancing service-linked role".
const LINKED_ROLE: Need = when(
    ForLoadBalancing,
    "iam:CreateServiceLinkedRole",
    &["role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing"],
);

/// A read: none of them knows resources.
macro_rules! read {
    ($operation:literal) => {
        call($operation, &[always($operation, &["*"])])
    };
}

/// A change of what has our tags.
macro_rules! change {
    ($operation:literal) => {
        call($operation, &[own($operation)])
    };
}

pub(super) const CALLS: &[Call] = &[
    read!("elasticloadbalancing:DescribeListenerCertificates"),
    read!("elasticloadbalancing:DescribeListeners"),
    read!("elasticloadbalancing:DescribeLoadBalancerAttributes"),
    read!("elasticloadbalancing:DescribeLoadBalancers"),
    read!("elasticloadbalancing:DescribeRules"),
    read!("elasticloadbalancing:DescribeTags"),
    read!("elasticloadbalancing:DescribeTargetGroupAttributes"),
    read!("elasticloadbalancing:DescribeTargetGroups"),
    read!("elasticloadbalancing:DescribeTargetHealth"),
    call(
        "elasticloadbalancing:CreateLoadBalancer",
        &[
            when(Created, "elasticloadbalancing:CreateLoadBalancer", BALANCER),
            tags_new("elasticloadbalancing:AddTags"),
            LINKED_ROLE,
        ],
    ),
    change!("elasticloadbalancing:ModifyLoadBalancerAttributes"),
    change!("elasticloadbalancing:SetIpAddressType"),
    change!("elasticloadbalancing:SetSecurityGroups"),
    change!("elasticloadbalancing:SetSubnets"),
    change!("elasticloadbalancing:DeleteLoadBalancer"),
    call(
        "elasticloadbalancing:CreateListener",
        &[
            when(CreatedOnOwn, "elasticloadbalancing:CreateListener", BALANCER),
            tags_new("elasticloadbalancing:AddTags"),
        ],
    ),
    change!("elasticloadbalancing:ModifyListener"),
    change!("elasticloadbalancing:AddListenerCertificates"),
    change!("elasticloadbalancing:RemoveListenerCertificates"),
    change!("elasticloadbalancing:DeleteListener"),
    call(
        "elasticloadbalancing:CreateRule",
        &[
            // The listener may be somebody else's.
            when(Created, "elasticloadbalancing:CreateRule", &["listener/app/*"]),
            tags_new("elasticloadbalancing:AddTags"),
        ],
    ),
    change!("elasticloadbalancing:ModifyRule"),
    // The one change of a rule that knows no condition on tags.
    call(
        "elasticloadbalancing:SetRulePriorities",
        &[always("elasticloadbalancing:SetRulePriorities", &["listener-rule/app/*"])],
    ),
    change!("elasticloadbalancing:DeleteRule"),
    call(
        "elasticloadbalancing:CreateTargetGroup",
        &[
            when(Created, "elasticloadbalancing:CreateTargetGroup", &["targetgroup/*"]),
            tags_new("elasticloadbalancing:AddTags"),
            LINKED_ROLE,
        ],
    ),
    change!("elasticloadbalancing:ModifyTargetGroup"),
    change!("elasticloadbalancing:ModifyTargetGroupAttributes"),
    change!("elasticloadbalancing:RegisterTargets"),
    change!("elasticloadbalancing:DeregisterTargets"),
    change!("elasticloadbalancing:DeleteTargetGroup"),
    change!("elasticloadbalancing:AddTags"),
    change!("elasticloadbalancing:RemoveTags"),
];
