//! What a spec refers to, and what AWS says of it.

use std::collections::{BTreeMap, BTreeSet};

use super::certificate::is_of_acm;
use crate::api::{
    EndpointIpAddressType, IpAddressType, Management, PrivateApiFrontDoorSpec, PrivateDns, SubnetSelector,
};
use crate::node::{GroupRole, Node};
use crate::observed::{Listener, LoadBalancer, RestApi, TargetGroup, Unread, VpcEndpoint};

/// What has to be looked up for a spec.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Subnets.
    pub subnet_ids: BTreeSet<String>,
    /// Subnets by their tags.
    pub subnet_selectors: BTreeSet<SubnetSelector>,
    /// Security groups.
    pub security_group_ids: BTreeSet<String>,
    /// Whether subnets need IPv6 ranges.
    pub ipv6: bool,
    /// Whether the endpoint gets private DNS: its VPC has to allow it.
    pub private_dns: bool,
    /// An existing endpoint.
    pub vpc_endpoint_id: Option<String>,
    /// An existing API.
    pub rest_api_id: Option<String>,
    /// Whether the stage of the existing API is ours to keep.
    pub stage: Management,
    /// The stage of the API that is created; none when no stage of this object is to stay.
    pub kept_stage: Option<String>,
    /// Whether requests come through a load balancer.
    pub behind_load_balancer: bool,
    /// An existing listener.
    pub listener_arn: Option<String>,
    /// An existing target group.
    pub target_group_arn: Option<String>,
    /// ACM certificates of the listener.
    pub certificate_arns: BTreeSet<String>,
    /// Functions that have to let the API invoke them, of whatever account and region, with version or alias.
    pub function_arns: BTreeSet<String>,
    /// Parts that the spec has created and that take a read of their own to find: security groups, target group, load balancer.
    pub managed: BTreeSet<Node>,
}

/// What AWS says of it; what is missing does not exist.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct References {
    /// Who asks.
    pub caller: Caller,
    /// Subnets by ID, the chosen ones among them.
    pub subnets: BTreeMap<String, Subnet>,
    /// IDs of the subnets that each selector chooses.
    pub selected: BTreeMap<SubnetSelector, BTreeSet<String>>,
    /// VPCs of security groups, by the groups' IDs.
    pub security_groups: BTreeMap<String, String>,
    /// DNS settings of VPCs by ID, where they matter.
    pub vpc_dns: BTreeMap<String, VpcDns>,
    /// `execute-api` endpoints with private DNS, of whoever.
    pub private_dns_endpoints: Vec<VpcEndpoint>,
    /// The existing endpoint.
    pub vpc_endpoint: Option<VpcEndpoint>,
    /// The existing API.
    pub rest_api: Option<RestApi>,
    /// Methods of the existing API whose callers sign their requests, for example `GET /orders`; asked for only behind a load balancer.
    pub signed_methods: Vec<String>,
    /// The existing listener and its load balancer.
    pub listener: Option<(Listener, LoadBalancer)>,
    /// The existing target group.
    pub target_group: Option<TargetGroup>,
    /// Certificates by ARN.
    pub certificates: BTreeMap<String, Certificate>,
    /// Functions of the caller's account and region that exist, or whose policies AWS does not let the controller read, with the version or alias that was asked for, by ARN.
    pub functions: BTreeSet<String>,
    /// What AWS does not let the controller read: it is taken for right, and AWS judges it when it is used.
    pub unread: BTreeSet<Unread>,
}

impl References {
    /// Where was looked.
    pub(super) fn place(&self) -> String {
        format!("account {}, region {}", self.caller.account, self.caller.region)
    }
}

/// A certificate in ACM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Status, as ACM words it: `ISSUED`, `PENDING_VALIDATION`.
    pub status: String,
    /// Its names, wildcards included.
    pub names: BTreeSet<String>,
}

/// Account, partition and region that the controller acts in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Caller {
    /// Account number.
    pub account: String,
    /// Partition, for example `aws` or `aws-cn`.
    pub partition: String,
    /// Region.
    pub region: String,
}

impl Caller {
    /// What stands before the API's ID in the ARNs of an API's methods.
    #[must_use]
    pub fn execute_api(&self) -> String {
        format!("arn:{}:execute-api:{}:{}:", self.partition, self.region, self.account)
    }

