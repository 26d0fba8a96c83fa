//! Load balancers.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use serde::Deserialize;
use serde_json::{Value, json};

use super::attribute;
use super::load_balancer_check::{
    check_groups, check_ip_address_type, check_ipv6_source_nat, check_name, check_quota, check_subnets,
};
use super::select::{invalid, page};
use super::tag::{self, Tag};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::ids::Ids;
use crate::services::ec2::address::Wanted;
use crate::services::ec2::network_interface::{self, Purpose};
use crate::world::Region;

/// Application or network load balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// HTTP and HTTPS.
    Application,
    /// TCP, UDP and TLS.
    Network,
}

impl Kind {
    /// AWS's name of it.
    #[must_use]
    pub fn name(self) -> &'static str {
        if self == Self::Application { "application" } else { "network" }
    }

    fn short(self) -> &'static str {
        if self == Self::Application { "app" } else { "net" }
    }
}

/// A load balancer.
#[derive(Clone, Debug)]
pub struct LoadBalancer {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// `internet-facing` or `internal`.
    pub scheme: String,
    /// The VPC it is in.
    pub vpc: String,
    /// Its subnets, with the network interface in each.
    pub interfaces: BTreeMap<String, String>,
    /// Its security groups.
    pub groups: Vec<String>,
    /// `ipv4`, `dualstack` or `dualstack-without-public-ipv4`.
    pub ip_address_type: String,
    /// Its attributes.
    pub attributes: BTreeMap<String, String>,
    /// Whether inbound rules count for traffic from endpoints (network load balancers with groups).
    pub enforce_on_private_link: Option<String>,
    /// `on` or `off`: whether it translates IPv6 sources by a prefix (network load balancers with UDP listeners).
    pub ipv6_source_nat: String,
    /// Its DNS name.
    pub dns_name: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it is `active`.
    pub ready_at: Timestamp,
}

impl LoadBalancer {
    /// `provisioning` or `active`.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> &'static str {
        if now < self.ready_at { "provisioning" } else { "active" }
    }

    pub(super) fn is_internet_facing(&self) -> bool {
        self.scheme == "internet-facing"
    }

    /// Value of an attribute that is `true`.
    #[must_use]
    pub fn has(&self, attribute: &str) -> bool {
        self.attributes.get(attribute).is_some_and(|value| value == "true")
    }

    fn render(&self, region: &Region, now: Timestamp) -> Value {
        json!({
            "LoadBalancerArn": self.arn, "DNSName": self.dns_name, "CanonicalHostedZoneId": hosted_zone(region, self.kind),
            "CreatedTime": self.created.iso(), "LoadBalancerName": self.name, "Scheme": self.scheme, "VpcId": self.vpc,
            "State": { "Code": self.state(now) }, "Type": self.kind.name(), "AvailabilityZones": self.render_zones(region),
            "SecurityGroups": if self.groups.is_empty() { Value::Null } else { json!(self.groups) }, "IpAddressType": self.ip_address_type,
            "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": self.enforce_on_private_link,
            "EnablePrefixForIpv6SourceNat": self.ipv6_source_nat,
        })
    }

    pub(super) fn render_zones(&self, region: &Region) -> Value {
        let zone = |subnet: &String| region.ec2.subnets.get(subnet).map(|subnet| subnet.zone.clone());
        let mut zones: Vec<Value> = self
            .interfaces
            .keys()
            .map(|subnet| json!({ "ZoneName": zone(subnet), "SubnetId": subnet, "LoadBalancerAddresses": [] }))
            .collect();
        zones.sort_by_key(|zone| zone["ZoneName"].to_string());
        zones.into()
    }
}

/// Route 53 zone of the load balancers' names (AWS General Reference, "Elastic Load Balancing endpoints and quotas").
fn hosted_zone(region: &Region, kind: Kind) -> &'static str {
    match (region.name.as_str(), kind) {
        ("ap-northeast-1", Kind::Application) => "Z14GRHDCWA56QT",
        ("ap-northeast-1", Kind::Network) => "Z31USIVHYNEOWT",
        ("eu-west-1", Kind::Application) => "Z32O12XQLNTSW2",
        ("eu-west-1", Kind::Network) => "Z2IFOLAFXWLO4F",
        ("us-west-2", Kind::Application) => "Z1H1FL5HABSF5",
        ("us-west-2", Kind::Network) => "Z18D5FSROUN65G",
        (_, Kind::Application) => "Z35SXDOTRQ7X7K",
        (_, Kind::Network) => "Z26RNL4JYFTOTI",
    }
}

