//! What the data plane needs to know of the network: endpoints, interfaces, and what security groups let through.

use std::net::Ipv4Addr;

use crate::context::Context;
use crate::services::ec2::network_interface::NetworkInterface;
use crate::services::ec2::reachability::{self, Traffic};
use crate::services::ec2::vpc_endpoint::VpcEndpoint;
use crate::world::Region;

/// The port on which interface endpoints listen.
pub const HTTPS: u16 = 443;

/// Whether a service name is that of API Gateway's data plane.
#[must_use]
pub fn is_execute_api(service: &str) -> bool {
    service.ends_with(".execute-api")
}

/// Whether an interface endpoint of this region, of whatever account, leads to API Gateway's data plane.
pub(crate) fn is_execute_api_endpoint(ctx: &mut Context<'_>, id: &str) -> bool {
    let good = |endpoint: &VpcEndpoint| endpoint.gone_at.is_none() && is_execute_api(&endpoint.service);
    let elsewhere = ctx.world.regions.values().filter(|region| region.name == ctx.here.name);
    ctx.here.ec2.endpoints.get(id).is_some_and(good)
        || elsewhere.filter_map(|region| region.ec2.endpoints.get(id)).any(good)
}

/// Who opens a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'a> {
    pub(super) address: Ipv4Addr,
    /// Security groups; none for clients outside the VPC.
    pub(super) groups: &'a [String],
}

/// The endpoint that takes a connection to an address of a VPC; none if nothing is there or a security group is in the way.
pub(super) fn connect<'a>(
    region: &'a Region,
    vpc: &str,
    from: Source<'_>,
    to: Ipv4Addr,
    port: u16,
) -> Option<&'a VpcEndpoint> {
    let interface = region.ec2.interfaces.values().find(|interface| interface.vpc == vpc && interface.address == to)?;
    let endpoint =
        region.ec2.endpoints.values().find(|endpoint| endpoint.interfaces.values().any(|id| *id == interface.id))?;
    (port == HTTPS && lets_through(region, from, interface, port)).then_some(endpoint)
}

/// Whether security groups let a connection to an interface through.
pub(super) fn lets_through(region: &Region, from: Source<'_>, to: &NetworkInterface, port: u16) -> bool {
    let traffic = Traffic { from: from.address, from_groups: from.groups, to: to.address, to_groups: &to.groups, port };
    reachability::between(&region.ec2, &traffic)
}