    /// Suffix of AWS's host names in the partition.
    ///
    /// Source: botocore `partitions.json`.
    #[must_use]
    pub fn dns_suffix(&self) -> &'static str {
        match self.partition.as_str() {
            "aws-cn" => "amazonaws.com.cn",
            "aws-eusc" => "amazonaws.eu",
            "aws-iso" => "c2s.ic.gov",
            "aws-iso-b" => "sc2s.sgov.gov",
            "aws-iso-e" => "cloud.adc-e.uk",
            "aws-iso-f" => "csp.hci.ic.gov",
            _ => "amazonaws.com",
        }
    }
}

/// A subnet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subnet {
    /// VPC.
    pub vpc_id: String,
    /// Availability Zone, by ID: names differ between accounts.
    pub zone_id: String,
    /// IPv4 range, for example `10.0.11.0/24`.
    pub cidr: String,
    /// Whether it has an IPv6 range.
    pub has_ipv6: bool,
}

/// DNS settings of a VPC. Private DNS of an endpoint needs both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VpcDns {
    /// Whether Amazon's resolver answers.
    pub support: bool,
    /// Whether instances get host names.
    pub hostnames: bool,
}

impl Wanted {
    /// What this spec refers to.
    #[must_use]
    pub fn of(spec: &PrivateApiFrontDoorSpec) -> Self {
        let endpoint = spec.vpc_endpoint.create.as_ref();
        let balancer = spec.load_balancer.as_ref();
        let create = balancer.and_then(|it| it.create.as_ref());
        let subnets = endpoint.map(|it| &it.subnet_ids).into_iter().chain(create.map(|it| &it.subnet_ids)).flatten();
        let groups = [endpoint.map(|it| &it.security_group_ids), create.map(|it| &it.security_group_ids)];
        let selectors = [endpoint.map(|it| &it.subnet_selector), create.map(|it| &it.subnet_selector)];
        let listener = balancer.and_then(|it| it.listener.as_ref());
        let certificates = listener.and_then(|it| it.certificate_arns.as_ref()).into_iter().flatten();
        Self {
            subnet_ids: subnets.cloned().collect(),
            subnet_selectors: selectors.into_iter().flatten().flatten().cloned().collect(),
            security_group_ids: groups.into_iter().flatten().flatten().cloned().collect(),
            ipv6: endpoint.is_some_and(|it| it.ip_address_type != EndpointIpAddressType::Ipv4)
                || create.is_some_and(|it| it.ip_address_type != IpAddressType::Ipv4),
            private_dns: endpoint.is_some_and(|it| it.private_dns == PrivateDns::Enabled),
            vpc_endpoint_id: spec.vpc_endpoint.id.clone(),
            rest_api_id: spec.api.id.clone(),
            stage: spec.api.manage.unwrap_or_default().stage,
            kept_stage: spec.api.id.is_none().then(|| spec.api.stage.name.clone()),
            behind_load_balancer: balancer.is_some(),
            listener_arn: balancer.and_then(|it| it.listener_arn.clone()),
            target_group_arn: spec.target_group.as_ref().and_then(|it| it.arn.clone()),
            certificate_arns: certificates.filter(|arn| is_of_acm(arn)).cloned().collect(),
            function_arns: super::backend::function_uses(&spec.api).into_keys().collect(),
            managed: managed(spec),
        }
    }

    /// The same, and everything that this object may have created under any spec: what a deletion has to find.
    #[must_use]
    pub fn and_leftovers(mut self) -> Self {
        let groups = GroupRole::ALL.map(Node::SecurityGroup);
        self.kept_stage = None;
        self.managed.extend(groups.into_iter().chain([Node::TargetGroup, Node::LoadBalancer]));
        self
    }
}

fn managed(spec: &PrivateApiFrontDoorSpec) -> BTreeSet<Node> {
    let balancer = spec.load_balancer.as_ref();
    let create = balancer.and_then(|it| it.create.as_ref());
    let endpoint_group = spec.vpc_endpoint.create.as_ref().is_some_and(|create| create.security_group_ids.is_empty());
    let balancer_group = create.is_some_and(|create| create.security_group_ids.is_empty());
    let target_group = balancer.is_some() && spec.target_group.as_ref().is_none_or(|it| it.arn.is_none());
    let parts = [
        (Node::SecurityGroup(GroupRole::Endpoint), endpoint_group),
        (Node::SecurityGroup(GroupRole::LoadBalancer), balancer_group),
        (Node::TargetGroup, target_group),
        (Node::LoadBalancer, create.is_some()),
    ];
    parts.into_iter().filter_map(|(node, managed)| managed.then_some(node)).collect()
}
