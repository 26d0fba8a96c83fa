//! EC2.

use super::{Call, call};
use crate::iam::Condition::{Created, CreatedEndpoint};
use crate::iam::need::{always, own, tags_new, when};

pub(super) const CALLS: &[Call] = &[
    call("ec2:DescribeNetworkInterfaces", &[always("ec2:DescribeNetworkInterfaces", &["*"])]),
    call("ec2:DescribeSecurityGroups", &[always("ec2:DescribeSecurityGroups", &["*"])]),
    call("ec2:DescribeSubnets", &[always("ec2:DescribeSubnets", &["*"])]),
    call("ec2:DescribeVpcAttribute", &[always("ec2:DescribeVpcAttribute", &["vpc/*"])]),
    call("ec2:DescribeVpcEndpoints", &[always("ec2:DescribeVpcEndpoints", &["*"])]),
    call(
        "ec2:CreateVpcEndpoint",
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
        "ec2:ModifyVpcEndpoint",
        &[
            own("ec2:ModifyVpcEndpoint"),
            always("ec2:ModifyVpcEndpoint", &["subnet/*", "security-group/*"]),
            // Inferred: private DNS takes the same, whenever it is switched on.
            always("route53:AssociateVPCWithHostedZone", &["hostedzone/*"]),
        ],
    ),
    call("ec2:DeleteVpcEndpoints", &[own("ec2:DeleteVpcEndpoints")]),
    call(
        "ec2:CreateSecurityGroup",
        &[
            always("ec2:CreateSecurityGroup", &["vpc/*"]),
            when(Created, "ec2:CreateSecurityGroup", &["security-group/*"]),
            tags_new("ec2:CreateTags"),
        ],
    ),
    call("ec2:AuthorizeSecurityGroupEgress", &[own("ec2:AuthorizeSecurityGroupEgress")]),
    call("ec2:AuthorizeSecurityGroupIngress", &[own("ec2:AuthorizeSecurityGroupIngress")]),
    call("ec2:RevokeSecurityGroupEgress", &[own("ec2:RevokeSecurityGroupEgress")]),
    call("ec2:RevokeSecurityGroupIngress", &[own("ec2:RevokeSecurityGroupIngress")]),
    call("ec2:DeleteSecurityGroup", &[own("ec2:DeleteSecurityGroup")]),
    call("ec2:CreateTags", &[own("ec2:CreateTags")]),
    call("ec2:DeleteTags", &[own("ec2:DeleteTags")]),
];
