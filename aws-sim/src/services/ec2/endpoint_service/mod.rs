//! Services that endpoints lead to: AWS's own and those of any account (AWS `PrivateLink` Guide, "Share your services").

pub mod catalogue;
pub mod configuration;
pub mod connection;
pub mod permission;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::availability_zone;
use super::select::{Table, describe_request, select};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::world::Region;

pub use configuration::EndpointService;

/// A service as a consumer sees it.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Its name.
    pub name: String,
    /// Its ID.
    pub id: String,
    /// Kinds of endpoint that may lead to it.
    pub kinds: Vec<&'static str>,
    /// Who owns it: `amazon` or an account.
    pub owner: String,
    /// The account that owns it, if it is not AWS's own.
    pub provider: Option<String>,
    /// The service's own name, which private DNS makes lead to the endpoint.
    pub private_dns_name: Option<String>,
    /// What its endpoints' DNS names end with.
    pub base_names: Vec<String>,
    /// `ipv4`, `ipv6` or both.
    pub address_types: Vec<&'static str>,
    /// Zones it is in.
    pub zones: Vec<String>,
    /// Whether its owner must accept each endpoint.
    pub acceptance_required: bool,
    /// Whether an endpoint's policy counts.
    pub policy_supported: bool,
}

/// Every service the caller may have an endpoint to, by name.
fn offers(ctx: &Context<'_>) -> BTreeMap<String, Offer> {
    let own = ctx.here.ec2.services.values().map(|service| service.offer(ctx.here));
    let others = ctx.world.regions.values().filter(|region| region.name == ctx.here.name).flat_map(|region| {
        let allowed = region.ec2.services.values().filter(|service| service.allows(ctx.caller));
        allowed.map(|service| service.offer(region)).collect::<Vec<_>>()
    });
    catalogue::all(ctx.here).chain(own).chain(others).map(|offer| (offer.name.clone(), offer)).collect()
}

/// The service of this name, if the caller may have an endpoint to it.
pub(super) fn find(ctx: &Context<'_>, name: &str) -> Answer<Offer> {
    offers(ctx).remove(name).ok_or_else(|| not_found(name))
}

fn not_found(name: &str) -> AwsError {
    AwsError::new("InvalidServiceName", format!("The Vpc Endpoint Service '{name}' does not exist"))
}

static TABLE: Table<Offer> = Table {
    columns: &[
        ("owner", |_, offer| vec![offer.owner.clone()]),
        ("service-name", |_, offer| vec![offer.name.clone()]),
        ("service-region", |view, _| vec![view.region.name.clone()]),
        ("service-type", |_, offer| offer.kinds.iter().map(|kind| (*kind).to_owned()).collect()),
        ("supported-ip-address-types", |_, offer| offer.address_types.iter().map(|kind| (*kind).to_owned()).collect()),
    ],
    prefix: "com.",
    error: "InvalidServiceName",
    noun: "Vpc Endpoint Service",
    smallest_page: 1,
};

fn render(region: &Region, offer: &Offer) -> Value {
    let private = offer.private_dns_name.iter().map(|name| json!({ "privateDnsName": name })).collect::<Vec<_>>();
    let zone_ids: Vec<String> = offer.zones.iter().map(|zone| availability_zone::id_of(zone)).collect();
    json!({
        "serviceName": offer.name, "serviceId": offer.id, "owner": offer.owner, "serviceRegion": region.name,
        "serviceType": offer.kinds.iter().map(|kind| json!({ "serviceType": kind })).collect::<Vec<_>>(),
        "availabilityZoneSet": offer.zones, "availabilityZoneIdSet": zone_ids, "baseEndpointDnsNameSet": offer.base_names,
        "privateDnsName": offer.private_dns_name, "privateDnsNameSet": private,
        "privateDnsNameVerificationState": offer.private_dns_name.as_ref().map(|_| "verified"),
        "vpcEndpointPolicySupported": offer.policy_supported, "acceptanceRequired": offer.acceptance_required,
        "managesVpcEndpoints": false, "supportedIpAddressTypeSet": offer.address_types, "tagSet": [],
    })
}

describe_request!(ServicesRequest, "ServiceName");

pub(super) fn describe(ctx: &mut Context<'_>, request: ServicesRequest) -> Answer<Value> {
    let all = offers(ctx);
    if let Some(missing) = request.ids.iter().find(|name| !all.contains_key(*name)) {
        return Err(not_found(missing));
    }
    let page = select(ctx, &all, request.selection(), &TABLE, |view, _, offer| render(view.region, offer))?;
    let names: Vec<Value> = page.items.iter().map(|item| item["serviceName"].clone()).collect();
    Ok(json!({ "serviceNameSet": names, "serviceDetailSet": page.items, "nextToken": page.next_token }))
}
