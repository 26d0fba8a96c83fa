//! Route 53: hosted zones and their records (Route 53 API Reference).

pub mod change;
pub mod hosted_zone;
pub mod record;
mod tag;

use std::collections::BTreeMap;

use super::{Inventory, Operation, Service, Tagged, Tags, operation};
use crate::clock::Timestamp;
use crate::protocol::Protocol;
use crate::world::Region;

const OPERATIONS: &[Operation] = &[
    operation!("AssociateVPCWithHostedZone", POST "/2013-04-01/hostedzone/{Id}/associatevpc", hosted_zone::associate, Write),
    operation!("ChangeResourceRecordSets", POST "/2013-04-01/hostedzone/{Id}/rrset", record::change, Write),
    operation!("ChangeTagsForResource", POST "/2013-04-01/tags/{ResourceType}/{ResourceId}", tag::change, Write),
    operation!("CreateHostedZone", POST "/2013-04-01/hostedzone", hosted_zone::create, Write),
    operation!("DeleteHostedZone", DELETE "/2013-04-01/hostedzone/{Id}", hosted_zone::delete, Write),
    operation!("DisassociateVPCFromHostedZone", POST "/2013-04-01/hostedzone/{Id}/disassociatevpc", hosted_zone::disassociate, Write),
    operation!("GetChange", GET "/2013-04-01/change/{Id}", change::get, Read),
    operation!("GetDNSSEC", GET "/2013-04-01/hostedzone/{Id}/dnssec", hosted_zone::dnssec, Read),
    operation!("GetHostedZone", GET "/2013-04-01/hostedzone/{Id}", hosted_zone::get, Read),
    operation!("GetHostedZoneCount", GET "/2013-04-01/hostedzonecount", hosted_zone::count, Read),
    operation!("ListHealthChecks", GET "/2013-04-01/healthcheck", hosted_zone::health_checks, Read),
    operation!("ListHostedZones", GET "/2013-04-01/hostedzone", hosted_zone::list, Read),
    operation!("ListHostedZonesByName", GET "/2013-04-01/hostedzonesbyname", hosted_zone::list_by_name, Read),
    operation!("ListResourceRecordSets", GET "/2013-04-01/hostedzone/{Id}/rrset", record::list, Read),
    operation!("ListTagsForResource", GET "/2013-04-01/tags/{ResourceType}/{ResourceId}", tag::list, Read),
    operation!("ListTagsForResources", POST "/2013-04-01/tags/{ResourceType}", tag::list_of_several, Read),
];

/// The service. Route 53 is global: SDKs sign its calls for one region, so its state sits there.
pub static SERVICE: Service = Service {
    name: "route53",
    protocol: Protocol::RestXml,
    namespace: "https://route53.amazonaws.com/doc/2013-04-01/",
    operations: OPERATIONS,
    inventory: |region, _| Inventory::from([("route53:hostedzone", region.route53.zones.keys().cloned().collect())]),
    tagged,
};

/// Hosted zones of an account.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// By ID.
    pub zones: BTreeMap<String, hosted_zone::HostedZone>,
    /// Tags of zones.
    pub tags: BTreeMap<String, Tags>,
    /// When changes are in effect on all servers.
    pub changes: BTreeMap<String, Timestamp>,
}

fn tagged(region: &Region, _: Timestamp) -> Vec<Tagged> {
    let arn = |id: &String| format!("arn:{}:route53:::hostedzone/{id}", region.partition());
    let tags = region.route53.tags.iter();
    tags.map(|(id, tags)| Tagged { arn: arn(id), kind: "route53:hostedzone", tags: tags.clone() }).collect()
}
