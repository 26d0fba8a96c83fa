//! What the data plane needs to know of the network: endpoints, interfaces, and what security groups let through.

use crate::context::Context;
use crate::services::ec2::vpc_endpoint::VpcEndpoint;

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
