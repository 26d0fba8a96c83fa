//! Elastic Load Balancing.

use super::{Call, call};
use crate::iam::Condition::{Created, CreatedOnOwn};
use crate::iam::Need;
use crate::iam::need::{LINKED_ROLE, TAGS_NEW_PART, always, own, tags_new, when};
use crate::model::Operation;

const BALANCER: &[&str] = &["loadbalancer/app/*"];

/// Reads of EC2 that a call makes in the caller's name.
///
/// Source: Elastic Load Balancing User Guide, "Elastic Load Balancing API permissions".
macro_rules! of_ec2 {
    ($action:literal) => {
        always(concat!("ec2:", $action), &["*"])
    };
}

/// Which groups may be in a VPC, looked up in the caller's name, too; not in that list. Inferred for `SetSecurityGroups`.
///
/// Source: kubernetes-sigs/aws-load-balancer-controller#3917, the refusal of `CreateLoadBalancer`, and its IAM policy since 2.10.
const GROUPS_FOR_VPC: Need = always("ec2:GetSecurityGroupsForVpc", &["vpc/*"]);

/// A read: none of them knows resources.
macro_rules! read {
    ($operation:ident) => {
        call(Operation::$operation, &[always(concat!("elasticloadbalancing:", stringify!($operation)), &["*"])])
    };
}

/// A change of what has our tags.
macro_rules! change {
    ($operation:ident) => {
        call(Operation::$operation, &[own(concat!("elasticloadbalancing:", stringify!($operation)))])
    };
}

pub(super) const CALLS: &[Call] = &[
    read!(DescribeListenerCertificates),
    read!(DescribeListeners),
    read!(DescribeLoadBalancerAttributes),
    read!(DescribeLoadBalancers),
    read!(DescribeRules),
    read!(DescribeTags),
    read!(DescribeTargetGroupAttributes),
    read!(DescribeTargetGroups),
    read!(DescribeTargetHealth),
    call(
        Operation::CreateLoadBalancer,
        &[
            when(Created, "elasticloadbalancing:CreateLoadBalancer", BALANCER),
            tags_new("elasticloadbalancing:AddTags"),
            LINKED_ROLE,
            of_ec2!("DescribeAccountAttributes"),
            of_ec2!("DescribeAddresses"),
            of_ec2!("DescribeInternetGateways"),
            of_ec2!("DescribeSecurityGroups"),
            of_ec2!("DescribeSubnets"),
            of_ec2!("DescribeVpcs"),
            GROUPS_FOR_VPC,
        ],
    ),
    change!(ModifyLoadBalancerAttributes),
    change!(SetIpAddressType),
    call(Operation::SetSecurityGroups, &[own("elasticloadbalancing:SetSecurityGroups"), GROUPS_FOR_VPC]),
    change!(SetSubnets),
    change!(DeleteLoadBalancer),
    call(
        Operation::CreateListener,
        &[when(CreatedOnOwn, "elasticloadbalancing:CreateListener", BALANCER), TAGS_NEW_PART],
    ),
    change!(ModifyListener),
    change!(AddListenerCertificates),
    change!(RemoveListenerCertificates),
    change!(DeleteListener),
    call(
        Operation::CreateRule,
        &[
            // The listener may be somebody else's.
            when(Created, "elasticloadbalancing:CreateRule", &["listener/app/*"]),
            TAGS_NEW_PART,
        ],
    ),
    change!(ModifyRule),
    // The one change of a rule that knows no condition on tags.
    call(Operation::SetRulePriorities, &[always("elasticloadbalancing:SetRulePriorities", &["listener-rule/app/*"])]),
    change!(DeleteRule),
    call(
        Operation::CreateTargetGroup,
        &[
            when(Created, "elasticloadbalancing:CreateTargetGroup", &["targetgroup/*"]),
            tags_new("elasticloadbalancing:AddTags"),
            LINKED_ROLE,
            of_ec2!("DescribeInternetGateways"),
            of_ec2!("DescribeVpcs"),
        ],
    ),
    change!(ModifyTargetGroup),
    change!(ModifyTargetGroupAttributes),
    call(
        Operation::RegisterTargets,
        &[
            own("elasticloadbalancing:RegisterTargets"),
            of_ec2!("DescribeInstances"),
            of_ec2!("DescribeInternetGateways"),
            of_ec2!("DescribeSubnets"),
            of_ec2!("DescribeVpcs"),
        ],
    ),
    change!(DeregisterTargets),
    change!(DeleteTargetGroup),
    change!(AddTags),
    change!(RemoveTags),
];
