//! `spec.vpcEndpoint`.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::rest_api::free_object;
use super::{DeletionPolicy, SubnetConfiguration, SubnetSelector, cel};

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
    /// Its security groups must allow inbound TCP 443 from the load balancer's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^vpce-[0-9a-f]{8,17}$"))]
    pub id: Option<String>,
}

/// An endpoint to create.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = Rule::new("has(self.subnetIds) != has(self.subnetSelector)")
        .message("exactly one of subnetIds or subnetSelector must be set"),
    validation = Rule::new("!has(self.subnetConfigurations) || !has(self.subnetIds) || self.subnetConfigurations.all(it, it.subnetId in self.subnetIds)")
        .message("subnetConfigurations names a subnet that is not in subnetIds: add it there, or take it out here"),
    validation = Rule::new("!has(self.subnetConfigurations) || self.ipAddressType == 'ipv4'")
        .message("subnetConfigurations needs ipAddressType ipv4: with dualstack AWS requires the IPv6 address, too"),
    validation = cel::clients_by_ipv4("endpoint"),
    validation = cel::managed_clients()
)]
pub struct VpcEndpointCreate {
    /// Private subnets that get a network interface of the endpoint, at most one in each Availability Zone. They decide the VPC. 1 to 16. Exactly one
    /// of `subnetIds` or `subnetSelector`.
    #[serde(default, deserialize_with = "super::null::as_default", skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1, max = 16), inner(length(max = 24), regex(pattern = r"^subnet-[0-9a-f]{8,17}$")))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub subnet_ids: Vec<String>,

    /// Chooses the subnets by their tags instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subnet_selector: Option<SubnetSelector>,

    /// Addresses of network interfaces, for subnets that need a fixed one: firewalls can then name them, and an endpoint that is created again
    /// keeps them. Default: AWS chooses. At most 16.
    #[serde(default, deserialize_with = "super::null::as_default", skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["subnetId".into()]))]
    pub subnet_configurations: Vec<SubnetConfiguration>,

    /// Kinds of addresses of the network interfaces. Default: `ipv4`. `dualstack` needs subnets with IPv6 ranges; the load balancer reaches the endpoint
    /// by IPv4 all the same. Changed in place.
    #[serde(default)]
    pub ip_address_type: EndpointIpAddressType,

    /// The endpoint policy: which calls may pass the endpoint, whatever the API's own policy says. An IAM policy document with `Version` and `Statement`;
    /// the actions are `execute-api:Invoke`, the resources full ARNs. One that lets no request to the API pass is refused. Default: everything may pass.
    /// At most 20,480 characters.
    #[serde(default, deserialize_with = "super::null::free", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "free_object")]
    pub policy: Option<Map<String, Value>>,

    /// Security groups of the endpoint's network interfaces. Default: a managed group that allows inbound TCP 443 from the load balancer's security groups and
    /// from `clientCidrs` only. At most 5.
    #[serde(default, deserialize_with = "super::null::as_default", skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 5), inner(regex(pattern = r"^sg-[0-9a-f]{8,17}$")))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub security_group_ids: Vec<String>,

    /// Address ranges of clients that reach the endpoint itself and not through the load balancer, such as those on premises: the managed security group
    /// allows inbound TCP 443 from them. IPv6 ranges need `dualstack`. Default: none; without `loadBalancer` it or `securityGroupIds` is required. Not together with
    /// `securityGroupIds`. At most 25.
    #[serde(default, deserialize_with = "super::null::as_default", skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1, max = 25), inner(length(max = 43)))]
    #[x_kube(
        merge_strategy = ListMerge::Set,
        validation = cel::cidrs("clientCidrs")
    )]
    pub client_cidrs: Vec<String>,

    /// Whether the `execute-api` names of the region resolve to this endpoint inside the VPC. Default: `Disabled`. The load balancer does not
    /// need it, and with `Enabled` every call from the VPC to a public `execute-api` name stops working. `Enabled` needs the VPC's DNS
    /// support and DNS host names, and only one endpoint of a VPC can have it.
    #[serde(default)]
    pub private_dns: PrivateDns,

    /// What happens to the endpoint and its managed security group when the object is deleted. Default: that of `spec.deletionPolicy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_policy: Option<DeletionPolicy>,
}

/// Kinds of addresses of an endpoint. There is no `ipv6` alone: the targets of the load balancer are the endpoint's IPv4 addresses.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "lowercase")]
pub enum EndpointIpAddressType {
    /// IPv4.
    #[default]
    Ipv4,
    /// IPv4 and IPv6.
    Dualstack,
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
