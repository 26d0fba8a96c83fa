//! The default world: what every account finds in every region. The identifiers are the same everywhere.

use serde_json::{Value, json};

use super::Region;
use crate::services::{acm, ec2, lambda};

/// The VPC that front doors are built in: DNS support and DNS host names on, with an internet gateway.
pub const VPC: &str = "vpc-0a1b2c3d4e5f60001";
/// A second VPC, for consumers.
pub const CONSUMER_VPC: &str = "vpc-0a1b2c3d4e5f60002";
/// Default security group of [`VPC`].
pub const DEFAULT_GROUP: &str = "sg-0a1b2c3d4e5f60001";
/// Default security group of [`CONSUMER_VPC`].
pub const CONSUMER_DEFAULT_GROUP: &str = "sg-0a1b2c3d4e5f60002";
/// Internet gateway of [`VPC`].
pub const INTERNET_GATEWAY: &str = "igw-0a1b2c3d4e5f60001";
/// Last part of the issued certificate's ARN.
pub const CERTIFICATE: &str = "0a1b2c3d-4e5f-4000-8000-000000000001";
/// Name of the issued certificate; it holds `*.example.com` too.
pub const CERTIFICATE_DOMAIN: &str = "example.com";
/// The subnets: ID, VPC, zone letter, CIDR, name.
pub const SUBNETS: [(&str, &str, &str, &str, &str); 6] = [
    ("subnet-0a1b2c3d4e5f60011", VPC, "a", "10.0.1.0/24", "public-a"),
    ("subnet-0a1b2c3d4e5f60012", VPC, "b", "10.0.2.0/24", "public-b"),
    ("subnet-0a1b2c3d4e5f60021", VPC, "a", "10.0.11.0/24", "private-a"),
    ("subnet-0a1b2c3d4e5f60022", VPC, "b", "10.0.12.0/24", "private-b"),
    ("subnet-0a1b2c3d4e5f60031", CONSUMER_VPC, "a", "10.1.1.0/24", "consumer-a"),
    ("subnet-0a1b2c3d4e5f60032", CONSUMER_VPC, "b", "10.1.2.0/24", "consumer-b"),
];

/// Puts the default world into an empty region.
pub(super) fn fill(region: &mut Region) {
    ec2::defaults::fill(region);
    acm::fill(region);
    lambda::defaults(region);
}

/// The default world for people and scripts.
#[must_use]
pub fn describe() -> Value {
    let subnets: Value = SUBNETS
        .iter()
        .map(|(id, vpc, zone, cidr, name)| {
            json!({"subnetId": id, "vpcId": vpc, "availabilityZone": format!("<region>{zone}"), "cidrBlock": cidr, "name": name})
        })
        .collect();
    json!({
        "account": "the access key ID if it is made of 12 digits, else 111122223333",
        "region": "of the credential scope; the same world in each",
        "vpcs": [
            {"vpcId": VPC, "cidrBlock": "10.0.0.0/16", "name": "main", "defaultSecurityGroupId": DEFAULT_GROUP, "internetGatewayId": INTERNET_GATEWAY},
            {"vpcId": CONSUMER_VPC, "cidrBlock": "10.1.0.0/16", "name": "consumer", "defaultSecurityGroupId": CONSUMER_DEFAULT_GROUP},
        ],
        "subnets": subnets,
        "certificateArn": format!("arn:aws:acm:<region>:<account>:certificate/{CERTIFICATE}"),
        "certificateDomains": [CERTIFICATE_DOMAIN, format!("*.{CERTIFICATE_DOMAIN}")],
        "functions": ["hello"],
    })
}
