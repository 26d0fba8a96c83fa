//! Hosted zones.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::change;
use super::record::{Key, Record};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::protocol::Reply;
use crate::services::ec2::vpc_endpoint::dns;

/// A VPC that a private zone answers in.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Vpc {
    /// Its region.
    #[serde(rename = "VPCRegion")]
    pub region: String,
    /// Its ID.
    #[serde(rename = "VPCId")]
    pub id: String,
}

impl Vpc {
    fn render(&self) -> Value {
        json!({ "VPCRegion": self.region, "VPCId": self.id })
    }
}

/// A hosted zone.
#[derive(Clone, Debug)]
pub struct HostedZone {
    /// Its ID, without `/hostedzone/`.
    pub id: String,
    /// Its name, with the last dot.
    pub name: String,
    caller_reference: String,
    comment: Option<String>,
    /// Whether it answers inside VPCs only.
    pub private: bool,
    /// Those VPCs.
    pub vpcs: Vec<Vpc>,
    /// Its records.
    pub records: BTreeMap<Key, Record>,
}

impl HostedZone {
    fn render(&self) -> Value {
        json!({
            "Id": format!("/hostedzone/{}", self.id), "Name": self.name, "CallerReference": self.caller_reference,
            "Config": { "Comment": self.comment, "PrivateZone": self.private }, "ResourceRecordSetCount": self.records.len(),
        })
    }
}

/// Developer Guide, "Working with private hosted zones"; public ones have four of the same form.
const SERVERS: [&str; 4] =
    ["ns-0.awsdns-00.com", "ns-512.awsdns-00.net", "ns-1024.awsdns-00.org", "ns-1536.awsdns-00.co.uk"];

fn delegation() -> Value {
    json!({ "NameServers": { "NameServer": SERVERS } })
}

/// Names as Route 53 keeps them: lower case, with the last dot.
pub(super) fn normal(name: &str) -> String {
    format!("{}.", name.trim_end_matches('.').to_lowercase())
}

pub(super) fn not_found(id: &str) -> AwsError {
    AwsError::new("NoSuchHostedZone", format!("No hosted zone found with ID: {id}")).status(404)
}

