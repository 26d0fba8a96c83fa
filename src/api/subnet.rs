//! How subnets are chosen.

use std::collections::BTreeMap;

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

/// Chooses subnets by their tags: every subnet that has all of them. Two in one Availability Zone are refused, so the tags have to tell them apart.
/// Subnets that get the tags later are added, those that lose them are removed, within five minutes.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(rename_all = "camelCase")]
pub struct SubnetSelector {
    /// Tags that a subnet must have, with these values. 1 to 10.
    #[schemars(extend("minProperties" = 1, "maxProperties" = 10))]
    #[serde(deserialize_with = "super::null::entries")]
    pub match_tags: BTreeMap<String, String>,

    /// The VPC to look in. Default: every VPC of account and region; subnets of two VPCs are refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^vpc-[0-9a-f]{8,17}$"))]
    pub vpc_id: Option<String>,
}

/// The address of the network interface in a subnet.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct SubnetConfiguration {
    /// One of the endpoint's subnets.
    #[schemars(length(max = 24), regex(pattern = r"^subnet-[0-9a-f]{8,17}$"))]
    pub subnet_id: String,

    /// A free address of the subnet's range, not one of its first four or its last, which AWS reserves. A change replaces the network interface, one at a
    /// time while the others serve.
    #[schemars(
        length(max = 15),
        regex(
            pattern = r"^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])$"
        )
    )]
    pub ipv4: String,
}
