//! `spec.vpcEndpoint`.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::DeletionPolicy;

/// The interface VPC endpoint: exactly one of `create` or `id`.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = Rule::new("has(self.create) != has(self.id)")
        .message("exactly one of create or id must be set")
)]
pub struct VpcEndpoint {
    /// Create and keep an endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub create: Option<VpcEndpointCreate>,

    /// ID of an existing `execute-api` interface endpoint, for example `vpce-0a1b2c3d4e5f60718`. It is used, never changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^vpce-[0-9a-f]{8,17}$"))]
    pub id: Option<String>,
}

/// An endpoint to create.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct VpcEndpointCreate {
    /// Private subnets that get a network interface of the endpoint, at most one in each Availability Zone. They decide the VPC. 1 to 16.
    #[schemars(length(min = 1, max = 16), inner(regex(pattern = r"^subnet-[0-9a-f]{8,17}$")))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub subnet_ids: Vec<String>,

    /// Security groups of the endpoint's network interfaces. Default: a managed group that lets TCP 443 in from the load balancer's
    /// managed group only. At most 5.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 5), inner(regex(pattern = r"^sg-[0-9a-f]{8,17}$")))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub security_group_ids: Vec<String>,

    /// Whether the `execute-api` names of the region resolve to this endpoint inside the VPC. Default: `Disabled`. The load balancer does not
    /// need it, and with `Enabled` every call from the VPC to a public `execute-api` name stops working. `Enabled` needs the VPC's DNS
    /// support and DNS host names, and only one endpoint of a VPC can have it.
    #[serde(default)]
    pub private_dns: PrivateDns,

    /// What becomes of the endpoint and its managed security group when the object is deleted. Default: that of `spec.deletionPolicy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_policy: Option<DeletionPolicy>,
}

/// Private DNS of the endpoint.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PrivateDns {
    /// The region's `execute-api` names resolve to the endpoint.
    Enabled,
    /// Names resolve as outside the VPC.
    #[default]
    Disabled,
}