/// Finds a zone; identifiers may come with `/hostedzone/`.
pub(super) fn find<'a>(ctx: &'a mut Context<'_>, id: &str) -> Answer<&'a mut HostedZone> {
    let id = id.trim_start_matches("/hostedzone/");
    ctx.here.route53.zones.get_mut(id).ok_or_else(|| not_found(id))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Config {
    comment: Option<String>,
    #[serde(default)]
    private_zone: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateHostedZoneRequest {
    name: String,
    #[serde(rename = "VPC")]
    vpc: Option<Vpc>,
    caller_reference: String,
    hosted_zone_config: Option<Config>,
}

fn check_vpc(ctx: &mut Context<'_>, vpc: &Vpc) -> Answer<()> {
    let account = ctx.here.account.clone();
    let there = ctx.elsewhere(&account, &vpc.region).is_some_and(|region| region.ec2.vpcs.contains_key(&vpc.id));
    if there {
        Ok(())
    } else {
        Err(AwsError::new(
            "InvalidVPCId",
            format!("The VPC: {} you provided is not authorized to make the association.", vpc.id),
        ))
    }
}

/// A VPC can have one zone of a name only (API Reference, `ConflictingDomainExists`); private DNS of an endpoint is such a zone.
fn check_conflict(ctx: &Context<'_>, name: &str, vpc: &Vpc) -> Answer<()> {
    let own = ctx.world.regions.values().map(|region| &**region).chain([&*ctx.here]);
    let mut own = own.filter(|region| region.account == ctx.here.account && region.name == vpc.region);
    if own.any(|region| dns::is_taken(&region.ec2, name.trim_end_matches('.'), &vpc.id)) {
        let message = format!("The VPC {} has an interface endpoint with private DNS for {name}", vpc.id);
        return Err(AwsError::new("ConflictingDomainExists", message));
    }
    let conflicting = |zone: &&HostedZone| zone.name == name && zone.vpcs.contains(vpc);
    match ctx.here.route53.zones.values().find(conflicting) {
        Some(other) => Err(AwsError::new(
            "ConflictingDomainExists",
            format!("The VPC {} is already associated with the hosted zone {} of that name", vpc.id, other.id),
        )),
        None => Ok(()),
    }
}

/// Whether the caller's account has a private zone of this name in a VPC of the caller's region.
pub(crate) fn is_associated(ctx: &Context<'_>, name: &str, vpc: &str) -> bool {
    let name = normal(name);
    let own = ctx.world.regions.values().filter(|region| region.account == ctx.here.account).map(|region| &**region);
    own.chain([&*ctx.here])
        .flat_map(|region| region.route53.zones.values())
        .any(|zone| zone.name == name && zone.vpcs.iter().any(|one| one.id == vpc && one.region == ctx.here.name))
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateHostedZoneRequest) -> Answer<Reply> {
    let name = normal(&request.name);
    if ctx.here.route53.zones.values().any(|zone| zone.caller_reference == request.caller_reference) {
        let message = format!(
            "A hosted zone has already been created with the specified caller reference: {}",
            request.caller_reference
        );
        return Err(AwsError::new("HostedZoneAlreadyExists", message).status(409));
    }
    if let Some(vpc) = &request.vpc {
        check_vpc(ctx, vpc)?;
        check_conflict(ctx, &name, vpc)?;
    }
    let private =
        request.vpc.is_some() || request.hosted_zone_config.as_ref().is_some_and(|config| config.private_zone);
    if private && request.vpc.is_none() {
        return Err(AwsError::new("InvalidInput", "A private hosted zone must be created with a VPC"));
    }
    let soa = format!("{} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400", SERVERS[0]);
    let zone = HostedZone {
        id: format!("Z{}", ctx.ids.upper(20)),
        records: Record::of_apex(&name, &SERVERS.map(|server| format!("{server}.")), &soa),
        name,
        caller_reference: request.caller_reference,
        comment: request.hosted_zone_config.and_then(|config| config.comment),
        private,
        vpcs: request.vpc.into_iter().collect(),
    };
    let mut content =
        json!({ "HostedZone": zone.render(), "ChangeInfo": change::begin(ctx), "DelegationSet": delegation() });
    if let Some(vpc) = zone.vpcs.first() {
        content["VPC"] = vpc.render();
    }
    let mut reply = Reply::with_status(201, json!({ "CreateHostedZoneResponse": content }));
    let location = format!("https://route53.amazonaws.com/2013-04-01/hostedzone/{}", zone.id);
    reply.headers.push(("Location".into(), location));
    ctx.here.route53.zones.insert(zone.id.clone(), zone);
    Ok(reply)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ZoneRequest {
    id: String,
}

pub(super) fn get(ctx: &mut Context<'_>, request: ZoneRequest) -> Answer<Value> {
    let zone = find(ctx, &request.id)?;
    let vpcs: Vec<Value> = zone.vpcs.iter().map(Vpc::render).collect();
    let vpcs = if zone.private { json!({ "VPC": vpcs }) } else { Value::Null };
    // The service model has it as required in the answer to the creation only; private zones are not delegated to.
    let delegation = if zone.private { Value::Null } else { delegation() };
    Ok(json!({ "GetHostedZoneResponse": { "HostedZone": zone.render(), "DelegationSet": delegation, "VPCs": vpcs } }))
}

pub(super) fn delete(ctx: &mut Context<'_>, request: ZoneRequest) -> Answer<Value> {
    let zone = find(ctx, &request.id)?;
    if zone.records.values().any(|record| !record.is_of_apex(&zone.name)) {
        let message = "The specified hosted zone contains non-required resource record sets and so cannot be deleted.";
        return Err(AwsError::new("HostedZoneNotEmpty", message));
    }
    let id = zone.id.clone();
    ctx.here.route53.zones.remove(&id);
    ctx.here.route53.tags.remove(&id);
    Ok(json!({ "DeleteHostedZoneResponse": { "ChangeInfo": change::begin(ctx) } }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListRequest {
    marker: Option<String>,
    maxitems: Option<usize>,
    hostedzonetype: Option<String>,
}

pub(super) fn list(ctx: &mut Context<'_>, request: ListRequest) -> Answer<Value> {
    let private_only = request.hostedzonetype.is_some();
    let wanted = |zone: &&HostedZone| {
        (!private_only || zone.private) && request.marker.as_ref().is_none_or(|marker| zone.id >= *marker)
    };
    let size = request.maxitems.unwrap_or(100).clamp(1, 100);
    let mut rest = ctx.here.route53.zones.values().filter(wanted);
    let page: Vec<Value> = rest.by_ref().take(size).map(HostedZone::render).collect();
    let next = rest.next().map(|zone| zone.id.clone());
    Ok(json!({ "ListHostedZonesResponse": {
        "HostedZones": { "HostedZone": page }, "Marker": request.marker.unwrap_or_default(), "IsTruncated": next.is_some(), "NextMarker": next, "MaxItems": size,
    } }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListByNameRequest {
    dnsname: Option<String>,
    hostedzoneid: Option<String>,
    maxitems: Option<usize>,
}

/// In the order of the names, from the one given on; of several zones of that name, from the one with the ID given on.
pub(super) fn list_by_name(ctx: &mut Context<'_>, request: ListByNameRequest) -> Answer<Value> {
    let from = request.dnsname.as_deref().map(normal).unwrap_or_default();
    let reversed = |name: &str| name.split('.').rev().map(str::to_owned).collect::<Vec<_>>();
    let first = (reversed(&from), request.hostedzoneid.clone().unwrap_or_default());
    let mut zones: Vec<&HostedZone> = ctx
        .here
        .route53
        .zones
        .values()
        .filter(|zone| from.is_empty() || (reversed(&zone.name), zone.id.clone()) >= first)
        .collect();
    zones.sort_by_key(|zone| (reversed(&zone.name), zone.id.clone()));
    let size = request.maxitems.unwrap_or(100).clamp(1, 100);
    let next = zones.get(size).map(|zone| (zone.name.clone(), zone.id.clone()));
    let page: Vec<Value> = zones.into_iter().take(size).map(HostedZone::render).collect();
    Ok(json!({ "ListHostedZonesByNameResponse": {
        "HostedZones": { "HostedZone": page }, "DNSName": request.dnsname, "HostedZoneId": request.hostedzoneid, "IsTruncated": next.is_some(), "MaxItems": size,
        "NextDNSName": next.as_ref().map(|(name, _)| name), "NextHostedZoneId": next.as_ref().map(|(_, id)| id),
    } }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct VpcRequest {
    id: String,
    #[serde(rename = "VPC")]
    vpc: Vpc,
    #[serde(rename = "Comment")]
    _comment: Option<String>,
}

pub(super) fn associate(ctx: &mut Context<'_>, request: VpcRequest) -> Answer<Value> {
    check_vpc(ctx, &request.vpc)?;
    let zone = find(ctx, &request.id)?.clone();
    if !zone.private {
        return Err(AwsError::new("PublicZoneVPCAssociation", "A public hosted zone cannot be associated with a VPC"));
    }
    check_conflict(ctx, &zone.name, &request.vpc)?;
    find(ctx, &request.id)?.vpcs.push(request.vpc);
    Ok(json!({ "AssociateVPCWithHostedZoneResponse": { "ChangeInfo": change::begin(ctx) } }))
}

pub(super) fn disassociate(ctx: &mut Context<'_>, request: VpcRequest) -> Answer<Value> {
    let zone = find(ctx, &request.id)?;
    if !zone.vpcs.contains(&request.vpc) {
        return Err(
            AwsError::new("VPCAssociationNotFound", "The VPC is not associated with the hosted zone").status(404)
        );
    }
    if zone.vpcs.len() == 1 {
        return Err(AwsError::new("LastVPCAssociation", "The last VPC of a private hosted zone cannot be taken away"));
    }
    zone.vpcs.retain(|vpc| *vpc != request.vpc);
    Ok(json!({ "DisassociateVPCFromHostedZoneResponse": { "ChangeInfo": change::begin(ctx) } }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CountRequest {}

pub(super) fn count(ctx: &mut Context<'_>, _: CountRequest) -> Answer<Value> {
    Ok(json!({ "GetHostedZoneCountResponse": { "HostedZoneCount": ctx.here.route53.zones.len() } }))
}

/// Zones are not signed here. Developer Guide, "Configuring DNSSEC signing": private zones cannot be.
pub(super) fn dnssec(ctx: &mut Context<'_>, request: ZoneRequest) -> Answer<Value> {
    if find(ctx, &request.id)?.private {
        return Err(AwsError::new("InvalidArgument", "DNSSEC signing is not supported for private hosted zones"));
    }
    Ok(json!({ "GetDNSSECResponse": { "Status": { "ServeSignature": "NOT_SIGNING" }, "KeySigningKeys": "" } }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListHealthChecksRequest {
    #[serde(rename = "marker")]
    _marker: Option<String>,
    maxitems: Option<usize>,
}

/// There are no health checks.
pub(super) fn health_checks(_: &mut Context<'_>, request: ListHealthChecksRequest) -> Answer<Value> {
    let size = request.maxitems.unwrap_or(100).clamp(1, 100);
    Ok(json!({ "ListHealthChecksResponse": {
        "HealthChecks": "", "Marker": "", "IsTruncated": false, "MaxItems": size,
    } }))
}