/// Zones of a load balancer of this region; none if it is not there.
pub(crate) fn zones(region: &Region, arn: &str) -> Vec<String> {
    let subnets = region.elbv2.load_balancers.get(arn).into_iter().flat_map(|balancer| balancer.interfaces.keys());
    subnets.filter_map(|subnet| Some(region.ec2.subnets.get(subnet)?.zone.clone())).collect()
}

/// Whether an ARN is that of a network load balancer of this region.
pub(crate) fn is_network(region: &Region, arn: &str) -> bool {
    region.elbv2.load_balancers.get(arn).is_some_and(|balancer| balancer.kind == Kind::Network)
}

pub(super) fn not_found(arn: &str) -> AwsError {
    AwsError::new("LoadBalancerNotFound", format!("Load balancer '{arn}' not found"))
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct SubnetMapping {
    pub(super) subnet_id: String,
    #[serde(rename = "PrivateIPv4Address")]
    pub(super) address: Option<Ipv4Addr>,
}

/// The subnets a request names, either way, with the address asked for in each.
pub(super) fn mappings(subnets: &[String], mappings: &[SubnetMapping]) -> Vec<SubnetMapping> {
    let plain = subnets.iter().map(|subnet| SubnetMapping { subnet_id: subnet.clone(), address: None });
    plain.chain(mappings.iter().cloned()).collect()
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateLoadBalancerRequest {
    name: String,
    #[serde(default)]
    subnets: Vec<String>,
    #[serde(default)]
    subnet_mappings: Vec<SubnetMapping>,
    #[serde(default)]
    security_groups: Vec<String>,
    #[serde(default = "internet_facing")]
    scheme: String,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(default = "application", rename = "Type")]
    kind: String,
    ip_address_type: Option<String>,
    enable_prefix_for_ipv6_source_nat: Option<String>,
}

fn internet_facing() -> String {
    "internet-facing".to_owned()
}

fn application() -> String {
    "application".to_owned()
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateLoadBalancerRequest) -> Answer<Value> {
    check_name("Load balancer", &request.name)?;
    let kind = match request.kind.as_str() {
        "application" => Kind::Application,
        "network" => Kind::Network,
        other => return Err(invalid(format!("Load balancer type '{other}' is not supported by this simulator"))),
    };
    if !matches!(request.scheme.as_str(), "internet-facing" | "internal") {
        return Err(AwsError::new("InvalidScheme", format!("Scheme '{}' is not valid", request.scheme)));
    }
    let tags = tag::merged(&request.tags, super::Tags::new())?;
    let subnets = mappings(&request.subnets, &request.subnet_mappings);
    if let Some(existing) = same_name(ctx, &request, kind, &subnets)? {
        return Ok(json!({ "LoadBalancers": [existing.render(ctx.here, ctx.now)] }));
    }
    let mut balancer = blank(ctx, &request, kind);
    balancer.vpc = check_subnets(ctx.here, &balancer, &subnets)?;
    balancer.groups = check_groups(ctx.here, &balancer, &request.security_groups)?;
    check_ip_address_type(ctx.here, &balancer, &subnets)?;
    check_ipv6_source_nat(&balancer)?;
    check_quota(ctx, kind)?;
    place(ctx.here, ctx.ids, &mut balancer, &subnets)?;
    ctx.here.elbv2.put_tags(&balancer.arn, tags);
    ctx.here.elbv2.load_balancers.insert(balancer.arn.clone(), balancer.clone());
    Ok(json!({ "LoadBalancers": [balancer.render(ctx.here, ctx.now)] }))
}

/// The load balancer of this name, if it has the same settings (API Reference: `CreateLoadBalancer` is idempotent).
fn same_name(
    ctx: &Context<'_>,
    request: &CreateLoadBalancerRequest,
    kind: Kind,
    subnets: &[SubnetMapping],
) -> Answer<Option<LoadBalancer>> {
    let mut all = ctx.here.elbv2.load_balancers.values();
    let Some(present) = all.find(|balancer| balancer.name == request.name) else { return Ok(None) };
    let same_subnets = present.interfaces.len() == subnets.len()
        && subnets.iter().all(|subnet| present.interfaces.contains_key(&subnet.subnet_id));
    let same_groups = request.security_groups.is_empty() || present.groups == request.security_groups;
    if present.kind == kind && present.scheme == request.scheme && same_subnets && same_groups {
        Ok(Some(present.clone()))
    } else {
        let message =
            format!("A load balancer with the same name '{}' exists, but with different settings", request.name);
        Err(AwsError::new("DuplicateLoadBalancerName", message))
    }
}

fn blank(ctx: &mut Context<'_>, request: &CreateLoadBalancerRequest, kind: Kind) -> LoadBalancer {
    let (id, region) = (ctx.ids.hex16(), &ctx.here.name);
    let (name, suffix) = (&request.name, ctx.here.dns_suffix());
    let dns_name = match (kind, request.scheme.as_str()) {
        (Kind::Application, "internal") => {
            format!("internal-{name}-{}.{region}.elb.{suffix}", ctx.ids.below(2_000_000_000))
        }
        (Kind::Application, _) => format!("{name}-{}.{region}.elb.{suffix}", ctx.ids.below(2_000_000_000)),
        (Kind::Network, _) => format!("{name}-{id}.elb.{region}.{suffix}"),
    };
    LoadBalancer {
        arn: ctx.here.arn("elasticloadbalancing", &format!("loadbalancer/{}/{name}/{id}", kind.short())),
        name: name.clone(),
        kind,
        scheme: request.scheme.clone(),
        vpc: String::new(),
        interfaces: BTreeMap::new(),
        groups: Vec::new(),
        ip_address_type: request.ip_address_type.clone().unwrap_or_else(|| "ipv4".to_owned()),
        attributes: attribute::load_balancer_defaults(kind, &request.scheme),
        enforce_on_private_link: (kind == Kind::Network && !request.security_groups.is_empty())
            .then(|| "on".to_owned()),
        ipv6_source_nat: request.enable_prefix_for_ipv6_source_nat.clone().unwrap_or_else(|| "off".to_owned()),
        dns_name: dns_name.to_lowercase(),
        created: ctx.now,
        ready_at: ctx.now + ctx.config.durations.load_balancer_creation,
    }
}

/// Makes an interface in each subnet that the load balancer is not in yet.
pub(super) fn place(
    region: &mut Region,
    ids: &mut Ids,
    balancer: &mut LoadBalancer,
    subnets: &[SubnetMapping],
) -> Answer<()> {
    let path = balancer.arn.split(":loadbalancer/").nth(1).unwrap_or_default();
    for SubnetMapping { subnet_id, address } in subnets {
        if balancer.interfaces.contains_key(subnet_id) {
            continue;
        }
        let purpose = Purpose {
            description: format!("ELB {path}"),
            kind: if balancer.kind == Kind::Network { "network_load_balancer" } else { "interface" },
            requester: "amazon-elb",
            groups: &balancer.groups,
            public: balancer.is_internet_facing() && balancer.ip_address_type != "dualstack-without-public-ipv4",
        };
        let wanted = Wanted { ipv4: *address, dualstack: balancer.ip_address_type != "ipv4", ipv6: None };
        let made = network_interface::make(&mut region.ec2, ids, subnet_id, wanted, purpose);
        let interface = made.map_err(|error| AwsError::new("InvalidSubnet", error.message))?;
        balancer.interfaces.insert(subnet_id.clone(), interface.id);
    }
    Ok(())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeLoadBalancersRequest {
    #[serde(default)]
    load_balancer_arns: Vec<String>,
    #[serde(default)]
    names: Vec<String>,
    marker: Option<String>,
    page_size: Option<usize>,
}

pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeLoadBalancersRequest) -> Answer<Value> {
    let all = &ctx.here.elbv2.load_balancers;
    let DescribeLoadBalancersRequest { load_balancer_arns: arns, names, .. } = &request;
    if !arns.is_empty() && !names.is_empty() {
        return Err(invalid("Load balancer names and load balancer ARNs cannot be specified at the same time"));
    }
    if arns.iter().any(|arn| !all.contains_key(arn)) {
        return Err(AwsError::new("LoadBalancerNotFound", "One or more load balancers not found"));
    }
    if let Some(name) = names.iter().find(|name| !all.values().any(|balancer| balancer.name == **name)) {
        return Err(AwsError::new("LoadBalancerNotFound", format!("Load balancers '[{name}]' not found")));
    }
    let asked = |balancer: &&LoadBalancer| {
        (arns.is_empty() || arns.contains(&balancer.arn)) && (names.is_empty() || names.contains(&balancer.name))
    };
    let found = all.values().filter(asked).map(|balancer| (balancer.arn.clone(), balancer)).collect();
    let (page, next) = page(found, request.marker.as_deref(), request.page_size)?;
    let rendered: Vec<Value> = page.into_iter().map(|balancer| balancer.render(ctx.here, ctx.now)).collect();
    Ok(json!({ "LoadBalancers": rendered, "NextMarker": next }))
}
