//! DNS names of endpoints (AWS `PrivateLink` Guide, "DNS hostnames" and "Private DNS").

use serde_json::{Value, json};

use super::VpcEndpoint;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::services::ec2::State;
use crate::services::ec2::endpoint_service::Offer;
use crate::services::route53::hosted_zone;
use crate::world::Region;

/// Route 53 zone of all endpoints' own names; AWS has one in each region.
const ZONE: &str = "Z7HUB22UULQXV";

/// The last part of the service's name: `execute-api`, or `vpce-svc-…`.
fn service_label(service: &str) -> &str {
    service.rsplit('.').next().unwrap_or(service)
}

/// The endpoint's own names: the regional one first, then one for each zone.
#[must_use]
pub fn own_names(region: &Region, endpoint: &VpcEndpoint) -> Vec<String> {
    let suffix = format!("{}.{}.vpce.{}", service_label(&endpoint.service), region.name, region.dns_suffix());
    let first = format!("{}-{}", endpoint.id, endpoint.label);
    let mut zones: Vec<&str> =
        endpoint.interfaces.keys().filter_map(|id| Some(region.ec2.subnets.get(id)?.zone.as_str())).collect();
    zones.sort_unstable();
    let zonal = zones.into_iter().map(|zone| format!("{first}-{zone}.{suffix}"));
    std::iter::once(format!("{first}.{suffix}")).chain(zonal).collect()
}

/// The service's own names that lead to the endpoint inside its VPC; a wildcard stands for the names below, and for the name itself.
#[must_use]
pub fn private_names(name: &str) -> Vec<String> {
    match name.strip_prefix("*.") {
        Some(base) => vec![base.to_owned(), name.to_owned()],
        None => vec![name.to_owned()],
    }
}

pub(super) fn entries(region: &Region, endpoint: &VpcEndpoint, now: Timestamp) -> Value {
    if !endpoint.is_interface() {
        return json!([]);
    }
    let own = own_names(region, endpoint).into_iter().map(|name| json!({ "dnsName": name, "hostedZoneId": ZONE }));
    // The private zone's ID is only known once the endpoint is there; until then AWS shows this word.
    let pending = endpoint.state(now) == "pending";
    let zone = if pending { "ZONEIDPENDING".to_owned() } else { format!("Z{}", &endpoint.id.to_uppercase()[6..]) };
    let name = endpoint.service_private_name.as_deref().filter(|_| endpoint.private_dns);
    let private = name.map(private_names).unwrap_or_default();
    let private = private.into_iter().map(|name| json!({ "dnsName": name, "hostedZoneId": zone }));
    own.chain(private).collect()
}

/// Whether a VPC can have the service's names lead to a new endpoint. Endpoints on their way out still count, and so do private hosted zones
/// of that name (AWS re:Post, "Why can't I enable private DNS names for my interface VPC endpoint?").
pub(super) fn check_private(ctx: &Context<'_>, vpc: &str, offer: &Offer, except: Option<&str>) -> Answer<()> {
    let state = &ctx.here.ec2;
    let Some(name) = &offer.private_dns_name else {
        let message = "Private DNS can't be enabled because the service does not provide a private DNS name.";
        return Err(AwsError::new("InvalidParameter", message));
    };
    let attributes = state.vpcs.get(vpc);
    if !attributes.is_some_and(|vpc| vpc.dns_support && vpc.dns_hostnames) {
        let message = format!(
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for {vpc}"
        );
        return Err(AwsError::new("InvalidParameter", message));
    }
    let same = |other: &VpcEndpoint| other.vpc == vpc && other.private_dns && other.service == offer.name;
    let name = name.trim_start_matches("*.");
    let taken = state.endpoints.values().any(|other| same(other) && Some(other.id.as_str()) != except);
    if taken || hosted_zone::is_associated(ctx, name, vpc) {
        let message = format!(
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain for {name} in the VPC {vpc}"
        );
        return Err(AwsError::new("InvalidParameter", message));
    }
    Ok(())
}

/// Whether an endpoint's private DNS answers for a name in a VPC.
pub(crate) fn is_taken(state: &State, name: &str, vpc: &str) -> bool {
    let answers = |endpoint: &VpcEndpoint| {
        let own = endpoint.service_private_name.as_deref().map(private_names).unwrap_or_default();
        endpoint.private_dns && endpoint.vpc == vpc && own.iter().any(|own| own == name)
    };
    state.endpoints.values().any(answers)
}
