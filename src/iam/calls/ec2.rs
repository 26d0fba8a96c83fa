//! EC2.

use super::{Call, call};
use crate::iam::Condition::{Created, CreatedEndpoint};
use crate::iam::need::{always, own, tags_new, when};
use crate::model::Operation;

pub(super) const CALLS: &[Call] = &[
    call(Operation::DescribeNetworkInterfaces, &[always("ec2:DescribeNetworkInterfaces", &["*"])]),
    call(Operation::DescribeSecurityGroups, &[always("ec2:DescribeSecurityGroups", &["*"])]),
    call(Operation::DescribeSubnets, &[always("ec2:DescribeSubnets", &["*"])]),
    call(Operation::DescribeVpcAttribute, &[always("ec2:DescribeVpcAttribute", &["vpc/*"])]),
    call(Operation::DescribeVpcEndpoints, &[always("ec2:DescribeVpcEndpoints", &["*"])]),
    call(
        Operation::CreateVpcEndpoint,
        &[
            always("ec2:CreateVpcEndpoint", &["vpc/*", "subnet/*", "security-group/*"]),
            when(CreatedEndpoint, "ec2:CreateVpcEndpoint", &["vpc-endpoint/*"]),
            tags_new("ec2:CreateTags"),
            // Its dependent actions.
            always("ec2:DescribeSecurityGroups", &["*"]),
            always("ec2:DescribeSubnets", &["*"]),
            always("ec2:DescribeVpcs", &["*"]),
            always("route53:AssociateVPCWithHostedZone", &["hostedzone/*"]),
        ],
    ),
    call(
        Operation::ModifyVpcEndpoint,
        &[
            own("ec2:ModifyVpcEndpoint"),
            always("ec2:ModifyVpcEndpoint", &["subnet/*", "security-group/*"]),
            // Inferred: private DNS takes the same, whenever it is switched on.
            always("route53:AssociateVPCWithHostedZone", &["hostedzone/*"]),
        ],
    ),
    call(Operation::DeleteVpcEndpoints, &[own("ec2:DeleteVpcEndpoints")]),
    call(
        Operation::CreateSecurityGroup,
        &[
            always("ec2:CreateSecurityGroup", &["vpc/*"]),
            when(Created, "ec2:CreateSecurityGroup", &["security-group/*"]),
            tags_new("ec2:CreateTags"),
        ],
    ),
    call(Operation::AuthorizeSecurityGroupEgress, &[own("ec2:AuthorizeSecurityGroupEgress")]),
    call(Operation::AuthorizeSecurityGroupIngress, &[own("ec2:AuthorizeSecurityGroupIngress")]),
    call(Operation::RevokeSecurityGroupEgress, &[own("ec2:RevokeSecurityGroupEgress")]),
    call(Operation::RevokeSecurityGroupIngress, &[own("ec2:RevokeSecurityGroupIngress")]),
    call(Operation::DeleteSecurityGroup, &[own("ec2:DeleteSecurityGroup")]),
    call(Operation::CreateTags, &[own("ec2:CreateTags")]),
    call(Operation::DeleteTags, &[own("ec2:DeleteTags")]),
];
